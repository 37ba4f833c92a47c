/**
 * Gas limit for a call to the portal or the rollup whose cost was estimated: a quarter more. Nodes estimate on top of what waits in
 * their pool. Where a confirmation waits there and is mined after the call instead of before it, the call walks over one more open
 * assertion than the estimate did, and with the bare estimate it would run out of gas.
 */
export const gasLimitFor = (estimate: bigint): bigint => estimate + estimate / 4n;

/** The same for a call that may take no more than `most`. */
export const gasLimitWithin = (estimate: bigint, most: bigint): bigint => {
  const ample = gasLimitFor(estimate);
  return ample < most ? ample : most;
};

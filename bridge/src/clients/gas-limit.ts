/**
 * Gas limit for a call to the portal or the rollup whose cost was estimated: a quarter more. Nodes estimate on top of what waits in
 * their pool. Where a confirmation waits there and is mined after the call instead of before it, the call walks over one more open
 * assertion than the estimate did, and with the bare estimate it would run out of gas.
 */
export const gasLimitFor = (estimate: bigint): bigint => estimate + estimate / 4n;

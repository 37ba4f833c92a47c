/** Fees of an L1 transaction in wei per gas; `blob` in wei per blob gas. */
export interface L1Fees {
  readonly maxFee: bigint;
  readonly tip: bigint;
  readonly blob: bigint;
}

/** Prices that L1 shows now. */
export interface L1Prices {
  readonly baseFee: bigint;
  readonly tip: bigint;
  readonly blobBaseFee: bigint;
}

/** Highest fees the operator pays. */
export interface FeeLimits {
  readonly maxFee: bigint;
  readonly maxBlobFee: bigint;
}

/** Nodes replace an ordinary transaction for 10 % more; a little above it, so that rounding never falls short. */
const BUMP_PERMILLE = 1_125n;
/** Blob pools ask for twice every fee. */
const BLOB_BUMP_PERMILLE = 2_000n;

/** Fees for a first try: room for the base fees to double. */
export function firstFees({ baseFee, tip, blobBaseFee }: L1Prices, limits: FeeLimits): L1Fees {
  return cap({ maxFee: baseFee * 2n + tip, tip, blob: blobBaseFee * 2n }, limits);
}

/** Fees for a replacement: at least the bump that nodes ask for and at least what L1 asks for now. Undefined when a limit forbids it. */
export function bumpedFees(previous: L1Fees, prices: L1Prices, blobs: boolean, limits: FeeLimits): L1Fees | undefined {
  const permille = blobs ? BLOB_BUMP_PERMILLE : BUMP_PERMILLE;
  const bump = (fee: bigint): bigint => (fee * permille + 999n) / 1_000n;
  const fresh = firstFees(prices, limits);
  const tip = max(bump(previous.tip), fresh.tip);
  const next = {
    maxFee: max(max(bump(previous.maxFee), fresh.maxFee), tip),
    tip,
    blob: max(bump(previous.blob), fresh.blob),
  };
  const allowed = next.maxFee <= limits.maxFee && (!blobs || next.blob <= limits.maxBlobFee);
  return allowed ? next : undefined;
}

/** Gas of a blob, and of a byte of calldata when calldata dominates a transaction (EIP-7623, a byte that is not zero). */
const BLOB_GAS = 131_072n;
const CALLDATA_FLOOR_GAS = 40n;
const WORD_HASH_GAS = 400n;

/** Wei that a payload costs in blobs and in calldata, the same execution left out. */
export function payloadCosts(
  words: number,
  blobs: number,
  { baseFee, tip, blobBaseFee }: L1Prices,
): { blobs: bigint; calldata: bigint } {
  const perGas = baseFee + tip;
  const calldataGas = BigInt(words) * (32n * CALLDATA_FLOOR_GAS + WORD_HASH_GAS);
  return { blobs: BigInt(blobs) * BLOB_GAS * blobBaseFee, calldata: calldataGas * perGas };
}

function cap(fees: L1Fees, { maxFee, maxBlobFee }: FeeLimits): L1Fees {
  return { maxFee: min(fees.maxFee, maxFee), tip: min(fees.tip, maxFee), blob: max(min(fees.blob, maxBlobFee), 1n) };
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * A realistic mix of swaps: pools by Zipf's law (a few are busy), amounts log-uniform over three decades and mostly with few significant digits as people type
 * them, a slippage of 0.5 %. Deterministic: the same seed gives the same mix.
 */
export interface SwapChoice {
  readonly user: number;
  readonly pool: number;
  readonly zeroForOne: boolean;
  /** Parts per million of the pool's reserve, 1 to 1,000. */
  readonly amountPpm: bigint;
}

/** xorshift32: small, repeatable, good enough to draw a load. */
export function generator(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** Draws a pool: pool i with weight 1 / (i + 1). */
function zipf(random: number, weights: readonly number[]): number {
  const total = weights[weights.length - 1] ?? 1;
  const found = weights.findIndex((sum) => random * total < sum);
  return found < 0 ? weights.length - 1 : found;
}

export function swapMix(count: number, users: number, pools: number, seed = 7): SwapChoice[] {
  const random = generator(seed);
  let sum = 0;
  const weights = Array.from({ length: pools }, (_, i) => (sum += 1 / (i + 1)));
  return Array.from({ length: count }, () => ({
    user: Math.floor(random() * users),
    pool: zipf(random(), weights),
    zeroForOne: random() < 0.5,
    amountPpm: BigInt(Math.max(1, Math.floor(10 ** (random() * 3)))),
  }));
}

import { pathToFileURL } from 'node:url';

import { EngineError } from '../errors.js';
import type { PreparedBatch } from '../engine/prepared-batch.js';
import { Market, type PreparedSwaps } from './market.js';

const BLOCK_SWAPS = 5_000;

export interface StateBenchOptions {
  /** State words; the last is the one reported. */
  readonly keys?: readonly number[];
  /** Blocks of 5,000 swaps per measurement. */
  readonly blocks?: number;
}

export interface StateBenchRow {
  readonly keys: number;
  /** Program alone, keccak and recovery supplied by signature workers; median of the blocks, as the next. */
  readonly swapsPerSecond: number;
  /** Program alone, keccak computed by the host on call, recovery supplied. */
  readonly swapsPerSecondWithDigests: number;
  /** New root after a block of 5,000 swaps: median and worst. */
  readonly rootMs: number;
  readonly rootMsWorst: number;
  /** Log hash of such a block, median. */
  readonly logHashMs: number;
  readonly keysChangedPerBlock: number;
}

export interface StateBenchResult extends StateBenchRow {
  readonly bench: 'state';
  readonly blockSwaps: number;
  readonly growth: readonly StateBenchRow[];
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

interface Measured {
  readonly perSecond: number;
  readonly rootMs: readonly number[];
  readonly logHashMs: readonly number[];
}

const runBlocks = (
  market: Market,
  blocks: readonly PreparedSwaps[],
  choose: (swaps: PreparedSwaps) => PreparedBatch,
): Measured => {
  const { engine } = market;
  const [applyMs, rootMs, logHashMs]: [number[], number[], number[]] = [[], [], []];
  for (const swaps of blocks) {
    const batch = choose(swaps);
    market.beginBlock();
    const start = performance.now();
    for (let index = 0; index < batch.length; index++) {
      const { status, code } = engine.applyPrepared(batch, index);
      if (status !== 'executed') throw new EngineError('bench/swap', `a swap was ${status} with code ${code}`);
    }
    applyMs.push(performance.now() - start);
    engine.end();
    rootMs.push(engine.sealTimings.rootMs);
    logHashMs.push(engine.sealTimings.logHashMs);
  }
  return { perSecond: Math.round((BLOCK_SWAPS * 1_000) / median(applyMs)), rootMs, logHashMs };
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** Both ways run the same blocks from the same state. */
const measure = async (keys: number, count: number): Promise<StateBenchRow> => {
  const market = await Market.create(keys, count);
  runBlocks(market, [market.swaps(BLOCK_SWAPS)], ({ supplied }) => supplied);
  const start = market.engine.head.number;
  const blocks = Array.from({ length: count }, () => market.swaps(BLOCK_SWAPS));
  const supplied = runBlocks(market, blocks, ({ supplied: batch }) => batch);
  const changed = market.engine.lastDiff!.count;
  market.engine.revertTo(start);
  const computed = runBlocks(market, blocks, ({ recoveryOnly }) => recoveryOnly);
  const rootMs = [...supplied.rootMs, ...computed.rootMs];
  return {
    keys: market.keys,
    swapsPerSecond: supplied.perSecond,
    swapsPerSecondWithDigests: computed.perSecond,
    rootMs: round(median(rootMs)),
    rootMsWorst: round(Math.max(...rootMs)),
    logHashMs: round(median(supplied.logHashMs)),
    keysChangedPerBlock: changed,
  };
};

/** The program and its state alone, on one core: swaps per second and time of a root, from 10,000 to 1,000,000 state words. */
export const runStateBench = async (options: StateBenchOptions = {}): Promise<StateBenchResult> => {
  const growth: StateBenchRow[] = [];
  for (const keys of options.keys ?? [10_000, 100_000, 1_000_000])
    growth.push(await measure(keys, options.blocks ?? 12));
  return { bench: 'state', blockSwaps: BLOCK_SWAPS, ...growth.at(-1)!, growth };
};

const print = (result: StateBenchResult): void => {
  process.stdout.write(`Program alone on one core, blocks of ${BLOCK_SWAPS} packed swaps of random users\n`);
  for (const row of result.growth) {
    const { keys, swapsPerSecond, swapsPerSecondWithDigests, rootMs, rootMsWorst, logHashMs } = row;
    process.stdout.write(
      `  ${keys} keys: ${swapsPerSecond} swaps/s, ${swapsPerSecondWithDigests} with digests; ` +
        `root ${rootMs} ms (worst ${rootMsWorst}), log hash ${logHashMs} ms\n`,
    );
  }
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const result = await runStateBench();
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`);
  else print(result);
}

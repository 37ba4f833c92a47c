import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reserveGasPerBlob } from '../demo/batches.js';
import { startAnvil, anvilUrl } from '../l1/anvil.js';
import { freePort } from '../process/ports.js';
import { type BuiltBlock } from '../load/local-chain.js';
import { swapMix } from '../load/swap-mix.js';
import { measureUniswapGas } from '../baseline/uniswap-gas.js';
import { GasChain, type L1Usage } from './gas-chain.js';
import { type BenchResult, machine, progress, rounded } from './report.js';

const users = 1_000;
const signatureBytes = 64;
/** Swaps in one block of the large batch: a second at a tenth of the target load. */
const blockSize = 1_000;
const largest = 10_000;

/** What batches of one size took. */
interface SizeUsage {
  readonly size: number;
  readonly bytes: number;
  readonly blobs: L1Usage;
  readonly calldata: L1Usage;
}

/** A batch and its share of the assertions, per swap. */
const gasPerSwap = ({ gas, blobs }: L1Usage, assertionGas: number, swaps: number) =>
  (gas + blobs * reserveGasPerBlob + assertionGas) / swaps;

/**
 * L1 gas of swaps: every L1 transaction of the run is counted (batch, assertion with the confirmation of an older one), blobs at the EIP-7918 reserve price, against
 * Uniswap V2 on the same L1. The opening of the pools is posted before and not counted, as on the Uniswap side.
 */
export async function runGasBench(): Promise<BenchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'metachain-gas-'));
  const port = await freePort();
  const anvil = await startAnvil({ port, directory });
  try {
    return await measure(anvilUrl(port));
  } finally {
    await anvil.stop('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(url: string): Promise<BenchResult> {
  progress('deploying, opening pools');
  const gas = await GasChain.create(url, users);
  await gas.post([gas.chain.openPools()], 'blobs');
  await gas.settle();
  // From the third assertion on each confirms an older one: these two only lead up to that.
  for (const seed of [1, 2]) await measureBatch(gas, 10, seed, 'blobs');
  const sizes: SizeUsage[] = [];
  for (const size of [10, 100, 1_000]) sizes.push(await measureSize(gas, size));
  progress(`signing and executing ${largest} swaps of ${users} users`);
  const run = await postLargest(gas);
  const assertionGas = gas.meanAssertionGas();
  const perSwap = gasPerSwap(run.batch, assertionGas, largest);
  progress('the same kind of swaps on Uniswap V2');
  const baseline = await measureUniswapGas(url, 300);
  return {
    bytesPerSwapUnsigned: rounded(run.bytesPerSwap - signatureBytes, 4),
    bytesPerSwap: rounded(run.bytesPerSwap, 4),
    gasPerSwap: rounded(perSwap, 4),
    baselineGasPerSwap: Math.round(baseline),
    ratio: Math.round(baseline / perSwap),
    swaps: largest,
    users,
    batchGas: run.batch.gas,
    blobs: run.batch.blobs,
    assertionWithConfirmationGas: Math.round(assertionGas),
    bySize: [
      ...sizes.map((size) => rowOf(size, assertionGas)),
      {
        swapsPerBatch: largest,
        payloadBytesPerSwap: rounded(run.bytesPerSwap, 4),
        gasPerSwapBlobs: rounded(perSwap, 4),
        gasPerSwapCalldata: 'over the limit of 100 KB',
      },
    ],
    ...machine(),
  };
}

/** A batch of one block, and its assertion. */
async function measureBatch(gas: GasChain, size: number, seed: number, carrier: 'blobs' | 'calldata') {
  const block = gas.chain.build(gas.chain.signSwaps(swapMix(size, users, gas.chain.pools, seed)));
  const batch = await gas.post([block], carrier);
  await gas.settle();
  return { batch, bytes: block.bytes.length };
}

/** One block of `size` swaps, in blobs and as calldata. */
async function measureSize(gas: GasChain, size: number): Promise<SizeUsage> {
  progress(`batches of ${size} swaps`);
  const blobs = await measureBatch(gas, size, size, 'blobs');
  const calldata = await measureBatch(gas, size, size, 'calldata');
  return { size, bytes: blobs.bytes, blobs: blobs.batch, calldata: calldata.batch };
}

const rowOf = ({ size, bytes, blobs, calldata }: SizeUsage, assertionGas: number) => ({
  swapsPerBatch: size,
  payloadBytesPerSwap: rounded(bytes / size, 4),
  gasPerSwapBlobs: rounded(gasPerSwap(blobs, assertionGas, size), 4),
  gasPerSwapCalldata: rounded(gasPerSwap(calldata, assertionGas, size), 4),
});

async function postLargest(gas: GasChain) {
  const wires = gas.chain.signSwaps(swapMix(largest, users, gas.chain.pools));
  const blocks: BuiltBlock[] = [];
  for (let start = 0; start < wires.length; start += blockSize)
    blocks.push(gas.chain.build(wires.slice(start, start + blockSize)));
  const batch = await gas.post(blocks, 'blobs');
  await gas.settle();
  const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0);
  return { batch, bytesPerSwap: bytes / largest };
}

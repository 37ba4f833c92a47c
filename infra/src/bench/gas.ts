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

interface Row {
  readonly swapsPerBatch: number;
  readonly payloadBytesPerSwap: number;
  readonly gasPerSwapBlobs: number;
  readonly gasPerSwapCalldata: number | string;
}

const gasOf = (usages: readonly L1Usage[]) =>
  usages.reduce((sum, { gas, blobs }) => sum + gas + blobs * reserveGasPerBlob, 0);

/**
 * L1 gas of swaps: every L1 transaction of the run is counted (batch, assertion, confirmation), blobs at the EIP-7918 reserve price, against
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
  await gas.settle(1);
  const rows: Row[] = [];
  for (const size of [10, 100, 1_000]) rows.push(await measureSize(gas, size));
  progress(`signing and executing ${largest} swaps of ${users} users`);
  const run = await postLargest(gas);
  progress('the same kind of swaps on Uniswap V2');
  const baseline = await measureUniswapGas(url, 300);
  return {
    bytesPerSwapUnsigned: rounded(run.bytesPerSwap - signatureBytes, 4),
    bytesPerSwap: rounded(run.bytesPerSwap, 4),
    gasPerSwap: rounded(run.gasPerSwap, 4),
    baselineGasPerSwap: Math.round(baseline),
    ratio: Math.round(baseline / run.gasPerSwap),
    swaps: largest,
    users,
    batchGas: run.batch.gas,
    blobs: run.batch.blobs,
    assertionGas: run.assertion.gas,
    confirmationGas: run.confirmation.gas,
    bySize: [
      ...rows.map((row) => ({ ...row })),
      {
        swapsPerBatch: largest,
        payloadBytesPerSwap: rounded(run.bytesPerSwap, 4),
        gasPerSwapBlobs: rounded(run.gasPerSwap, 4),
        gasPerSwapCalldata: 'over the limit of 100 KB',
      },
    ],
    ...machine(),
  };
}

/** A batch, an assertion and a confirmation for one block of `size` swaps, in blobs and as calldata. */
async function measureSize(gas: GasChain, size: number): Promise<Row> {
  progress(`batches of ${size} swaps`);
  const perSwap = async (carrier: 'blobs' | 'calldata') => {
    const block = gas.chain.build(gas.chain.signSwaps(swapMix(size, users, gas.chain.pools, size)));
    const batch = await gas.post([block], carrier);
    const { assertion, confirmation } = await gas.settle(1);
    return { gas: gasOf([batch, assertion, confirmation]) / size, bytes: block.bytes.length / size };
  };
  const blobs = await perSwap('blobs');
  const calldata = await perSwap('calldata');
  return {
    swapsPerBatch: size,
    payloadBytesPerSwap: rounded(blobs.bytes, 4),
    gasPerSwapBlobs: rounded(blobs.gas, 4),
    gasPerSwapCalldata: rounded(calldata.gas, 4),
  };
}

async function postLargest(gas: GasChain) {
  const wires = gas.chain.signSwaps(swapMix(largest, users, gas.chain.pools));
  const blocks: BuiltBlock[] = [];
  for (let start = 0; start < wires.length; start += blockSize)
    blocks.push(gas.chain.build(wires.slice(start, start + blockSize)));
  const batch = await gas.post(blocks, 'blobs');
  const { assertion, confirmation } = await gas.settle(blocks.length);
  const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0);
  return {
    batch,
    assertion,
    confirmation,
    bytesPerSwap: bytes / largest,
    gasPerSwap: gasOf([batch, assertion, confirmation]) / largest,
  };
}

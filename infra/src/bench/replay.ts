import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Hex, toHex } from 'viem';
import { JsonRpc } from '../baseline/json-rpc.js';
import { InfraError } from '../errors.js';
import { wireHex } from '../load/packed-user.js';
import { swapMix } from '../load/swap-mix.js';
import { waitUntil } from '../process/child.js';
import { BenchNode } from './bench-node.js';
import { inFlight, send, signLanes, timed } from './node-load.js';
import { type BenchResult, machine, progress, rounded } from './report.js';

const users = 1_000;
const swaps = 80_000;
/** Enough for anvil to call everything before them final. */
const blocksToFinality = 96;
const prover = fileURLToPath(new URL('../../../prover/dist/cli/main.js', import.meta.url));

interface Verification {
  readonly result: string;
  readonly boundary: { readonly blockNumber: string };
  readonly transactionsPerSecond: number;
}

/**
 * The prover deriving swaps from L1 alone (blobs fetched and checked, every signature recovered, every block replayed and rooted), against the rate
 * at which the sequencer of the same run took them over JSON-RPC. Once at the head of L1, which is read block by block so that a reorganisation
 * undoes no more than it must, and once when L1 has made it final, which is read in stretches: what a node that catches up mostly reads, and the figure.
 */
export async function runReplayBench(): Promise<BenchResult> {
  const node = await BenchNode.start(users);
  try {
    const { perSecond, last } = await fill(node);
    progress('waiting for L1');
    await waitForSafe(node, last);
    progress('deriving from the head of L1');
    const atHead = await verify(node, last);
    await new JsonRpc(node.devnet.l1Url).call('anvil_mine', [toHex(blocksToFinality)]);
    progress('deriving from what is final on L1');
    const { seconds, verification } = await verify(node, last);
    return {
      swapsPerSecond: Math.round(verification.transactionsPerSecond),
      ratio: rounded(verification.transactionsPerSecond / perSecond),
      sequencerPerSecond: Math.round(perSecond),
      swapsPerSecondAtHead: Math.round(atHead.verification.transactionsPerSecond),
      result: verification.result,
      processSeconds: rounded(seconds),
      swaps,
      users,
      ...machine(),
    };
  } finally {
    await node.stop();
  }
}

async function fill(node: BenchNode): Promise<{ perSecond: number; last: bigint }> {
  const connect = () => new JsonRpc(node.devnet.rpcUrl, inFlight);
  await send(connect(), [node.load.signPools().map(wireHex)], 1);
  progress(`signing ${swaps} swaps`);
  const lanes = signLanes(node, swapMix(swaps, users, node.load.pools));
  const rpc = connect();
  progress('the sequencer takes them');
  const { perSecond } = await timed(node, rpc, lanes, 100);
  return { perSecond, last: BigInt(await rpc.call<Hex>('eth_blockNumber', [])) };
}

async function waitForSafe(node: BenchNode, last: bigint): Promise<void> {
  const rpc = new JsonRpc(node.devnet.rpcUrl);
  const safe = async () => BigInt((await rpc.call<{ safe: Hex }>('metachain_heads', [])).safe);
  await waitUntil('The batches on L1', async () => (await safe()) >= last, node.sequencer, 300_000);
}

async function verify(node: BenchNode, last: bigint): Promise<{ seconds: number; verification: Verification }> {
  const started = performance.now();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [prover, 'verify', '--config', node.writeProverConfig(), '--log-level', 'error'],
    { maxBuffer: 1 << 26 },
  );
  const json = stdout.slice(stdout.indexOf('{\n'));
  const verification = JSON.parse(json) as Verification;
  const { blockNumber } = verification.boundary;
  if (BigInt(blockNumber) < last)
    throw new InfraError('checkFailed', `The prover stopped at block ${blockNumber} of ${last}.`);
  return { seconds: (performance.now() - started) / 1000, verification };
}

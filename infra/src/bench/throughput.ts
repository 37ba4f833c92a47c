import { measureUniswapOnAnvil } from '../baseline/uniswap-load.js';
import { JsonRpc } from '../baseline/json-rpc.js';
import { type SwapChoice, swapMix } from '../load/swap-mix.js';
import { wireHex } from '../load/packed-user.js';
import { BenchNode } from './bench-node.js';
import { inFlight, send, signLanes, timed } from './node-load.js';
import { type BenchResult, machine, progress, quantile, rounded } from './report.js';

const users = 1_000;
const warmUpSwaps = 30_000;
const batchedSwaps = 40_000;
const singleSwaps = 4_000;
const latencySeconds = 5;
const batchSize = 100;

/**
 * Signed swaps accepted over JSON-RPC, executed, journalled (fsync), rooted and indexed, against anvil executing Uniswap V2 swaps end to end in
 * the same run. The load generator runs beside the node on the same cores. Posting to L1 is not part of it: the figures `gas` and `replay` are
 * about that.
 */
export async function runThroughputBench(): Promise<BenchResult> {
  const node = await BenchNode.start(users, { poster: { enabled: false }, proposer: { enabled: false } });
  try {
    const ours = await measureNode(node);
    progress('anvil with Uniswap V2, end to end');
    const baseline = await measureUniswapOnAnvil(5_000);
    return {
      swapsPerSecond: Math.round(ours.perSecond),
      swapsPerCpuSecond: Math.round(ours.perCpuSecond),
      baselinePerCpuSecond: Math.round(baseline.perCpuSecond),
      ratio: rounded(ours.perCpuSecond / baseline.perCpuSecond),
      ackP50Ms: rounded(ours.ackP50Ms),
      ackP99Ms: rounded(ours.ackP99Ms),
      singlePerSecond: Math.round(ours.singlePerSecond),
      latencyLoadPerSecond: Math.round(ours.latencyLoad),
      baselinePerSecond: Math.round(baseline.perSecond),
      batchSize,
      swaps: batchedSwaps,
      users,
      ...machine(),
    };
  } finally {
    await node.stop();
  }
}

/** Every user in turn: two requests of one user are far apart, so they cannot overtake each other. */
const inTurn = (count: number, seed: number, pools: number): SwapChoice[] =>
  swapMix(count, users, pools, seed).map((choice, index) => ({ ...choice, user: index % users }));

async function measureNode(node: BenchNode) {
  // Signing keeps this process busy for long, so connections opened before it are closed by the node: each phase opens its own.
  const connect = () => new JsonRpc(node.devnet.rpcUrl, inFlight);
  const { pools } = node.load;
  await send(connect(), [node.load.signPools().map(wireHex)], 1);
  progress(`signing ${warmUpSwaps + batchedSwaps + singleSwaps} swaps`);
  const warmUp = signLanes(node, swapMix(warmUpSwaps, users, pools, 1));
  const batched = signLanes(node, swapMix(batchedSwaps, users, pools, 2));
  const single = signLanes(node, inTurn(singleSwaps, 3, pools));
  const rpc = connect();
  await send(rpc, warmUp, batchSize);
  progress('batches of 100');
  const fast = await timed(node, rpc, batched, batchSize);
  progress('single requests');
  const slow = await timed(node, rpc, single, 1);
  const latencyLoad = slow.perSecond / 2;
  progress(`single requests at half load (${Math.round(latencyLoad)}/s)`);
  const wires = node.load.signSwaps(inTurn(Math.round(latencyLoad * latencySeconds), 4, pools)).map(wireHex);
  const latencies = await openLoop(connect(), wires, latencyLoad);
  return {
    perSecond: fast.perSecond,
    perCpuSecond: fast.perCpuSecond,
    singlePerSecond: slow.perSecond,
    latencyLoad,
    ackP50Ms: quantile(latencies, 0.5),
    ackP99Ms: quantile(latencies, 0.99),
  };
}

/** Sends at a fixed rate whatever the answers do, and returns each request's milliseconds from its due time. */
async function openLoop(rpc: JsonRpc, wires: readonly string[], perSecond: number): Promise<number[]> {
  const latencies: number[] = [];
  const started = performance.now();
  const requests = wires.map(async (wire, index) => {
    const due = started + (index * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await rpc.batch('metachain_sendTransaction', [wire]);
    latencies.push(performance.now() - due);
  });
  await Promise.all(requests);
  return latencies;
}

import { measureUniswapOnAnvil } from '../baseline/uniswap-load.js';
import { JsonRpc } from '../baseline/json-rpc.js';
import { InfraError } from '../errors.js';
import { type SwapChoice, swapMix } from '../load/swap-mix.js';
import { wireHex } from '../load/packed-user.js';
import { cpuSeconds } from '../process/cpu.js';
import { BenchNode } from './bench-node.js';
import { type BenchResult, machine, progress, quantile, rounded } from './report.js';

const users = 1_000;
const warmUpSwaps = 5_000;
const batchedSwaps = 40_000;
const singleSwaps = 5_000;
const latencySeconds = 5;
const batchSize = 100;
/** Requests on their way at once: enough to keep the node busy, few enough that answers do not wait for each other. */
const inFlight = 8;

interface Acknowledgement {
  readonly blockNumber: `0x${string}`;
  readonly status: string;
  readonly code: number;
}

/**
 * Signed swaps accepted over JSON-RPC, executed, journalled (fsync), rooted and indexed, against anvil executing Uniswap V2 swaps end to end in
 * the same run. The load generator runs beside the node on the same cores.
 */
export async function runThroughputBench(): Promise<BenchResult> {
  const node = await BenchNode.start(users);
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

/** Wires of one request lane. A user's transactions must arrive in order, so each user belongs to one lane. */
type Lanes = readonly (readonly string[])[];

function signLanes(node: BenchNode, choices: readonly SwapChoice[]): Lanes {
  const wires = node.load.signSwaps(choices).map(wireHex);
  const lanes = Array.from({ length: inFlight }, (): string[] => []);
  for (const [index, { user }] of choices.entries()) lanes[user % inFlight]?.push(wires[index] as string);
  return lanes;
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

async function timed(
  node: BenchNode,
  rpc: JsonRpc,
  lanes: Lanes,
  size: number,
): Promise<{ perSecond: number; perCpuSecond: number }> {
  const count = lanes.reduce((sum, lane) => sum + lane.length, 0);
  const cpu = cpuSeconds(node.sequencer.pid);
  const started = performance.now();
  const last = await send(rpc, lanes, size);
  const seconds = (performance.now() - started) / 1000;
  await node.waitForBlock(rpc, last);
  return { perSecond: count / seconds, perCpuSecond: count / (cpuSeconds(node.sequencer.pid) - cpu) };
}

/** Sends all lanes side by side, `size` transactions a request. Returns the newest block. */
async function send(rpc: JsonRpc, lanes: Lanes, size: number): Promise<bigint> {
  let newest = 0n;
  const run = async (lane: readonly string[]) => {
    for (let start = 0; start < lane.length; start += size) {
      const answers = (await rpc.batch(
        'metachain_sendTransaction',
        lane.slice(start, start + size),
      )) as Acknowledgement[];
      for (const { status, code, blockNumber } of answers) {
        if (status !== 'executed')
          throw new InfraError('checkFailed', `A swap of the load was ${status} with code ${code}.`);
        if (BigInt(blockNumber) > newest) newest = BigInt(blockNumber);
      }
    }
  };
  await Promise.all(lanes.map(run));
  return newest;
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

import type { JsonRpc } from '../baseline/json-rpc.js';
import { InfraError } from '../errors.js';
import { wireHex } from '../load/packed-user.js';
import type { SwapChoice } from '../load/swap-mix.js';
import { cpuSeconds } from '../process/cpu.js';
import type { BenchNode } from './bench-node.js';

/** Requests on their way at once: enough to keep the node busy, few enough that answers do not wait for each other. */
export const inFlight = 8;

interface Acknowledgement {
  readonly blockNumber: `0x${string}`;
  readonly status: string;
  readonly code: number;
}

/** Wires of one request lane. A user's transactions must arrive in order, so each user belongs to one lane. */
export type Lanes = readonly (readonly string[])[];

export function signLanes(node: BenchNode, choices: readonly SwapChoice[]): Lanes {
  const wires = node.load.signSwaps(choices).map(wireHex);
  const lanes = Array.from({ length: inFlight }, (): string[] => []);
  for (const [index, { user }] of choices.entries()) lanes[user % inFlight]?.push(wires[index] as string);
  return lanes;
}

/** Sends a load and measures it until the last block is sealed, rooted and indexed (CPU) or acknowledged (wall). */
export async function timed(
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
export async function send(rpc: JsonRpc, lanes: Lanes, size: number): Promise<bigint> {
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

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineHost } from '../engine/engine-host.js';
import type { EngineEvent, EngineOptions } from '../engine/engine.types.js';
import { toyFactory, toyRules } from './toy-machine.js';

const defaults = (directory: string): EngineOptions => ({
  chainId: 1,
  directory,
  genesis: '',
  producer: `0x${'aa'.repeat(20)}`,
  segmentBytes: 4096,
  replayAbove: 1n << 60n,
  provenBlock: 0n,
  slotMilliseconds: 1000,
  maxContentBytes: 1 << 19,
  maxDelayed: 64,
  snapshotEveryBlocks: 3,
  archive: true,
  snapshotEveryTransactions: 1000,
  queuePerAccount: 4,
  queueTotal: 100,
  queueSeconds: 10_800,
  priceBumpPercent: 10,
});

export const newDirectory = (): string => mkdtempSync(join(tmpdir(), 'engine-'));

/** An engine host on the toy machine, with everything that it says. */
export async function startToy(
  directory = newDirectory(),
  changed: Partial<EngineOptions> = {},
  wallClock?: () => number,
) {
  const events: EngineEvent[] = [];
  const { host, ready } = await EngineHost.start(
    { ...defaults(directory), ...changed },
    toyFactory,
    toyRules,
    (event) => events.push(event),
    wallClock,
  );
  const blocks = () => events.flatMap((event) => (event.type === 'block' ? [event.block] : []));
  return { host, ready, events, blocks, directory };
}

/** A delayed message of one word. */
export const toyMessage = (index: number, fill: number) => ({
  index: BigInt(index),
  words: Buffer.alloc(32, fill),
  alias: Buffer.alloc(32),
});

/** Lets what is durable be announced. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

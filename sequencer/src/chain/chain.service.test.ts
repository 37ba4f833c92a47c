import { describe, expect, it } from '@jest/globals';
import type { EngineBlock, EngineEvent } from '../engine/engine.types.js';
import { ChainService, type ChainParts } from './chain.service.js';
import type { ConservationBreach } from './conservation.js';

const hash = `0x${'11'.repeat(32)}` as const;
const block = (number: bigint) =>
  ({
    block: { number, hash, timestamp: 1n, basePrice: 1n, l1BytePrice: 1n },
    records: new Uint8Array(),
    context: {},
    messages: [],
    content: new Uint8Array(0),
    entryEnds: new Uint32Array(0),
    diff: {},
    fresh: true,
  }) as unknown as EngineBlock;

/** A chain whose rules make 7 base units of token 1 in block 2. */
function chain(initial: ReadonlyMap<bigint, bigint> = new Map()) {
  let emit: (event: EngineEvent) => void = () => undefined;
  const visible: bigint[] = [];
  const conservation = {
    take: (number: bigint): ConservationBreach[] =>
      number === 2n ? [{ blockNumber: number, token: 1n << 32n, delta: 7n }] : [],
    undo: () => undefined,
    deltas: () => initial,
  };
  const parts = {
    chainId: 1,
    ready: { base: 0n, genesis: { hash, stateRoot: hash, timestamp: 0n }, basePrice: 1n, l1BytePrice: 1n },
    engine: { indexed: async (number: bigint) => void visible.push(number), run: async () => undefined },
    signatures: {},
    queries: { apply: async () => undefined },
    limits: { transactions: 10, bytes: 40_000, chunk: 3 },
    conservation,
    subscribe: (listener: (event: EngineEvent) => void) => (emit = listener),
  } as unknown as ChainParts;
  return { service: new ChainService(parts), emit: (event: EngineEvent) => emit(event), visible };
}

describe('a chain whose rules make value', () => {
  it('halts with the equation in its reason, and nothing of it may go to L1', async () => {
    const { service, emit } = chain();
    await service.start();
    await service.open();
    emit({ type: 'block', block: block(1n) });
    await service.drained();
    expect([service.halted, service.unsound]).toEqual([undefined, undefined]);
    emit({ type: 'block', block: block(2n) });
    await service.drained();
    expect(service.unsound).toMatch(/block 2 breaks: balances .* - supply = 0; for token 4294967296 it is 7/);
    expect(service.halted).toBe(service.unsound);
    await expect(service.submit(new Uint8Array(20).fill(0x90))).rejects.toThrow('block 2 breaks');
  });

  it('does not start on a state that holds more than there is', async () => {
    const { service } = chain(new Map([[1n << 32n, -3n]]));
    await service.start();
    expect(service.halted).toMatch(/the state at block 0 breaks: .* it is -3/);
  });
});

it('tells of each acknowledged transaction that the engine had to drop', async () => {
  const { service, emit } = chain();
  const dropped: string[] = [];
  service.onDropped((transaction) => dropped.push(transaction));
  await service.start();
  emit({ type: 'dropped', hash, reason: 'deadline has passed' });
  expect(dropped).toEqual([hash]);
  expect(service.halted).toBeUndefined();
});

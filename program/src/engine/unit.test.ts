import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { delayedSourceHash } from '../codec/delayed.js';
import { tokenAddress } from '../codec/address.js';
import { toHex } from '../codec/bytes.js';
import { encodePayload, Inbox, signBlock } from '../testing/inbox.js';
import { draft, type Draft, Signer } from '../testing/random-entries.js';
import { accounts, ETHER, START, TestChain } from '../testing/test-chain.js';
import { UNITS_PER_ITEM } from './next-position.js';
import type { BlockContext, Position, SealedBlock } from './types.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 6);
const UNDECODABLE = 1_202;

const deposit = (index: number, mint: bigint) => ({
  sender: accounts[1]!.address,
  to: accounts[index % 3]!.address,
  mint,
  value: mint / 2n,
  gasLimit: 100_000n,
  l1BlockNumber: 90n,
  l1Timestamp: START,
  sourceHash: delayedSourceHash(BigInt(index)),
  data: '0x' as const,
});

/** Opens two pools, so that random operations have something to meet. */
const opening = (): Draft[] => [
  {
    account: 5,
    skew: 0,
    body: {
      kind: 'packed',
      lane: 0,
      fee: 'ETH',
      operations: [
        { type: 'CreatePool', tokenA: tokenAddress(0), tokenB: tokenAddress(1) },
        { type: 'CreatePool', tokenA: tokenAddress(1), tokenB: tokenAddress(3) },
        ...[0, 1].map((index) => ({
          type: 'AddLiquidity' as const,
          pool: `0x4d45544102${'00'.repeat(11)}0000000${index}` as const,
          amount0: 5_000n * ETHER,
          amount1: 4_000n * ETHER,
          minimum0: 0n,
          minimum1: 0n,
        })),
      ],
    },
  },
];

interface Built {
  readonly block: SealedBlock;
  readonly records: string;
  readonly context: BlockContext;
  readonly entries: Uint8Array[];
}

const build = async (
  chain: TestChain,
  signer: Signer,
  drafts: readonly Draft[],
  overrides: Partial<BlockContext>,
): Promise<Built> => {
  chain.time += 5n;
  const context = chain.context(overrides);
  chain.engine.begin(context);
  const entries: Uint8Array[] = [];
  for (const each of drafts) {
    const { entry, commit } = await signer.sign(each);
    const { status, code } = chain.engine.apply(entry, chain.preparer.recordPrepare(entry, chain.time).memo);
    if (status !== 'skipped') commit();
    if (code !== UNDECODABLE) entries.push(entry);
  }
  const block = chain.engine.end();
  return { block, records: toHex(chain.engine.records), context, entries };
};

const replay = (
  chain: TestChain,
  inbox: Inbox,
  most = 100,
): { blocks: SealedBlock[]; records: string[]; next: Position } => {
  const blocks: SealedBlock[] = [];
  const records: string[] = [];
  let next: Position = { parentHash: chain.genesis.hash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };
  for (let units = 0; next.item < BigInt(inbox.items) && units < most; units++) {
    const unit = chain.engine.runUnit(next, inbox);
    expect(unit.trapped).toBe(false);
    if (unit.block) {
      blocks.push(unit.block);
      records.push(toHex(chain.engine.records));
    }
    next = unit.next;
  }
  return { blocks, records, next };
};

describe('what the sequencer builds, anyone replays from L1', () => {
  it(
    'to the same blocks, records and roots, whatever the transactions',
    async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(draft, { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
          async (blocks) => {
            const inbox = new Inbox();
            inbox.messages.push(deposit(0, ETHER), deposit(1, 2n * ETHER), deposit(2, 0n));
            inbox.append(START, new Uint8Array());
            const sequencer = new TestChain(inbox);
            const signer = new Signer(sequencer);
            const built: Built[] = [await build(sequencer, signer, opening(), { delayed: 2n, priceItem: 1n })];
            for (const drafts of blocks)
              built.push(await build(sequencer, signer, drafts, { delayed: built.length === 1 ? 1n : 0n }));
            const encoded = await Promise.all(
              built.map(({ block, context, entries }) => signBlock(block, context, entries)),
            );
            inbox.append(sequencer.time + 10n, encodePayload(encoded));
            const replica = new TestChain(inbox);
            const result = replay(replica, inbox);
            expect(result.blocks.map(({ hash }) => hash)).toEqual(built.map(({ block }) => block.hash));
            expect(result.records).toEqual(built.map(({ records }) => records));
            expect(replica.engine.stateRoot()).toBe(sequencer.engine.stateRoot());
            for (const { block } of built) for (const { kind, status } of block.receipts) seen.add(`${kind} ${status}`);
          },
        ),
        { numRuns: RUNS, seed: 7 },
      );
      expect([...seen].sort()).toEqual(
        expect.arrayContaining(['delayed ok', 'ethereum ok', 'packed failed', 'packed ok']),
      );
    },
    Math.max(60_000, RUNS * 5_000),
  );

  it('ignores a block of another producer, a wrong parent and a wrong content hash, and consumes the item', async () => {
    const inbox = new Inbox();
    inbox.append(START, new Uint8Array());
    const chain = new TestChain(inbox);
    const { block, context } = await build(chain, new Signer(chain), [], {});
    const honest = await signBlock(block, context, []);
    const bend = (at: number): Uint8Array => {
      const bent = honest.slice();
      bent[at]! ^= 1;
      return bent;
    };
    for (const [at, made] of [
      [0, 0],
      [1, 0],
      [40, 0],
      [60, 0],
      [100, 0],
      [-1, 1],
    ] as const) {
      const other = new Inbox();
      other.append(START, new Uint8Array());
      other.append(START + 100n, encodePayload([at < 0 ? honest : bend(at)]));
      const { blocks, next } = replay(new TestChain(other), other);
      expect([blocks.length, next.item]).toEqual([made, 2n]);
    }
  });

  it('never traps on a payload of random bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 4 }), (payloads) => {
        const inbox = new Inbox();
        inbox.append(START, new Uint8Array());
        for (const payload of payloads) inbox.append(START + 50n, Uint8Array.of(1, 1, ...payload));
        const chain = new TestChain(inbox);
        const before = chain.engine.stateRoot();
        expect(replay(chain, inbox).blocks).toEqual([]);
        expect(chain.engine.stateRoot()).toBe(before);
      }),
      { numRuns: RUNS * 5 },
    );
  });

  it("consumes overdue messages without anybody's help, 64 in a block", () => {
    const inbox = new Inbox();
    for (let index = 0; index < 70; index++) inbox.messages.push(deposit(index, ETHER));
    inbox.append(START + 3_601n, new Uint8Array());
    const { blocks, next } = replay(new TestChain(inbox), inbox);
    expect(blocks.map(({ delayedConsumed, receipts }) => [delayedConsumed, receipts.length])).toEqual([
      [64n, 64],
      [70n, 6],
    ]);
    expect(next.item).toBe(1n);
  });
});

describe('an item with more blocks than it may hold', () => {
  it('yields as many as it may; the next one is taken from the item that follows', async () => {
    const [inbox, sequencer] = [new Inbox(), new TestChain()];
    const blocks: Uint8Array[] = [];
    for (let count = 0; count <= UNITS_PER_ITEM; count++) {
      const { block } = sequencer.block([]);
      blocks.push(await signBlock(block, sequencer.context(), []));
    }
    inbox.append(sequencer.time, encodePayload(blocks));
    inbox.append(sequencer.time, encodePayload(blocks.slice(-1)));
    const made = replay(new TestChain(), inbox, UNITS_PER_ITEM);
    expect([made.blocks.length, made.next.item]).toEqual([UNITS_PER_ITEM, 1n]);
    const all = replay(new TestChain(), inbox, UNITS_PER_ITEM + 1);
    expect([all.blocks.at(-1)?.hash, all.next.item]).toEqual([sequencer.engine.head.hash, 2n]);
  });
});

describe('transactions that do not get in', () => {
  it('change nothing: random bytes, and every truncation and bit flip of good ones', async () => {
    const chain = new TestChain();
    const packed = await chain.packed(accounts[1]!, [
      { type: 'Transfer', token: tokenAddress(1), to: accounts[2]!.address, amount: 7n },
    ]);
    const ethereum = await chain.ethereum(accounts[1]!, { to: accounts[2]!.address, value: 5n });
    chain.engine.begin(chain.context());
    const store = chain.engine.state.store;
    const mark = store.mark();
    const check = (entry: Uint8Array): void => {
      const { status } = chain.engine.apply(entry);
      if (status === 'skipped') expect(store.diffSince(mark).count).toBe(0);
      else store.undo(mark);
    };
    for (const good of [packed, ethereum]) {
      for (let length = 0; length < good.length; length++) check(good.subarray(0, length));
      for (let bit = 0; bit < good.length * 8; bit++) {
        const bent = good.slice();
        bent[bit >> 3]! ^= 1 << (bit & 7);
        check(bent);
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(0x01, 0x80, 0xa0, 0xb1, 0xff), (bytes, tag) =>
        check(Uint8Array.of(tag, ...bytes)),
      ),
      { numRuns: 500 },
    );
  });

  it('or fail, leave the state as if their operations had never written', async () => {
    const chain = new TestChain();
    const transfer = { type: 'Transfer' as const, token: tokenAddress(1), to: accounts[2]!.address, amount: 7n };
    const impossible = { ...transfer, amount: (1n << 127n) + 1n };
    const failing = await chain.packed(accounts[1]!, [
      transfer,
      { ...transfer, token: tokenAddress(3), to: accounts[3]!.address },
      impossible,
    ]);
    const { results, block } = chain.block([failing]);
    expect(results[0]!.status).toBe('failed');
    expect(block.receipts[0]!.events).toEqual([]);
    const alone = new TestChain();
    const single = await alone.packed(accounts[1]!, [impossible]);
    alone.block([single]);
    const changedKeys = (of: TestChain) => of.engine.lastDiff!.count;
    expect(changedKeys(chain)).toBe(changedKeys(alone));
    for (const token of [1, 3]) {
      const read = (of: TestChain) =>
        of.view(tokenAddress(token), {
          abi: [
            {
              type: 'function',
              name: 'balanceOf',
              stateMutability: 'view',
              inputs: [{ type: 'address', name: 'a' }],
              outputs: [{ type: 'uint256', name: '' }],
            },
          ],
          functionName: 'balanceOf',
          args: [accounts[2]!.address],
        } as never).data;
      expect(read(chain)).toBe(read(alone));
    }
  });
});

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Hex } from 'viem';
import type { ItemBoundary, ItemLedger } from '../poster/item-ledger.js';
import { outputRootOf } from '../proposer/rollup-reader.js';
import { WorkerCallError } from '../workers/worker.errors.js';
import { ProofArchive } from './proof-archive.js';
import { ProofKeeperService } from './proof-keeper.service.js';

const word = (fill: number): Hex => `0x${fill.toString(16).padStart(2, '0').repeat(32)}`;
const HEADER = word(0xaa);
/** A state of one word that proves itself: the empty tree shows that every key is absent. */
const EMPTY_ROOT = word(0);
const EMPTY_PROOF = '0x000000';
const GONE = new WorkerCallError('proofs', 'IncompleteJournalError', 106, 'starts later', {});

/** Assertion `id` ends at item `id`, block `10 * id`. */
const assertion = (id: number, right = true) => ({
  itemIndex: id,
  blockNumber: 10 * id,
  parent: id - 1,
  programIndex: 0,
  createdAt: 1_000 + id,
  outputRoot: outputRootOf(right ? EMPTY_ROOT : word(1), HEADER),
});

/** A node whose L1 holds assertions, and which has read `read` items. */
class Fixture {
  assertions = [assertion(0)];
  read = 0;
  l1 = { synced: Promise.resolve(), status: { reorgs: 0, block: { timestamp: 1_000n } } };
  proofs: (number: bigint) => void = () => undefined;
  readonly proven: bigint[] = [];
  errors = 0;

  private constructor(
    readonly directory: string,
    readonly archive: ProofArchive,
  ) {}

  static async open(directory = mkdtempSync(join(tmpdir(), 'keeper-'))): Promise<Fixture> {
    const fixture = new Fixture(directory, await ProofArchive.open(directory));
    return fixture;
  }

  start(): ProofKeeperService {
    const answers: Record<string, (id: bigint) => unknown> = {
      assertionCount: () => BigInt(this.assertions.length),
      assertion: (id) => this.assertions[Number(id)],
    };
    const parts = {
      archive: this.archive,
      limits: { againSeconds: 3_600, againWithdrawals: 2 },
      client: {
        readContract: async ({ functionName, args }: { functionName: string; args?: [bigint] }) =>
          answers[functionName]!(args?.[0] ?? 0n),
      },
      ledger: this.ledger(),
      engine: { setProven: async (number: bigint) => void this.proven.push(number) },
      pollMilliseconds: 5,
      onError: () => (this.errors += 1),
    };
    const chain = { onReorg: () => undefined, proof: async (_: Hex, number: bigint) => this.prove(number) };
    // One withdrawal every ten blocks, in the block before the assertion's.
    const index = { withdrawalHashes: async (from: number, to: number, limit = 99) => this.hashes(from, to, limit) };
    const keeper = new ProofKeeperService(parts as never, chain as never, this.l1 as never, index as never);
    keeper.start();
    return keeper;
  }

  kept(kind: 'first' | 'again', block: bigint): Promise<number | undefined> {
    return this.archive.read(kind, block).then((found) => found && found.words.size - 2);
  }

  private ledger(): Pick<ItemLedger, 'latest' | 'at'> {
    const boundary = (item: bigint) =>
      ({ itemIndex: item, blockNumber: 10n * item, stateRoot: EMPTY_ROOT, headerHash: HEADER }) as ItemBoundary;
    const read = () => BigInt(this.read);
    return {
      get latest() {
        return boundary(read());
      },
      at: (item) => (item <= read() ? boundary(item) : undefined),
    };
  }

  private hashes(from: number, to: number, limit: number): Hex[] {
    const blocks = this.assertions.map((_, id) => 10 * id + 9).filter((block) => block >= from && block <= to);
    return blocks
      .reverse()
      .slice(0, limit)
      .map((block) => word(block));
  }

  private prove(number: bigint) {
    this.proofs(number);
    return { value: word(0), proof: EMPTY_PROOF, stateRoot: EMPTY_ROOT };
  }
}

const until = async (test: () => boolean | Promise<boolean>) => {
  for (let turn = 0; turn < 400 && !(await test()); turn++) await sleep(5);
  expect(await test()).toBe(true);
};

describe('ProofKeeperService', () => {
  let fixture: Fixture;
  let keeper: ProofKeeperService;
  beforeEach(async () => {
    fixture = await Fixture.open();
    keeper = fixture.start();
    await until(() => fixture.archive.progress.settled === 1n);
  });
  afterEach(() => keeper.stop());

  const grow = (count: number) => {
    for (let id = fixture.assertions.length; id <= count; id++) fixture.assertions.push(assertion(id));
  };

  it('keeps the withdrawals that each assertion is the first to cover, and the newest before them', async () => {
    grow(4);
    await sleep(30);
    expect(fixture.proven).toEqual([]);
    fixture.read = 4;
    await until(() => fixture.proven.length === 4);
    expect(fixture.proven).toEqual([10n, 20n, 30n, 40n]);
    expect(await Promise.all([1n, 2n, 4n].map((id) => fixture.kept('first', 10n * id)))).toEqual([1, 1, 1]);
    expect(await Promise.all([1n, 2n, 4n].map((id) => fixture.kept('again', 10n * id)))).toEqual([undefined, 1, 2]);
    expect(fixture.errors).toBe(0);
  });

  it('passes over assertions that it does not agree with', async () => {
    fixture.assertions.push(assertion(1, false), assertion(2));
    fixture.read = 2;
    await until(() => fixture.proven.length === 1);
    expect(fixture.proven).toEqual([20n]);
    expect(await fixture.kept('first', 10n)).toBeUndefined();
  });

  it('tries again what failed, but does not wait for a block that cannot be rebuilt any more', async () => {
    fixture.proofs = () => {
      throw fixture.errors < 3 ? new Error('busy') : GONE;
    };
    grow(1);
    fixture.read = 2;
    await until(() => fixture.errors === 4);
    fixture.proofs = () => undefined;
    grow(2);
    await until(() => fixture.proven.length === 1);
    expect(fixture.proven).toEqual([20n]);
  });

  it('looks again at what L1 replaced, also after a restart, until it is settled', async () => {
    fixture.assertions.push(assertion(1, false));
    fixture.read = 2;
    await sleep(30);
    expect(fixture.archive.progress.settled).toBe(1n);
    fixture.assertions[1] = assertion(1);
    fixture.l1.status = { ...fixture.l1.status, reorgs: 1 };
    await until(() => fixture.proven.length === 1);
    await keeper.stop();
    fixture.assertions[1] = assertion(1, false);
    const restarted = await Fixture.open(fixture.directory);
    Object.assign(restarted, { assertions: [assertion(0), assertion(1), assertion(2)], read: 2 });
    keeper = restarted.start();
    await until(() => restarted.proven.length === 1);
    expect(restarted.proven).toEqual([20n]);
    restarted.l1.status = { ...restarted.l1.status, block: { timestamp: 9_000n } };
    await until(() => restarted.archive.progress.settled === 3n);
  });
});

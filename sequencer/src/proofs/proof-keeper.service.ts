import { balanceKey, systemAddresses, toHex, withdrawalKey } from '@metachain/program';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Hex } from 'viem';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import { sequenceKey } from '../engine/account-keys.js';
import { IndexReader } from '../index/index-reader.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import type { ItemBoundary } from '../poster/item-ledger.js';
import { agrees, type NumberedAssertion } from '../proposer/assertion-plan.js';
import { RollupReader } from '../proposer/rollup-reader.js';
import { PollingLoop } from '../workers/polling-loop.js';
import { WorkerCallError } from '../workers/worker.errors.js';
import type { ProofKind } from './proof-archive.js';
import { ProofMaker } from './proof-maker.js';
import { PROOF_PARTS, type ProofParts } from './proof.tokens.js';

/** Age of an assertion, seconds of L1, from which on no reorganisation is expected to take it back. */
const SETTLED_SECONDS = 3_600n;
/** Code of IncompleteJournalError. */
const JOURNAL_INCOMPLETE = 106;
const EXPIRE_MILLISECONDS = 3_600_000;

/** What eth_getProof tells of the message passer besides withdrawals. */
const ACCOUNT_KEYS: readonly Hex[] = [
  toHex(balanceKey(systemAddresses.eth, systemAddresses.messagePasser)),
  toHex(sequenceKey(systemAddresses.messagePasser, undefined)),
];

/** The journal was cut or restored without what this block needs: trying again cannot help, and later assertions must not wait for it. */
const isGone = (error: unknown): boolean => error instanceof WorkerCallError && error.remoteCode === JOURNAL_INCOMPLETE;

/**
 * Keeps proofs of withdrawals at every block that an assertion names, whoever made it, so that they can be proven on L1 long after the
 * state of that block is gone. Until an assertion is done, the engine keeps what its block can be rebuilt from.
 */
@Injectable()
export class ProofKeeperService {
  private readonly loop = PollingLoop.steady({
    ready: () => this.l1.synced,
    step: () => this.step(),
    failed: (error) => this.report(error),
    pause: () => this.parts.pollMilliseconds,
  });
  private readonly logger = new Logger('Proofs');
  private readonly rollup: RollupReader;
  private readonly maker: ProofMaker;
  /** Next assertion to look at, and the time of those looked at that L1 could still take back. */
  private next: bigint | undefined;
  private unsettled: { readonly id: bigint; readonly createdAt: bigint }[] = [];
  private reorgs = 0;
  private expired = 0;

  constructor(
    @Inject(PROOF_PARTS) private readonly parts: ProofParts,
    @Inject(CHAIN) chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
    @Inject(IndexReader) private readonly index: IndexReader,
  ) {
    this.rollup = new RollupReader(parts.client, parts.rollup);
    this.maker = new ProofMaker(chain, parts.place);
    chain.onReorg((number) => parts.archive.dropAbove(number));
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async step(): Promise<void> {
    const { archive, limits } = this.parts;
    const count = await this.rollup.assertionCount();
    this.goBack(count);
    // A data directory without proofs, of an old version perhaps: what its older assertions need is gone already.
    this.next ??= archive.progress.settled ?? count;
    while (this.next < count && !this.loop.signal.aborted) {
      if (!(await this.look({ ...(await this.rollup.assertion(this.next)), id: this.next }))) break;
      this.next += 1n;
    }
    await this.settle(this.next);
    if (Date.now() - this.expired < EXPIRE_MILLISECONDS) return;
    this.expired = Date.now();
    await archive.expire(limits.againSeconds);
  }

  /** After a reorganisation of L1 the numbers may mean other assertions. */
  private goBack(count: bigint): void {
    const { reorgs } = this.l1.status;
    if (reorgs === this.reorgs && (this.next === undefined || this.next <= count)) return;
    this.reorgs = reorgs;
    this.next = this.parts.archive.progress.settled ?? this.next;
    this.unsettled = [];
  }

  /** Whether the assertion is done: kept, or not ours. False while this node has not read its items. */
  private async look(assertion: NumberedAssertion): Promise<boolean> {
    const { ledger } = this.parts;
    if (BigInt(assertion.itemIndex) > ledger.latest.itemIndex) return false;
    const boundary = agrees(assertion, ledger) ? ledger.at(BigInt(assertion.itemIndex)) : undefined;
    if (boundary)
      await this.keep(assertion, boundary).catch((error: unknown) => {
        if (!isGone(error)) throw error;
        this.report(error);
      });
    this.unsettled.push({ id: assertion.id, createdAt: BigInt(assertion.createdAt) });
    return true;
  }

  private async keep(assertion: NumberedAssertion, boundary: ItemBoundary): Promise<void> {
    const parent = await this.rollup.assertion(BigInt(assertion.parent));
    const covered = Number(parent.blockNumber);
    const first = await this.index.withdrawalHashes(covered + 1, Number(boundary.blockNumber));
    const again = await this.index.withdrawalHashes(0, covered, this.parts.limits.againWithdrawals);
    const kept = (await this.keepOne('first', boundary, first)) + (await this.keepOne('again', boundary, again));
    if (kept > 0)
      this.logger.log({ event: 'proofs_kept', block: boundary.blockNumber.toString(), withdrawals: first.length });
    await this.release(boundary.blockNumber);
  }

  /** Number of the withdrawals kept now. */
  private async keepOne(kind: ProofKind, boundary: ItemBoundary, hashes: readonly Hex[]): Promise<number> {
    const { archive } = this.parts;
    const { blockNumber: number, stateRoot } = boundary;
    if (hashes.length === 0 || (await archive.read(kind, number))?.stateRoot === stateRoot) return 0;
    const keys = [...ACCOUNT_KEYS, ...hashes.map((hash) => toHex(withdrawalKey(hash)))];
    await archive.write(kind, await this.maker.prove({ number, keys }, stateRoot));
    return hashes.length;
  }

  /** States below this block are not needed any more: later assertions that this node agrees with end at it or above. */
  private async release(block: bigint): Promise<void> {
    const { archive, engine } = this.parts;
    if (block <= archive.progress.block) return;
    await archive.advance(archive.progress.settled ?? 0n, block);
    await engine.setProven(block);
  }

  /** Assertions too old to be taken back are not looked at again after a restart. */
  private async settle(next: bigint): Promise<void> {
    const now = this.l1.status.block?.timestamp ?? 0n;
    this.unsettled = this.unsettled.filter(({ createdAt }) => createdAt + SETTLED_SECONDS > now);
    await this.parts.archive.advance(this.unsettled[0]?.id ?? next, this.parts.archive.progress.block);
  }

  private report(error: unknown): void {
    this.parts.onError();
    this.logger.error({
      event: 'keeping_proofs_failed',
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

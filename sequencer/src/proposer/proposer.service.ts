import { L1WaitAbortedError, readHead } from '@metachain/bridge';
import { rollupAbi } from '@metachain/contracts';
import { hasEventFrom, systemAddresses } from '@metachain/program';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Address, encodeFunctionData, type Hex, hexToBytes } from 'viem';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import type { CheckVerdict } from './assertion-checker.js';
import {
  agrees,
  confirmsAlone,
  type DueAssertion,
  isWorthClaiming,
  type NumberedAssertion,
  planAssertion,
} from './assertion-plan.js';
import type { ItemBoundary } from '../poster/item-ledger.js';
import { BondCollector } from './bond-collector.js';
import { ClaimBook } from './claim-book.js';
import { ClaimTree } from './claim-tree.js';
import { PollingLoop } from '../workers/polling-loop.js';
import { Defence } from './defence.js';
import { PROPOSER_PARTS, type ProposerParts } from './proposer.tokens.js';
import { type RollupLimits, RollupReader } from './rollup-reader.js';

/** Emits MessagePassed: somebody waits for an output. */
const MESSAGE_PASSER = hexToBytes(systemAddresses.messagePasser);

/** Until then a bond may have to be looked after: its window, the window of a copy made at its end, and the games after each. */
const lastingSeconds = ({ window, longestGame }: RollupLimits): bigint => 2n * (window + longestGame);

/**
 * Claims the chain's state on L1 with a bond, behind what others claimed first too, confirms claims whose window is over, collects its bonds,
 * and moves the final head.
 */
@Injectable()
export class ProposerService {
  private readonly loop = PollingLoop.steady({
    ready: () => this.l1.synced,
    step: () => this.step(),
    failed: (error) => this.report(error),
    pause: () => this.parts.pollMilliseconds,
  });
  private readonly logger = new Logger('Proposer');
  private readonly rollup: RollupReader;
  private readonly defence: Defence;
  private readonly book: ClaimBook;
  private readonly tree: ClaimTree;
  private readonly collector: BondCollector;
  private lastAssertion = 0;
  private newestWithdrawal = 0n;
  /** Since when an assertion that is due waits for the checker, milliseconds. */
  private heldSince: number | undefined;
  private alarmed = false;

  constructor(
    @Inject(PROPOSER_PARTS) private readonly parts: ProposerParts,
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
  ) {
    this.rollup = new RollupReader(parts.source.client, parts.rollup);
    this.book = new ClaimBook(this.rollup, parts.account.address);
    this.collector = new BondCollector(this.rollup, this.book);
    this.tree = new ClaimTree({
      rollup: this.rollup,
      book: this.book,
      ledger: parts.ledger,
      onWrong: (id, block) => this.alarm(`assertion ${id} claims a wrong state`, block),
    });
    this.defence = new Defence({
      rollup: this.rollup,
      owner: parts.account.address,
      defender: parts.config.defender,
      send: (what, to, data) => this.send(what, to, data, 0n),
    });
    chain.onBlock(async ({ block, recorded }) => {
      if (recorded.some(({ records }) => hasEventFrom(records, MESSAGE_PASSER))) this.newestWithdrawal = block.number;
    });
  }

  /** What the checker allows, for operators. */
  get verdict(): CheckVerdict {
    return this.parts.checker.verdict;
  }

  /** Who plays the games about assertions of this node, for operators; undefined where it makes none. */
  get defender(): string | undefined {
    return this.parts.config.enabled ? this.defence.detail : undefined;
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async step(): Promise<void> {
    await this.followConfirmed();
    if (!this.parts.config.enabled || this.chain.unsound !== undefined) return;
    await this.defend();
    const now = (await readHead(this.parts.source)).timestamp;
    const [confirmed, limits] = await Promise.all([this.rollup.latestConfirmed(), this.rollup.getLimits()]);
    if (!(await this.book.refresh(confirmed, now, lastingSeconds(limits)))) return;
    const due = await this.tree.due(now);
    const parent = await this.tree.newestOwn();
    await this.firstOf([
      async () => parent !== undefined && this.isDue(BigInt(parent.blockNumber)) && this.assert(parent, due),
      async () => due !== undefined && confirmsAlone(due, now, this.parts.config.intervalSeconds) && this.confirm(due),
      async () => parent !== undefined && this.back(parent.id, now),
      () => this.collect(confirmed, now),
    ]);
  }

  /** Does the first thing that there is to do. What fails, for want of a bond perhaps, keeps nothing else back: the rest may bring bonds. */
  private async firstOf(attempts: readonly (() => Promise<boolean>)[]): Promise<void> {
    const failures: unknown[] = [];
    for (const attempt of attempts) {
      const done = await attempt().catch((error: unknown) => {
        failures.push(error);
        return false;
      });
      if (done) break;
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Puts an own bond behind a claim that somebody else made first: he may give it up when he likes. Whether there was one. */
  private async back(tip: bigint, now: bigint): Promise<boolean> {
    const claim = await this.tree.unbacked(tip, now);
    if (claim === undefined) return false;
    const { item } = await this.parts.checker.ask(this.parts.ledger);
    if (item === undefined || claim.end.itemIndex > item) return false;
    await this.claim(claim.parent, claim.end, undefined);
    this.logger.log({ event: 'claim_backed', block: claim.end.blockNumber.toString() });
    return true;
  }

  /** Takes back own bonds that no confirmation paid. */
  private async collect(confirmed: bigint, now: bigint): Promise<boolean> {
    const found = await this.collector.due(confirmed, now);
    for (const { functionName, id } of found) {
      const data = encodeFunctionData({ abi: rollupAbi, functionName, args: [id] });
      await this.send(`${functionName} of assertion ${id}`, this.parts.rollup, data, 0n);
      this.logger.log({ event: 'bond_collected', call: functionName, id: id.toString() });
    }
    return found.length > 0;
  }

  /** Before anything is bonded. */
  private async defend(): Promise<void> {
    const found = await this.defence.establish();
    if (found === undefined) return;
    const { defender, named } = found;
    if (defender !== undefined) this.logger.log({ event: named ? 'defender_named' : 'defender_known', defender });
    else this.logger.warn({ event: 'no_defender', account: this.parts.account.address, set: 'proposer.defender' });
  }

  /** The newest confirmed assertion is final, provided it is what this node computed. */
  private async followConfirmed(): Promise<void> {
    const confirmed = await this.rollup.assertion(await this.rollup.latestConfirmed());
    const agreed = agrees(confirmed, this.parts.ledger);
    if (agreed) await this.chain.markFinal(BigInt(confirmed.blockNumber));
    if (agreed === false) this.alarm('a wrong state root was confirmed on L1', confirmed.blockNumber);
  }

  private async confirm(due: DueAssertion): Promise<boolean> {
    const data = encodeFunctionData({ abi: rollupAbi, functionName: 'confirm', args: [due.id] });
    await this.send(`confirmation of assertion ${due.id}`, this.parts.rollup, data, 0n);
    await this.confirmed(due);
    return true;
  }

  private async confirmed({ id, blockNumber }: DueAssertion): Promise<void> {
    this.logger.log({ event: 'assertion_confirmed', id: id.toString(), block: blockNumber });
    await this.followConfirmed();
  }

  private isDue(asserted: bigint): boolean {
    const { intervalSeconds, withdrawalSeconds } = this.parts.config;
    const waits = this.newestWithdrawal > asserted;
    const pause = waits ? Math.min(withdrawalSeconds, intervalSeconds) : intervalSeconds;
    return Date.now() - this.lastAssertion >= pause * 1_000;
  }

  /** Claims what is new since the parent, and confirms what is due in the same transaction. Whether there was anything new. */
  private async assert(parent: NumberedAssertion, due: DueAssertion | undefined): Promise<boolean> {
    const limits = await this.rollup.getLimits();
    const end = await this.plan(parent, limits);
    if (!end) return false;
    const { blockNumber, itemIndex, stateRoot } = end;
    await this.claim(parent, end, due);
    this.lastAssertion = Date.now();
    this.parts.onAssertion(blockNumber);
    this.logger.log({ event: 'assertion_made', block: blockNumber.toString(), item: itemIndex.toString(), stateRoot });
    if (due) await this.confirmed(due);
    return true;
  }

  private async claim(parent: NumberedAssertion, end: ItemBoundary, due: DueAssertion | undefined): Promise<void> {
    const { stateRoot, headerHash, blockNumber, itemIndex, itemHash } = end;
    const [programHash, { bond }] = await Promise.all([this.rollup.programHash(parent.id), this.rollup.getLimits()]);
    const state = { stateRoot, headerHash, programHash, blockNumber, itemIndex };
    const args = [parent.id, parent.outputRoot, state, itemHash] as const;
    const data = due
      ? encodeFunctionData({ abi: rollupAbi, functionName: 'assertAndConfirm', args: [...args, due.id] })
      : encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
    await this.send(`assertion of block ${blockNumber}`, this.parts.rollup, data, bond, this.unlessRepeated());
    this.book.expectOne((await readHead(this.parts.source)).timestamp);
  }

  /** L1 takes the same claim twice, as a copy: asked once the nonce is chosen, so that what a former life sent is not sent again. */
  private unlessRepeated(): () => Promise<string | undefined> {
    let asked = false;
    return async () => {
      if (asked) return undefined;
      asked = true;
      return (await this.book.isOvertaken()) ? 'an earlier assertion of this account arrived' : undefined;
    };
  }

  /** The next claim, as far as the stepper has checked it. */
  private async plan(parent: NumberedAssertion, limits: RollupLimits): Promise<ItemBoundary | undefined> {
    const { checker, ledger, onVerdict } = this.parts;
    const verdict = await checker.ask(ledger);
    const { latest } = ledger;
    const planned = (checked: bigint | undefined) => {
      const end = planAssertion(parent, ledger, limits, checked);
      const newest =
        checked === undefined ? undefined : ledger.at(checked < latest.itemIndex ? checked : latest.itemIndex);
      return isWorthClaiming(parent, end, newest?.blockNumber ?? 0n) ? end : undefined;
    };
    const end = planned(verdict.item);
    const held = end === undefined && planned(latest.itemIndex) !== undefined;
    this.heldSince = held ? (this.heldSince ?? Date.now()) : undefined;
    onVerdict(verdict, this.heldSince);
    if (verdict.disagreement && !this.alarmed)
      this.logger.fatal({ event: 'assertion_check_failed', reason: verdict.detail });
    this.alarmed = verdict.disagreement;
    return end;
  }

  private async send(
    what: string,
    to: Address,
    data: Hex,
    value: bigint,
    withdrawn?: () => Promise<string | undefined>,
  ): Promise<void> {
    // Nothing to record before: everything else is refused by L1 before it is sent a second time.
    const record = () => Promise.resolve();
    const request = { what, to, data, value, ...(withdrawn === undefined ? {} : { withdrawn }) };
    await this.parts.account.transact(request, record, this.loop.signal);
  }

  private alarm(reason: string, blockNumber: number): void {
    this.parts.onMismatch();
    this.logger.fatal({ event: 'root_disagreement', reason, block: blockNumber });
  }

  private report(error: unknown): void {
    if (error instanceof L1WaitAbortedError) return;
    this.parts.onError();
    this.logger.error({ event: 'proposing_failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { L1WaitAbortedError, readHead } from '@metachain/bridge';
import { rollupAbi } from '@metachain/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { encodeFunctionData } from 'viem';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import { agrees, type NumberedAssertion, planAssertion } from './assertion-plan.js';
import { PROPOSER_PARTS, type ProposerParts } from './proposer.tokens.js';
import { RollupReader } from './rollup-reader.js';

/** Emits MessagePassed: somebody waits for an output. */
const MESSAGE_PASSER = '0x4200000000000000000000000000000000000016';

/** Claims the chain's state on L1 with a bond, confirms claims whose window is over, and moves the final head. */
@Injectable()
export class ProposerService {
  private readonly logger = new Logger('Proposer');
  private readonly abort = new AbortController();
  private readonly rollup: RollupReader;
  private running: Promise<void> | undefined;
  private lastAssertion = 0;
  private newestWithdrawal = 0n;

  constructor(
    @Inject(PROPOSER_PARTS) private readonly parts: ProposerParts,
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
  ) {
    this.rollup = new RollupReader(parts.source.client, parts.rollup);
    chain.onBlock(async ({ block }) => {
      const withdraws = block.receipts.some(({ events }) =>
        events.some(({ address }) => address.toLowerCase() === MESSAGE_PASSER),
      );
      if (withdraws) this.newestWithdrawal = block.number;
    });
  }

  start(): void {
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.abort;
    await Promise.race([
      this.l1.synced,
      new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
    ]);
    while (!signal.aborted) {
      await this.step().catch((error: unknown) => this.report(error));
      await sleep(this.parts.pollMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  private async step(): Promise<void> {
    await this.followConfirmed();
    if (!this.parts.config.enabled) return;
    await this.confirmNext();
    const parent = await this.newestOwn();
    if (parent && this.isDue(BigInt(parent.blockNumber))) await this.assert(parent);
  }

  /** The newest confirmed assertion is final, provided it is what this node computed. */
  private async followConfirmed(): Promise<void> {
    const confirmed = await this.rollup.assertion(await this.rollup.latestConfirmed());
    const agreed = agrees(confirmed, this.parts.ledger);
    if (agreed) await this.chain.markFinal(BigInt(confirmed.blockNumber));
    if (agreed === false) this.alarm('a wrong state root was confirmed on L1', confirmed.blockNumber);
  }

  private async confirmNext(): Promise<void> {
    const parent = await this.rollup.assertion(await this.rollup.latestConfirmed());
    if (parent.children !== 1 || parent.lastChild === 0) return;
    const id = BigInt(parent.lastChild);
    const [child, limits, head] = await Promise.all([
      this.rollup.assertion(id),
      this.rollup.getLimits(),
      readHead(this.parts.source),
    ]);
    const open = child.openGames > 0 || head.timestamp < BigInt(child.createdAt) + limits.window;
    if (open || !agrees(child, this.parts.ledger)) return;
    await this.send(
      `confirmation of assertion ${id}`,
      encodeFunctionData({ abi: rollupAbi, functionName: 'confirm', args: [id] }),
      0n,
    );
    this.logger.log({ event: 'assertion_confirmed', id: id.toString(), block: child.blockNumber });
    await this.followConfirmed();
  }

  /** Newest assertion that this node agrees with. A wrong one is reported; the next own claim stands beside it. */
  private async newestOwn(): Promise<NumberedAssertion | undefined> {
    let id = await this.rollup.newestUndisputed();
    for (;;) {
      const assertion = await this.rollup.assertion(id);
      const agreed = agrees(assertion, this.parts.ledger);
      if (agreed === undefined) return undefined;
      if (agreed) return { ...assertion, id };
      this.alarm(`assertion ${id} claims a wrong state`, assertion.blockNumber);
      if (id === BigInt(assertion.parent)) return undefined;
      id = BigInt(assertion.parent);
    }
  }

  private isDue(asserted: bigint): boolean {
    const { intervalSeconds, withdrawalSeconds } = this.parts.config;
    const waits = this.newestWithdrawal > asserted;
    const pause = waits ? Math.min(withdrawalSeconds, intervalSeconds) : intervalSeconds;
    return Date.now() - this.lastAssertion >= pause * 1_000;
  }

  private async assert(parent: NumberedAssertion): Promise<void> {
    const limits = await this.rollup.getLimits();
    const plan = planAssertion(parent, this.parts.ledger, limits);
    if (!plan || plan.end.blockNumber === BigInt(parent.blockNumber)) return;
    const { stateRoot, headerHash, blockNumber, itemIndex, itemHash } = plan.end;
    const programHash = await this.rollup.programHash(parent.id);
    const state = { stateRoot, headerHash, programHash, blockNumber, itemIndex };
    const args = [parent.id, parent.outputRoot, state, plan.units, itemHash] as const;
    const data = encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
    await this.send(`assertion of block ${blockNumber}`, data, limits.bond);
    this.lastAssertion = Date.now();
    this.parts.onAssertion(blockNumber);
    this.logger.log({ event: 'assertion_made', block: blockNumber.toString(), item: itemIndex.toString(), stateRoot });
  }

  private async send(what: string, data: `0x${string}`, value: bigint): Promise<void> {
    // Nothing to record before: a repeated assertion or confirmation is refused by L1 before it is sent.
    const record = () => Promise.resolve();
    await this.parts.account.transact({ what, to: this.parts.rollup, data, value }, record, this.abort.signal);
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

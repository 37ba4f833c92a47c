import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type Hex, keccak256, numberToHex, type PrivateKeyAccount } from 'viem';

import type { ReplayTrace } from '../dispute/replay-trace.js';
import type { GameEvent } from '../dispute/types.js';
import { ProverMetrics } from '../metrics/metrics.js';
import { deriveOnce } from '../watch/follow.js';
import type { ProverLog } from '../watch/prover-log.js';
import { assembleOn, quiet } from './assemble-on.js';
import { challengerAccount, DisputeFixture, lowered, NEVER } from './dispute-fixture.js';
import { type Deviation, ForgedTrace } from './forged-trace.js';
import { ETHER, PROGRAM_HASH } from './test-rollup.js';

export interface AgentOptions {
  readonly account?: PrivateKeyAccount;
  /** Settings of the configuration's part `dispute`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly onEvent?: (event: GameEvent) => void;
  readonly log?: ProverLog;
  /** Endpoint of L1 by which it reads and sends. */
  readonly url?: string;
  readonly patienceMilliseconds?: number;
  /** What survives a restart. */
  readonly dataDirectory?: string;
}

/** A rollup to dispute about, shared by the tests of a file: L1 goes back after each of them. */
export class DisputeStage {
  private salts = 0;
  private snapshot: Hex = '0x';

  private constructor(
    readonly fixture: DisputeFixture,
    /** What is right about all items. */
    readonly truth: ReplayTrace,
  ) {}

  /**
   * Puts a block with one payment on L1, or what `prepare` makes. `registered`: whether the program's code is there too; `times`: those of the
   * contracts that differ from a devnet's.
   */
  static async open(
    registered = true,
    prepare = onePayment,
    times: Parameters<typeof DisputeFixture.start>[1] = {},
  ): Promise<DisputeStage> {
    const fixture = await DisputeFixture.start(registered, times);
    await prepare(fixture);
    return new DisputeStage(fixture, await fixture.truth());
  }

  async keep(): Promise<void> {
    this.snapshot = await this.fixture.rollup.client.snapshot();
  }

  /** All children of an assertion end at the same item, so another story needs an L1 without the first. */
  async rewind(): Promise<void> {
    await this.fixture.rollup.client.revert({ id: this.snapshot });
    await this.keep();
  }

  /** A lie of its own, told at a step of a unit. */
  forged(deviation: Omit<Deviation, 'salt'>, from = this.truth): ForgedTrace {
    return new ForgedTrace(from, PROGRAM_HASH, { ...deviation, salt: keccak256(numberToHex(++this.salts)) });
  }

  /** A prover with an agent that knows nothing but L1 and its key. */
  async agent({ account = challengerAccount, settings = {}, onEvent, log = quiet, ...rest }: AgentOptions = {}) {
    const { rollup } = this.fixture;
    const dispute = { devnet: true, maximumBond: ETHER.toString(), pollMilliseconds: 10, ...settings };
    const metrics = new ProverMetrics('test', false);
    const { url, patienceMilliseconds, dataDirectory } = rest;
    const assembled = await assembleOn(rollup, {
      config: rollup.config({ dispute, crossCheck: false, dataDirectory }, url),
      metrics,
      log,
      dispute: {
        account,
        program: lowered,
        ...(onEvent === undefined ? {} : { onEvent }),
        ...(patienceMilliseconds === undefined ? {} : { patienceMilliseconds }),
      },
    });
    const turn = async (signal = NEVER) => {
      await deriveOnce(assembled);
      await assembled.agent!.turn(signal);
    };
    /** Turns until there is nothing left to do. */
    const turns = async () => {
      for (let before = -1; before !== (await this.nonce(account)); await turn()) before = await this.nonce(account);
    };
    return { ...assembled, metrics, turn, turns };
  }

  nonce({ address }: { readonly address: Hex } = challengerAccount): Promise<number> {
    return this.fixture.rollup.client.getTransactionCount({ address });
  }
}

async function onePayment(fixture: DisputeFixture): Promise<void> {
  await fixture.rollup.post([(await fixture.rollup.build([await fixture.pay(0n)])).bytes]);
}

/** Opens a stage for the tests of a file; `opened` is told of it before the first of them. */
export function useDisputeStage(
  opened: (stage: DisputeStage) => void,
  ...how: Parameters<typeof DisputeStage.open>
): void {
  let stage: DisputeStage;
  beforeAll(async () => opened((stage = await DisputeStage.open(...how))), 120_000);
  beforeEach(() => stage.keep());
  afterEach(() => stage.rewind());
  afterAll(() => stage.fixture.stop());
}

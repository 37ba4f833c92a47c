import { setTimeout as sleep } from 'node:timers/promises';
import { L1Account, L1Source } from '@metachain/bridge';
import { type ClaimedState, GameReader, Player, type Trace, type UnitState } from '@metachain/prover';
import { privateKeyToAccount } from 'viem/accounts';
import { clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import { developmentAccount, type DevelopmentAccount, roles } from '../l1/accounts.js';
import { GameWatch, type ShownMove } from './game-watch.js';

const gwei = 10n ** 9n;
/** Milliseconds between two looks at L1. */
const pause = 200;

/** Plays one trace in all games of one account: the prover's own player, with a belief of one's choice. */
export class TracePlayer {
  private readonly abort = new AbortController();
  private readonly player: Player;
  private readonly account: L1Account;
  private running: Promise<void> | undefined;
  /** Why L1 refused a move, if it did. */
  readonly refusals: string[] = [];

  constructor(
    private readonly devnet: Devnet,
    { privateKey }: DevelopmentAccount,
    trace: Trace,
  ) {
    const source = new L1Source({ urls: [devnet.l1Url] });
    this.account = new L1Account({
      source,
      account: privateKeyToAccount(privateKey),
      chainId: devnet.l1ChainId,
      limits: { maxFee: 1_000n * gwei, maxBlobFee: gwei },
      pollMilliseconds: 100,
      resubmitMilliseconds: 10_000,
      onEvent: () => undefined,
    });
    this.player = new Player({
      reader: new GameReader({ source, rollup: devnet.addresses.rollup, fromBlock: devnet.l1BlockNumber }),
      account: this.account,
      trace: async () => trace,
      onEvent: ({ type, reason }) => {
        if (type === 'refused') this.refusals.push(reason ?? '');
      },
    });
  }

  /** Challenges an assertion; returns the game's number. */
  async challenge(assertion: bigint, parent: UnitState, claimed: UnitState): Promise<bigint> {
    await this.player.turn(this.abort.signal);
    const nonce = await this.account.nonce();
    const claimAt = (state: UnitState): ClaimedState => ({ ...state, programHash: this.devnet.programHash });
    const opening = this.player.open(assertion, claimAt(parent), claimAt(claimed), nonce, this.abort.signal);
    const { type, game, reason } = await opening;
    if (type !== 'opened') throw new InfraError('checkFailed', `The challenge was refused: ${reason}`);
    return game;
  }

  /** Makes the moves that its games wait for now. Throws what a move failed with. */
  async turn(): Promise<void> {
    const [failure] = await this.player.turn(this.abort.signal);
    if (failure !== undefined) throw failure.error;
  }

  /** Makes every move that its games wait for, until it is stopped. */
  start(): void {
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      await this.player.turn(signal).catch(() => []);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Lets players move in turn until a game is over, and returns all that L1 saw. Gives up after 60 rounds. */
export async function playToEnd(devnet: Devnet, parties: readonly TracePlayer[], game: bigint): Promise<ShownMove[]> {
  const watch = new GameWatch(
    clientsOf(devnet, developmentAccount(roles.deployer).privateKey),
    devnet.dispute.disputeGame,
    0n,
  );
  const moves = await watch.read();
  for (let turn = 0; turn < 60 && !moves.some((move) => move.what === 'end' && move.game === game); turn++) {
    for (const party of parties) await party.turn();
    moves.push(...(await watch.read()));
  }
  return moves;
}

import { askAgain, type L1Block, type L1Source } from '@metachain/bridge';
import { disputeGameAbi, rollupAbi } from '@metachain/contracts';
import { encodeAbiParameters, keccak256, parseAbiParameters, type Address, type Hash } from 'viem';

import { DisputeError } from '../errors.js';
import { readContract } from '../l1/read-contract.js';
import { GameLogFile } from './game-log-file.js';
import { GameLog } from './game-log.js';
import type { LoggedGame } from './logged-game.js';
import { SegmentTree } from './segment-tree.js';
import { clocksAt, readTurn } from './turn.js';
import { type GameView, LEVELS, OUTCOMES } from './types.js';

const SECTION_PARAMETERS = parseAbiParameters(
  'uint256 gameId, uint256 turn, address asserter, bytes32 program, uint64 endItem, uint8 level, uint256 length, bytes32 root',
);

/** What is fixed about games and assertions. Bonds in wei, times in seconds. */
export interface GameRules {
  readonly game: Address;
  /** Judge of one step. */
  readonly prover: Address;
  readonly degree: bigint;
  readonly gameBond: bigint;
  readonly assertionBond: bigint;
  readonly challengeWindow: bigint;
}

/** Where to look. */
export interface GameReaderOptions {
  readonly source: L1Source;
  readonly rollup: Address;
  /** L1 block of the deployment, or an earlier one. */
  readonly fromBlock: bigint;
  /** Blocks of one log query. */
  readonly maxRange?: bigint;
  /** File that keeps what was read across restarts. */
  readonly file?: string;
  /** Accounts whose games are remembered after their end; absent: all games are. */
  readonly parties?: readonly Address[];
}

/** Reads games from L1, all at one block. Remembers events only, and those only as long as L1 has their blocks. */
export class GameReader {
  readonly source: L1Source;
  readonly rollup: Address;
  private known: { readonly rules: GameRules; readonly log: GameLog } | undefined;
  private at: L1Block | undefined;
  /** Who moves for whom at `head`, by owner. */
  private delegates = new Map<Address, Promise<Address>>();

  constructor(private readonly options: GameReaderOptions) {
    this.source = options.source;
    this.rollup = options.rollup;
  }

  /** Block at which everything is read until the next `refresh`. */
  get head(): L1Block {
    if (this.at === undefined) throw new DisputeError('L1 was not read yet');
    return this.at;
  }

  /** Goes to the newest L1 block. */
  async refresh(): Promise<L1Block> {
    const { latest } = await this.source.heads();
    const block = await this.source.agreedBlock(latest);
    if (block === undefined) throw new DisputeError(`too few L1 endpoints have block ${latest}`);
    const { log } = await this.open(block.number);
    await log.readTo(block);
    if (block.hash !== this.at?.hash) this.delegates = new Map();
    this.at = block;
    return block;
  }

  /** Rules of this deployment. */
  get rules(): GameRules {
    return this.opened.rules;
  }

  /** All games of an account, oldest first. */
  gamesOf(account: Address): readonly LoggedGame[] {
    return this.opened.log.of([account]);
  }

  /** Running games in which one of some accounts is a party, oldest first. Known from events: L1 is asked nothing about a game. */
  runningOf(accounts: readonly Address[]): readonly LoggedGame[] {
    return this.opened.log.of(accounts).filter(({ ended }) => ended === undefined);
  }

  /** Whether L1 has a game, as far as it was read. */
  has(id: bigint): boolean {
    return this.opened.log.get(id) !== undefined;
  }

  /** All games against an assertion that are remembered, oldest first. */
  gamesAgainst(assertion: bigint): readonly LoggedGame[] {
    return this.opened.log.all.filter(({ assertionId }) => assertionId === assertion);
  }

  /** A game as it stands at `head`. Throws DisputeError when the events read so far are not those of this game. */
  async view(id: bigint): Promise<GameView> {
    const logged = this.opened.log.get(id);
    if (logged === undefined) throw new DisputeError(`no game ${id}`);
    const turn = readTurn(logged.turn);
    const [isTold, atStake] = await Promise.all([
      this.isToldBy(logged),
      readContract(this.source, this.rollup, rollupAbi, 'isAtStake', [turn.assertionId], this.head.number),
    ]);
    if (!isTold) {
      this.opened.log.distrust();
      throw new DisputeError(`the events of game ${id} are incomplete`);
    }
    const { ended } = logged;
    // What is committed to comes first: challenger and assertion are those of the turn.
    const { asserter, program, endItem, section } = logged;
    const { challenger, assertionId } = turn;
    const { timestamp: now } = this.head;
    const left = ended === undefined ? clocksAt(turn, now) : { challenger: 0, asserter: 0 };
    return {
      id,
      assertionId,
      challenger,
      asserter,
      phase: ended ?? (turn.mover === 'asserter' ? 'asserterMoves' : 'challengerMoves'),
      turn: logged.turn,
      deadline: turn.deadline,
      now,
      challengerLeft: left.challenger,
      asserterLeft: left.asserter,
      atStake,
      program,
      endItem,
      degree: this.rules.degree,
      section,
    };
  }

  /** Whether a game stands at `head` where its events leave it. */
  private async isToldBy(logged: LoggedGame): Promise<boolean> {
    const ask = () => readContract(this.source, this.rules.game, disputeGameAbi, 'game', [logged.id], this.head.number);
    const fits = ([committed, outcome]: Awaited<ReturnType<typeof ask>>) =>
      logged.ended === undefined ? committed === commitment(logged) : OUTCOMES[outcome - 1] === logged.ended;
    return fits(await askAgain(ask, fits));
  }

  /** An assertion in storage, at `head`. */
  async assertion(id: bigint) {
    return readContract(this.source, this.rollup, rollupAbi, 'assertion', [id], this.head.number);
  }

  /** Account that may move for an owner at `head`, zero if there is none. A question that was answered is not asked again at that block. */
  delegateOf(owner: Address): Promise<Address> {
    const known = this.delegates.get(owner);
    if (known !== undefined) return known;
    const { source, rules, head } = this;
    const asked = readContract(source, rules.game, disputeGameAbi, 'delegateOf', [owner], head.number);
    this.delegates.set(owner, asked);
    asked.catch(() => this.delegates.delete(owner));
    return asked;
  }

  private get opened(): { readonly rules: GameRules; readonly log: GameLog } {
    if (this.known === undefined) throw new DisputeError('L1 was not read yet');
    return this.known;
  }

  private async open(block: bigint): Promise<{ readonly rules: GameRules; readonly log: GameLog }> {
    if (this.known !== undefined) return this.known;
    const { source, rollup, options } = this;
    const game = await readContract(source, rollup, rollupAbi, 'DISPUTE_GAME', [], block);
    const [prover, degree, gameBond, assertionBond, challengeWindow] = await Promise.all([
      readContract(source, game, disputeGameAbi, 'PROVER', [], block),
      readContract(source, game, disputeGameAbi, 'DEGREE', [], block),
      readContract(source, game, disputeGameAbi, 'BOND', [], block),
      readContract(source, rollup, rollupAbi, 'BOND', [], block),
      readContract(source, rollup, rollupAbi, 'CHALLENGE_WINDOW', [], block),
    ]);
    const rules = { game, prover, degree, gameBond, assertionBond, challengeWindow };
    const { fromBlock, maxRange = 2_000n, parties } = options;
    const file = options.file === undefined ? undefined : new GameLogFile(options.file);
    this.known = { rules, log: new GameLog({ source, contract: game, fromBlock, maxRange, file, parties }) };
    return this.known;
  }
}

/** What the contract keeps of a running game (docs/spec/l1.md, "Dispute game"). */
export function commitment({ id, turn, asserter, program, endItem, section }: Committed): Hash {
  const { level, length, hashes } = section;
  const { root } = new SegmentTree(hashes);
  const values = [id, turn, asserter, program, endItem, LEVELS.indexOf(level), length, root] as const;
  return keccak256(encodeAbiParameters(SECTION_PARAMETERS, values));
}

type Committed = Pick<LoggedGame, 'id' | 'turn' | 'asserter' | 'program' | 'endItem' | 'section'>;

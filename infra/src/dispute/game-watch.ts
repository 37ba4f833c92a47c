import { disputeGameAbi } from '@metachain/contracts';
import { afterEntry, afterSplit, atOpening, clocksAt, readTurn, type StandingSection } from '@metachain/prover';
import { type Address, type Hash, isAddressEqual } from 'viem';
import type { Clients } from '../devnet/clients.js';
import { InfraError } from '../errors.js';

/** One transaction of a game, as L1 tells it: nothing here comes from the parties. */
export interface ShownMove {
  readonly game: bigint;
  readonly what: 'open' | 'split' | 'enterUnit' | 'end';
  readonly by: Address;
  readonly role: 'challenger' | 'asserter' | 'anyone';
  readonly level: 'units' | 'steps';
  /** The stretch that is disputed now: units since the parent, or steps of the disputed unit. */
  readonly from: bigint;
  readonly length: bigint;
  /** Pieces into which the move cut it. */
  readonly pieces: number;
  readonly gas: bigint;
  readonly calldataBytes: number;
  readonly transaction: Hash;
  /** Seconds left on the clocks after the move; 0 once the game is over. */
  readonly clocks: { readonly challenger: number; readonly asserter: number };
  /** L1 time, seconds. */
  readonly time: bigint;
  readonly winner?: Address;
}

/** A game as its events told it so far. */
interface Followed {
  readonly asserter: Address;
  readonly turn: bigint;
  readonly section: StandingSection;
}

/** Follows the games of one contract and tells each transaction once, in order. */
export class GameWatch {
  private next: bigint;
  private readonly games = new Map<bigint, Followed>();

  constructor(
    private readonly clients: Clients,
    private readonly contract: Address,
    fromBlock: bigint,
  ) {
    this.next = fromBlock;
  }

  /** What happened since the last call. */
  async read(): Promise<ShownMove[]> {
    const { l1 } = this.clients;
    const head = await l1.getBlockNumber({ cacheTime: 0 });
    if (head < this.next) return [];
    const range = { address: this.contract, abi: disputeGameAbi, fromBlock: this.next, toBlock: head } as const;
    const events = await l1.getContractEvents({ ...range, strict: true });
    this.next = head + 1n;
    const moves: ShownMove[] = [];
    for (const event of events) {
      if (event.eventName === 'GameOpened') {
        const { gameId, asserter, turn, units, first, hashes } = event.args;
        this.games.set(gameId, { asserter, turn, section: atOpening(units, [first, ...hashes]) });
        moves.push(await this.shown(gameId, 'open', event.transactionHash));
      } else if (event.eventName === 'Moved') {
        const { gameId, turn, index, hashes } = event.args;
        this.follow(gameId, turn, (section) => afterSplit(section, Number(index), hashes));
        moves.push(await this.shown(gameId, 'split', event.transactionHash));
      } else if (event.eventName === 'UnitEntered') {
        const { gameId, turn, index, steps, first, hashes } = event.args;
        this.follow(gameId, turn, (section) => afterEntry(section, Number(index), steps, [first, ...hashes]));
        moves.push(await this.shown(gameId, 'enterUnit', event.transactionHash));
      } else if (event.eventName === 'GameEnded') {
        const { gameId, winner } = event.args;
        moves.push({ ...(await this.shown(gameId, 'end', event.transactionHash)), winner });
      }
    }
    return moves;
  }

  private follow(id: bigint, turn: bigint, change: (section: StandingSection) => StandingSection): void {
    const { asserter, section } = this.game(id);
    this.games.set(id, { asserter, turn, section: change(section) });
  }

  private game(id: bigint): Followed {
    const game = this.games.get(id);
    if (game === undefined) throw new InfraError('checkFailed', `Game ${id} moves before it was opened.`);
    return game;
  }

  private async shown(game: bigint, what: ShownMove['what'], transaction: Hash): Promise<ShownMove> {
    const { l1 } = this.clients;
    const { asserter, turn: word, section } = this.game(game);
    const turn = readTurn(word);
    const receipt = await l1.getTransactionReceipt({ hash: transaction });
    const [{ timestamp }, { input }] = await Promise.all([
      l1.getBlock({ blockNumber: receipt.blockNumber }),
      l1.getTransaction({ hash: transaction }),
    ]);
    return {
      game,
      what,
      by: receipt.from,
      role: roleOf(receipt.from, turn.challenger, asserter),
      level: section.level,
      from: section.offset,
      length: section.length,
      pieces: section.hashes.length - 1,
      gas: receipt.gasUsed,
      calldataBytes: input.length / 2 - 1,
      transaction,
      clocks: what === 'end' ? { challenger: 0, asserter: 0 } : clocksAt(turn, timestamp),
      time: timestamp,
    };
  }
}

const roleOf = (by: Address, challenger: Address, asserter: Address): ShownMove['role'] =>
  isAddressEqual(by, challenger) ? 'challenger' : isAddressEqual(by, asserter) ? 'asserter' : 'anyone';

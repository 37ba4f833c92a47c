import { disputeGameAbi } from '@metachain/contracts';
import { afterEntry, afterSplit, atOpening, type StandingSection } from '@metachain/prover';
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

/** Follows the games of one contract and tells each transaction once, in order. */
export class GameWatch {
  private next: bigint;
  private readonly sections = new Map<bigint, StandingSection>();

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
        const { gameId, units, first, hashes } = event.args;
        this.sections.set(gameId, atOpening(units, [first, ...hashes]));
        moves.push(await this.shown(gameId, 'open', event.transactionHash));
      } else if (event.eventName === 'Moved') {
        const { gameId, index, hashes } = event.args;
        this.sections.set(gameId, afterSplit(this.section(gameId), Number(index), hashes));
        moves.push(await this.shown(gameId, 'split', event.transactionHash));
      } else if (event.eventName === 'UnitEntered') {
        const { gameId, index, steps, first, hashes } = event.args;
        this.sections.set(gameId, afterEntry(this.section(gameId), Number(index), steps, [first, ...hashes]));
        moves.push(await this.shown(gameId, 'enterUnit', event.transactionHash));
      } else if (event.eventName === 'GameEnded') {
        const { gameId, winner } = event.args;
        moves.push({ ...(await this.shown(gameId, 'end', event.transactionHash)), winner });
      }
    }
    return moves;
  }

  private section(game: bigint): StandingSection {
    const section = this.sections.get(game);
    if (section === undefined) throw new InfraError('checkFailed', `Game ${game} moves before it was opened.`);
    return section;
  }

  private async shown(game: bigint, what: ShownMove['what'], transaction: Hash): Promise<ShownMove> {
    const { l1 } = this.clients;
    const receipt = await l1.getTransactionReceipt({ hash: transaction });
    const [block, sent, state] = await Promise.all([
      l1.getBlock({ blockNumber: receipt.blockNumber }),
      l1.getTransaction({ hash: transaction }),
      l1.readContract({
        address: this.contract,
        abi: disputeGameAbi,
        functionName: 'game',
        args: [game],
        blockNumber: receipt.blockNumber,
      }),
    ]);
    const section = this.section(game);
    return {
      game,
      what,
      by: receipt.from,
      role: roleOf(receipt.from, state),
      level: section.level,
      from: section.offset,
      length: section.length,
      pieces: section.hashes.length - 1,
      gas: receipt.gasUsed,
      calldataBytes: sent.input.length / 2 - 1,
      transaction,
      clocks: { challenger: state.challengerLeft, asserter: state.asserterLeft },
      time: block.timestamp,
    };
  }
}

const roleOf = (by: Address, game: { challenger: Address; asserter: Address }): ShownMove['role'] =>
  isAddressEqual(by, game.challenger) ? 'challenger' : isAddressEqual(by, game.asserter) ? 'asserter' : 'anyone';

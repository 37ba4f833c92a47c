import { disputeGameAbi } from '@metachain/contracts';
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
  /** Seconds left on the clocks after the move. */
  readonly clocks: { readonly challenger: number; readonly asserter: number };
  /** L1 time, seconds. */
  readonly time: bigint;
  readonly winner?: Address;
}

interface Stretch {
  readonly level: 'units' | 'steps';
  readonly from: bigint;
  readonly length: bigint;
  readonly hashes: readonly Hash[];
}

const pointOf = ({ length, hashes }: Stretch, index: number): bigint =>
  (length * BigInt(index)) / BigInt(hashes.length - 1);

/** The piece of a stretch that a new one was made from: same start, same length. */
function within(stretch: Stretch, hashes: readonly Hash[], length: bigint): bigint {
  for (let index = 0; index + 1 < stretch.hashes.length; index++) {
    const start = pointOf(stretch, index);
    const fits = stretch.hashes[index] === hashes[0] && pointOf(stretch, index + 1) - start === length;
    if (fits) return stretch.from + start;
  }
  throw new InfraError('checkFailed', 'A move does not follow from the one before it.');
}

/** Follows the games of one contract and tells each transaction once, in order. */
export class GameWatch {
  private next: bigint;
  private readonly stretches = new Map<bigint, Stretch>();

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
    const entered = new Set(
      events.filter(({ eventName }) => eventName === 'UnitEntered').map((e) => e.transactionHash),
    );
    for (const event of events) {
      if (event.eventName === 'GameOpened') {
        const { gameId, units, hashes } = event.args;
        this.stretches.set(gameId, { level: 'units', from: 0n, length: units, hashes });
        moves.push(await this.shown(gameId, 'open', event.transactionHash));
      } else if (event.eventName === 'Moved') {
        const enters = entered.has(event.transactionHash);
        this.advance(event.args, enters);
        moves.push(await this.shown(event.args.gameId, enters ? 'enterUnit' : 'split', event.transactionHash));
      } else if (event.eventName === 'GameEnded') {
        const { gameId, winner } = event.args;
        moves.push({ ...(await this.shown(gameId, 'end', event.transactionHash)), winner });
      }
    }
    return moves;
  }

  private advance(args: { gameId: bigint; length: bigint; hashes: readonly Hash[] }, enters: boolean): void {
    const before = this.stretches.get(args.gameId);
    if (before === undefined) throw new InfraError('checkFailed', `Game ${args.gameId} moves before it was opened.`);
    const { length, hashes } = args;
    const from = enters ? 0n : within(before, hashes, length);
    this.stretches.set(args.gameId, { level: enters ? 'steps' : before.level, from, length, hashes });
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
    const stretch = this.stretches.get(game) as Stretch;
    return {
      game,
      what,
      by: receipt.from,
      role: roleOf(receipt.from, state),
      level: stretch.level,
      from: stretch.from,
      length: stretch.length,
      pieces: stretch.hashes.length - 1,
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

import { describe, expect, it } from '@jest/globals';
import type { L1Account, L1Source } from '@metachain/bridge';
import { disputeGameAbi, rollupAbi } from '@metachain/contracts';
import {
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  getAddress,
  type Address,
  type Hash,
  type Hex,
  numberToHex,
  pad,
  zeroAddress,
  zeroHash,
} from 'viem';

import { GameFees } from './game-fees.js';
import { commitment, GameReader } from './game-reader.js';
import { Player, type PlayerOptions } from './player.js';
import { atOpening } from './sections.js';
import type { GameEvent, Trace } from './types.js';

const word = (value: number | bigint): Hash => pad(numberToHex(value), { size: 32 });
const account = (value: number): Address => getAddress(pad(numberToHex(0xa000_0000 + value), { size: 20 }));
const contract = account(1);
const [us, owner, liar] = [2, 3, 4].map(account) as [Address, Address, Address];
const stranger = (number: number): Address => account(100_000 + number);

const NEVER = new AbortController().signal;
const NOW = 1_000_000n;
const UNITS = 16n;
/** The cut that every challenger opens with, from the start on which both sides agree. */
const CUT = [word(1), word(11), word(12), word(13), word(14)];

interface Game {
  readonly challenger: Address;
  readonly asserter: Address;
  readonly secondsLeft?: bigint;
}

/** An L1 block with games that wait for their asserters. Everybody in them but the liar named `us` as his delegate. */
class GamesOnL1 {
  /** Owners whose delegates were asked for. */
  readonly asked: Address[] = [];
  calls = 0;
  fails: (owner: Address) => boolean = () => false;

  constructor(private readonly games: readonly Game[]) {}

  readonly source = {
    heads: async () => ({ latest: 10n }),
    agreedBlock: async (number: bigint) => ({ number, hash: word(number), timestamp: NOW }),
    agreed: async (method: string, [call]: [{ data: Hex }], read: (answer: unknown) => unknown) =>
      read(method === 'eth_getLogs' ? this.games.map((game, id) => this.log(game, id)) : this.answer(call.data)),
  } as unknown as L1Source;

  private answer(data: Hex): Hex {
    this.calls++;
    const { functionName, args } = decodeFunctionData({ abi: [...disputeGameAbi, ...rollupAbi], data });
    const result = (value: unknown) =>
      encodeFunctionResult({ abi: [...disputeGameAbi, ...rollupAbi], functionName, result: value } as never);
    switch (functionName) {
      case 'delegateOf':
        this.asked.push(args[0] as Address);
        if (this.fails(args[0] as Address)) throw new TypeError('lost');
        return result(args[0] === liar ? zeroAddress : us);
      case 'game':
        return result([this.committed(Number(args[0])), 0]);
      case 'isAtStake':
        return result(true);
      case 'DISPUTE_GAME':
      case 'PROVER':
        return result(contract);
      default:
        return result(4n);
    }
  }

  private committed(id: number): Hash {
    const { asserter } = this.games[id]!;
    const section = atOpening(UNITS, CUT);
    return commitment({ id: BigInt(id), turn: this.turn(id), asserter, program: zeroHash, endItem: 9n, section });
  }

  /** The asserter is to move. */
  private turn(id: number): bigint {
    const { challenger, secondsLeft = 90_000n } = this.games[id]!;
    return BigInt(challenger) | (BigInt(id) << 160n) | ((NOW + secondsLeft) << 192n) | (1n << 231n);
  }

  private log({ challenger, asserter }: Game, id: number): object {
    const args = { gameId: BigInt(id), assertionId: BigInt(id), challenger };
    const types = ['address', 'bytes32', 'uint64', 'uint256', 'uint256', 'bytes32', 'bytes32[]'];
    const [first, ...hashes] = CUT;
    return {
      address: contract,
      topics: encodeEventTopics({ abi: disputeGameAbi, eventName: 'GameOpened', args }),
      data: encodeAbiParameters(
        types.map((type) => ({ type })),
        [asserter, zeroHash, 9n, this.turn(id), UNITS, first, hashes],
      ),
      blockNumber: numberToHex(5),
      blockHash: word(5),
      transactionHash: word(id),
      logIndex: numberToHex(id),
    };
  }
}

/** Believes all of a cut, or nothing after its start. */
const trace = (agrees: boolean): Trace => {
  const none = () => Promise.reject(new TypeError('no unit is opened here'));
  const tupleAt = async (unit: bigint) => (agrees ? CUT[Number(unit) / 4]! : unit === 0n ? CUT[0]! : word(50n + unit));
  return { tupleAt, stateAt: none, unit: none };
};

/** A turn of a player that only says what it would do. */
async function turn(l1: GamesOnL1, options: Partial<PlayerOptions> = {}) {
  const events: GameEvent[] = [];
  const player = new Player({
    reader: new GameReader({ source: l1.source, rollup: contract, fromBlock: 0n }),
    account: { address: us, nonce: async () => 0 } as unknown as L1Account,
    dryRun: true,
    trace: async () => trace(false),
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const failures = await player.turn(NEVER);
  return { failures, moved: events.map(({ game }) => game), games: player.games.map(({ view }) => view.id) };
}

describe('games of strangers', () => {
  const crowd = Array.from({ length: 2_000 }, (_, number) => ({ challenger: stranger(number), asserter: liar }));

  it('cost no question to L1, however many there are', async () => {
    const games = [...crowd, { challenger: liar, asserter: us }, { challenger: liar, asserter: owner }];
    const l1 = new GamesOnL1(games);
    expect(await turn(l1, { owners: [owner] })).toEqual({
      failures: [],
      moved: [2_000n, 2_001n],
      games: [2_000n, 2_001n],
    });
    expect(new Set(l1.asked)).toEqual(new Set([owner]));
    expect(l1.calls).toBeLessThan(30);
  });

  it('are not played, whoever of their parties names the account', async () => {
    const l1 = new GamesOnL1([
      { challenger: stranger(1), asserter: stranger(2) },
      { challenger: owner, asserter: stranger(3) },
    ]);
    expect(await turn(l1)).toEqual({ failures: [], moved: [], games: [] });
    expect(l1.asked).toEqual([]);
  });
});

describe('games of owners', () => {
  it('fail alone when L1 does not say whom their owner named', async () => {
    const l1 = new GamesOnL1([owner, us, stranger(1)].map((asserter) => ({ challenger: liar, asserter })));
    l1.fails = (party) => party === owner;
    const { failures, moved } = await turn(l1, { owners: [owner, stranger(1)] });
    expect(failures.map(({ game }) => game)).toEqual([0n]);
    expect(moved).toEqual([1n, 2n]);
  });

  it.each([
    ['dear in the last hour of a move that can be made', false, 3_000n],
    ['no dearer in the last hour where the other side is right, and nothing can be done', true, 300n],
  ])('make gas %s', async (_name, agrees, maxFee) => {
    const fees = new GameFees({ usual: 300n, urgent: 3_000n, urgentSeconds: 3_600n });
    const l1 = new GamesOnL1([{ challenger: liar, asserter: owner, secondsLeft: 60n }]);
    const { failures, games } = await turn(l1, { owners: [owner], fees, trace: async () => trace(agrees) });
    expect([failures, games]).toEqual([[], [0n]]);
    expect(fees.limits().maxFee).toBe(maxFee);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { L1Source } from '@metachain/bridge';
import { disputeGameAbi } from '@metachain/contracts';
import {
  type Address,
  encodeAbiParameters,
  encodeEventTopics,
  type Hash,
  type Hex,
  keccak256,
  numberToHex,
  pad,
} from 'viem';

import { GameLogFile } from './game-log-file.js';
import { GameLog } from './game-log.js';
import { GameMarks } from './game-marks.js';
import type { LoggedGame } from './logged-game.js';
import { atOpening } from './sections.js';

const contract = pad('0xc0', { size: 20 });
const word = (value: number): Hash => pad(numberToHex(value), { size: 32 });

/** A chain in which block `opened[i]` opens game `i`, and may end it; a reorg gives other hashes and other games from a block on. */
class ScriptedL1 {
  /** Blocks that end games, by game. */
  ends: ReadonlyMap<number, number> = new Map();
  /** Who is the asserter of a game. */
  asserter: (game: number) => Address = () => contract;
  /** Ranges that were asked for. */
  readonly asked: [number, number][] = [];
  fails: (from: number) => boolean = () => false;
  private forks: { from: number; salt: number }[] = [];

  constructor(public opened: readonly number[]) {}

  reorg(from: number, opened: readonly number[]): void {
    this.forks.push({ from, salt: this.forks.length + 1 });
    this.opened = opened;
  }

  block(number: number): { number: bigint; hash: Hash } {
    const salt = this.forks.filter(({ from }) => number >= from).at(-1)?.salt ?? 0;
    return { number: BigInt(number), hash: keccak256(numberToHex(number * 1_000 + salt)) };
  }

  readonly source = {
    agreedBlock: async (number: bigint) => this.block(Number(number)),
    agreed: async (_method: string, [query]: { fromBlock: Hex; toBlock: Hex }[], read: (logs: unknown) => unknown) => {
      const [from, to] = [Number(query!.fromBlock), Number(query!.toBlock)];
      this.asked.push([from, to]);
      if (this.fails(from)) throw new TypeError('lost');
      const events = this.opened.flatMap((at, game) => [
        { at, log: () => this.log(at, game) },
        { at: this.ends.get(game) ?? Infinity, log: () => this.endOf(game) },
      ]);
      const asked = events.filter(({ at }) => at >= from && at <= to).sort((one, other) => one.at - other.at);
      return read(asked.map(({ log }, index) => ({ ...log(), logIndex: numberToHex(index) })));
    },
  } as unknown as L1Source;

  private log(at: number, game: number): object {
    const event = { abi: disputeGameAbi, eventName: 'GameOpened' } as const;
    const args = { gameId: BigInt(game), assertionId: 1n, challenger: contract };
    const types = ['address', 'bytes32', 'uint64', 'uint256', 'uint256', 'bytes32', 'bytes32[]'];
    return {
      address: contract,
      topics: encodeEventTopics({ ...event, args }),
      data: encodeAbiParameters(
        types.map((type) => ({ type })),
        [this.asserter(game), word(1), 9n, 2n ** 256n - 1n, 5n, word(2), [word(3)]],
      ),
      blockNumber: numberToHex(at),
      blockHash: this.block(at).hash,
      transactionHash: word(at),
    };
  }

  /** The challenger won. */
  private endOf(game: number): object {
    const at = this.ends.get(game)!;
    const args = { gameId: BigInt(game), winner: contract };
    return {
      ...this.log(at, game),
      topics: encodeEventTopics({ abi: disputeGameAbi, eventName: 'GameEnded', args }),
      data: word(1),
    };
  }
}

const logOf = (l1: ScriptedL1, file?: GameLogFile, parties?: readonly Address[]): GameLog =>
  new GameLog({ source: l1.source, contract, fromBlock: 100n, maxRange: 100n, file, parties });
const ids = (log: GameLog): bigint[] => log.all.map(({ id }) => id);

describe('GameLog', () => {
  it('goes on after a failed query where the last good one ended', async () => {
    const l1 = new ScriptedL1([150, 350]);
    l1.fails = (from) => from === 300 && l1.asked.length < 6;
    const log = logOf(l1);
    for (let failure = 0; failure < 3; failure++) await expect(log.readTo(l1.block(480))).rejects.toThrow('lost');
    await log.readTo(l1.block(480));
    expect(l1.asked).toEqual([
      [100, 199],
      [200, 299],
      [300, 399],
      [300, 399],
      [300, 399],
      [300, 399],
      [400, 480],
    ]);
    expect(ids(log)).toEqual([0n, 1n]);
  });

  it('reads again after a reorg only what the reorg reached', async () => {
    const l1 = new ScriptedL1([150, 1_005]);
    const log = logOf(l1);
    for (const head of [1_000, 1_001, 1_005, 1_006]) await log.readTo(l1.block(head));
    expect(ids(log)).toEqual([0n, 1n]);
    l1.reorg(1_003, [150, 1_004, 1_007]);
    l1.asked.length = 0;
    await log.readTo(l1.block(1_008));
    expect(l1.asked).toEqual([[1_002, 1_008]]);
    expect(ids(log)).toEqual([0n, 1n, 2n]);
    await log.readTo(l1.block(1_008));
    expect(l1.asked).toHaveLength(1);
  });

  it('reads everything again only after a reorg beyond all that it remembers', async () => {
    const l1 = new ScriptedL1([150]);
    const log = logOf(l1);
    await log.readTo(l1.block(2_000));
    for (let head = 2_001; head < 2_020; head++) await log.readTo(l1.block(head));
    l1.reorg(1_600, [150, 1_700]);
    l1.asked.length = 0;
    await log.readTo(l1.block(2_020));
    expect(l1.asked[0]).toEqual([1_600, 1_699]);
    l1.reorg(110, []);
    await log.readTo(l1.block(2_021));
    expect(ids(log)).toEqual([]);
  });

  it('steps back behind a reorg where L1 contradicts it, and to the beginning where that was not enough', async () => {
    const l1 = new ScriptedL1([150]);
    const log = logOf(l1);
    await log.readTo(l1.block(2_000));
    l1.asked.length = 0;
    log.distrust();
    await log.readTo(l1.block(2_000));
    expect(l1.asked[0]).toEqual([1_400, 1_499]);
    log.distrust();
    log.distrust();
    l1.asked.length = 0;
    await log.readTo(l1.block(2_000));
    expect(l1.asked[0]).toEqual([100, 199]);
    expect(ids(log)).toEqual([0n]);
  });
});

describe('games of others that are over', () => {
  const us = pad('0xcc', { size: 20 });
  /** Game 0 is ours, games 1 and 2 are not; 0 and 1 end at block 300. */
  const threeGames = () => {
    const l1 = new ScriptedL1([150, 150, 150]);
    l1.ends = new Map([
      [0, 300],
      [1, 300],
    ]);
    l1.asserter = (game) => (game === 0 ? us : contract);
    return l1;
  };

  it('are forgotten once no expected reorg reaches their end, and no others', async () => {
    const l1 = threeGames();
    const log = logOf(l1, undefined, [us]);
    await log.readTo(l1.block(800));
    expect(log.all.map(({ id, ended }) => [id, ended])).toEqual([
      [0n, 'challengerWon'],
      [1n, 'challengerWon'],
      [2n, undefined],
    ]);
    await log.readTo(l1.block(1_100));
    expect(ids(log)).toEqual([0n, 2n]);
    expect(log.get(1n)).toBeUndefined();
  });

  it('are kept for who names no parties', async () => {
    const l1 = threeGames();
    const log = logOf(l1);
    await log.readTo(l1.block(2_000));
    expect(ids(log)).toEqual([0n, 1n, 2n]);
  });

  it('run again where a reorg takes back their end', async () => {
    const l1 = threeGames();
    const log = logOf(l1, undefined, [us]);
    for (const head of [250, 299, 300, 600]) await log.readTo(l1.block(head));
    l1.ends = new Map([[1, 610]]);
    l1.reorg(300, l1.opened);
    await log.readTo(l1.block(620));
    expect(log.all.map(({ ended }) => ended)).toEqual([undefined, 'challengerWon', undefined]);
    await log.readTo(l1.block(1_400));
    expect(ids(log)).toEqual([0n, 2n]);
  });
});

describe('GameMarks', () => {
  const game = (id: number, ended = false): LoggedGame => ({
    id: BigInt(id),
    assertionId: 1n,
    challenger: contract,
    asserter: contract,
    program: word(1),
    endItem: 9n,
    turn: 0n,
    section: atOpening(5n, [word(2), word(3)]),
    ended: ended ? 'void' : undefined,
  });
  const mark = (number: number, games: readonly LoggedGame[]) => ({
    number: BigInt(number),
    hash: word(number),
    games,
  });

  it('costs what changed, however many games there are', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = () => (collect(), process.memoryUsage().heapUsed);
    const marks = new GameMarks([]);
    marks.add(
      mark(
        0,
        Array.from({ length: 20_000 }, (_, id) => game(id)),
      ),
    );
    const before = held();
    for (let block = 1; block <= 500; block++) marks.add(mark(block, [game(block, true)]));
    expect(held() - before).toBeLessThan(20_000_000);
    expect([marks.size, marks.games.size]).toEqual([501, 20_000]);
    for (let block = 500; block > 0; block--) marks.back();
    expect([...marks.games.values()].every(({ ended }) => ended === undefined)).toBe(true);
  });

  it('grows only with the games that run, whatever was played before', () => {
    const marks = new GameMarks([]);
    for (let block = 0; block < 5_000; block++) {
      marks.add(mark(block, [game(block), ...(block < 10 ? [] : [game(block - 10, true)])]));
    }
    expect(marks.size).toBe(513);
    expect(marks.games.size).toBe(513 + 10);
  });
});

describe('GameLogFile', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'games-'));
    path = join(directory, 'below', 'games.json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const read = async (l1: ScriptedL1, head: number) => {
    const log = logOf(l1, new GameLogFile(path));
    l1.asked.length = 0;
    await log.readTo(l1.block(head));
    return { log, first: l1.asked[0] };
  };

  it('lets a restart go on where the last life was', async () => {
    const l1 = new ScriptedL1([150, 900]);
    const { log } = await read(l1, 1_000);
    const again = await read(l1, 1_050);
    // Not every stretch is kept: that would be a file a block.
    expect(again.first![0]).toBeGreaterThan(1_000 - 256);
    expect(again.log.all).toEqual(log.all);
  });

  it('holds each game once, and none that is over and of no concern', async () => {
    const write = async (games: number) => {
      const l1 = new ScriptedL1(Array<number>(games).fill(150));
      l1.ends = new Map(Array.from({ length: games - 10 }, (_, game) => [game, 200]));
      await logOf(l1, new GameLogFile(path), [pad('0xcc', { size: 20 })]).readTo(l1.block(1_000));
      return readFileSync(path, 'utf8').length;
    };
    const few = await write(20);
    expect(await write(500)).toBeLessThan(few + 100);
    expect(few).toBeLessThan(12_000);
  });

  it('tells a restart of games that changed and ended since the older of its blocks', async () => {
    const l1 = new ScriptedL1([150, 150, 900, 990]);
    l1.ends = new Map([
      [1, 995],
      [2, 996],
    ]);
    const { log } = await read(l1, 1_000);
    const again = await read(l1, 1_001);
    expect(again.log.all).toEqual(log.all);
    expect(again.first).toEqual([1_000, 1_001]);
    l1.ends = new Map();
    l1.reorg(994, l1.opened);
    expect((await read(l1, 1_002)).log.all.map(({ ended }) => ended)).toEqual(Array(4).fill(undefined));
  });

  it('gives up what is more than a file can hold, and nothing else', async () => {
    const l1 = new ScriptedL1([150]);
    const file = new GameLogFile(path);
    const log = logOf(l1, file);
    const stringify = jest.spyOn(JSON, 'stringify').mockImplementation(() => {
      throw new RangeError('Invalid string length');
    });
    await log.readTo(l1.block(1_000)).finally(() => stringify.mockRestore());
    expect(ids(log)).toEqual([0n]);
  });

  it('goes back as far as a reorg between the lives reached', async () => {
    const l1 = new ScriptedL1([150, 1_990]);
    await read(l1, 2_000);
    l1.reorg(1_800, [150]);
    const again = await read(l1, 2_050);
    expect(again.first).toEqual([1_400, 1_499]);
    expect(ids(again.log)).toEqual([0n]);
  });

  it.each([
    ['is cut short', (text: string) => text.slice(0, -10)],
    ['is of an older version', (text: string) => text.replaceAll(/"turn":"\d+",/g, '')],
    ['names a turn that is no word', (text: string) => text.replaceAll(/"turn":"\d+"/g, `"turn":"${2n ** 256n}"`)],
    ['holds something else', () => '{"marks":[{"number":"-1"}]}'],
    ['was kept for other parties', (text: string) => text.replace('"marks"', `"parties":["${contract}"],"marks"`)],
    ['is of another contract', (text: string) => text.replace(contract, pad('0xc1', { size: 20 }))],
  ])('is not used where it %s', async (_name, damage) => {
    const l1 = new ScriptedL1([150]);
    await read(l1, 1_000);
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    const again = await read(l1, 1_000);
    expect(again.first).toEqual([100, 199]);
    expect(ids(again.log)).toEqual([0n]);
  });
});

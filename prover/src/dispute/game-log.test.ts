import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { L1Source } from '@metachain/bridge';
import { disputeGameAbi } from '@metachain/contracts';
import { encodeAbiParameters, encodeEventTopics, type Hash, type Hex, keccak256, numberToHex, pad } from 'viem';

import { GameLogFile } from './game-log-file.js';
import { GameLog } from './game-log.js';

const contract = pad('0xc0', { size: 20 });
const word = (value: number): Hash => pad(numberToHex(value), { size: 32 });

/** A chain in which block `opened[i]` opens game `i`; a reorg gives other hashes and other games from a block on. */
class ScriptedL1 {
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
      return read(this.opened.flatMap((at, game) => (at >= from && at <= to ? [this.log(at, game)] : [])));
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
        [contract, word(1), 9n, 2n ** 256n - 1n, 5n, word(2), [word(3)]],
      ),
      blockNumber: numberToHex(at),
      blockHash: this.block(at).hash,
      transactionHash: word(at),
      logIndex: '0x0',
    };
  }
}

const logOf = (l1: ScriptedL1, file?: GameLogFile): GameLog =>
  new GameLog({ source: l1.source, contract, fromBlock: 100n, maxRange: 100n, file });
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
    ['holds something else', () => '{"marks":[{"number":"-1"}]}'],
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

import { mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Hex } from 'viem';
import { ProofArchive, type ProvenBlock } from './proof-archive.js';

const word = (fill: number): Hex => `0x${fill.toString(16).padStart(2, '0').repeat(32)}`;
const block = (number: bigint, ...keys: number[]): ProvenBlock => ({
  number,
  stateRoot: word(Number(number)),
  words: new Map(keys.map((key) => [word(key), { value: word(1), proof: word(key + 100) }])),
});
const open = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'proofs-'));
  return { directory, archive: await ProofArchive.open(directory) };
};

describe('ProofArchive', () => {
  it('finds what was kept, before and after a restart, and nothing else', async () => {
    const { directory, archive } = await open();
    await archive.write('first', block(7n, 1, 2));
    await archive.write('again', block(7n, 3));
    for (const reader of [archive, await ProofArchive.open(directory)]) {
      expect(await reader.find(word(2), 7n)).toEqual({ value: word(1), proof: word(102), stateRoot: word(7) });
      expect(await reader.find(word(3), 7n)).toMatchObject({ proof: word(103) });
      expect(await reader.find(word(4), 7n)).toBeUndefined();
      expect(await reader.find(word(2), 8n)).toBeUndefined();
    }
  });

  it('remembers how far it has come', async () => {
    const { directory, archive } = await open();
    expect(archive.progress).toEqual({ settled: undefined, block: 0n });
    await archive.advance(5n, 1n << 40n);
    expect((await ProofArchive.open(directory)).progress).toEqual({ settled: 5n, block: 1n << 40n });
  });

  it('forgets blocks that were undone, and replaces what another branch made of one', async () => {
    const { archive } = await open();
    await archive.advance(5n, 9n);
    await archive.write('first', block(7n, 1));
    await archive.write('first', block(9n, 1));
    await archive.dropAbove(8n);
    expect(await archive.find(word(1), 9n)).toBeUndefined();
    expect(await archive.find(word(1), 7n)).toBeDefined();
    expect(archive.progress.block).toBe(8n);
    await archive.write('first', { ...block(7n, 1), stateRoot: word(0xee) });
    expect(await archive.find(word(1), 7n)).toMatchObject({ stateRoot: word(0xee) });
  });

  it('lets proofs at later assertions expire, never those at the first', async () => {
    const { directory, archive } = await open();
    for (const kind of ['first', 'again'] as const)
      for (const number of [7n, 8n]) await archive.write(kind, block(number, kind === 'first' ? 1 : 2));
    const old = Date.now() / 1_000 - 5_000;
    for (const name of readdirSync(directory)) if (name.includes('7.')) utimesSync(join(directory, name), old, old);
    await archive.expire(4_000);
    expect(await archive.find(word(2), 7n)).toBeUndefined();
    expect(await archive.find(word(2), 8n)).toBeDefined();
    expect(await archive.find(word(1), 7n)).toBeDefined();
  });

  it('does not answer from a damaged file', async () => {
    const { directory, archive } = await open();
    await archive.write('first', block(7n, 1));
    const [name] = readdirSync(directory);
    writeFileSync(join(directory, name!), 'not gzip');
    await expect((await ProofArchive.open(directory)).find(word(1), 7n)).rejects.toThrow();
  });
});

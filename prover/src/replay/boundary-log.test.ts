import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Boundary, genesisBoundary } from './boundary.js';
import { BoundaryLog, type CutTail } from './boundary-log.js';

const hash = (fill: number) => `0x${fill.toString(16).padStart(2, '0').repeat(32)}` as const;
const boundary = (item: number): Boundary => ({
  ...genesisBoundary(hash(item), hash(item + 100)),
  item: BigInt(item),
  itemHash: hash(item + 50),
});

let directory: string;
let path: string;
const cuts: CutTail[] = [];
const open = () => BoundaryLog.open(path, (cut) => cuts.push(cut));
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boundaries-'));
  path = join(directory, 'boundaries.jsonl');
  cuts.length = 0;
  const log = await open();
  for (const item of [1, 2, 3]) await log.append(boundary(item));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the log of boundaries', () => {
  it('reads back what was written', async () => {
    const log = await open();
    expect([1n, 2n, 3n, 4n].map((item) => log.at(item))).toEqual([boundary(1), boundary(2), boundary(3), undefined]);
    expect(cuts).toEqual([]);
  });

  it('cuts a torn last line, says so, and goes on behind what is left', async () => {
    await appendFile(path, '{"item":"4","itemHa');
    expect((await open()).at(3n)).toEqual(boundary(3));
    expect(cuts).toEqual([{ path, line: 4, bytes: 19 }]);
    await (await open()).append(boundary(4));
    expect((await open()).at(4n)).toEqual(boundary(4));
    expect(cuts).toHaveLength(1);
  });

  it.each([
    ['a flipped bit', (text: string) => text.replace(hash(2), hash(3))],
    ['a line without its checksum', (text: string) => text.replace(/ [0-9a-f]{16}\n(?=\{"item":"3")/, '\n')],
    [
      'a checksum of another line',
      (text: string) => text.replace(/(\{"item":"2".*) [0-9a-f]{16}\n/, '$1 0123456789abcdef\n'),
    ],
  ])('cuts at %s: nothing behind it is trusted', async (_name, damage) => {
    const text = await readFile(path, 'utf8');
    expect(damage(text)).not.toBe(text);
    await writeFile(path, damage(text));
    const log = await open();
    expect([1n, 2n, 3n].map((item) => log.at(item))).toEqual([boundary(1), undefined, undefined]);
    expect(cuts).toMatchObject([{ path, line: 2 }]);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(2);
  });
});

import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CheckedRecord } from '../check/checked-record.js';
import { BoundaryLog } from './boundary-log.js';
import { type Boundary, genesisBoundary } from './boundary.js';
import { Disk, replaceFile } from './disk.js';

const hash = (fill: number) => `0x${fill.toString(16).padStart(2, '0').repeat(32)}` as const;
const boundary = (item: number): Boundary => ({
  ...genesisBoundary(hash(item), hash(item + 100)),
  item: BigInt(item),
  itemHash: hash(item + 50),
});
/** Longer than the pause after a refusal. */
const LATER_MS = 60_000;

let directory: string;
let path: string;
let clock: number;
let told: string[];
let disk: Disk;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'disk-'));
  path = join(directory, 'data', 'kept');
  clock = 0;
  told = [];
  const code = (error: Error) => (error as NodeJS.ErrnoException).code;
  disk = new Disk(
    {
      refused: (what, error) => told.push(`${what} ${code(error)}`),
      taken: (what) => told.push(`${what} taken`),
    },
    () => clock,
  );
});
afterEach(() => rm(directory, { recursive: true }));

/** Puts something in the way of the data directory, or on the path a device that is always full. */
const refusals: [string, string, () => Promise<void>, () => Promise<void>][] = [
  [
    'a directory that cannot be made',
    'ENOTDIR',
    () => writeFile(join(directory, 'data'), ''),
    () => rm(join(directory, 'data')),
  ],
  [
    'a full disk',
    'ENOSPC',
    async () => {
      await mkdir(join(directory, 'data'));
      for (const name of ['kept', 'kept.new']) await symlink('/dev/full', join(directory, 'data', name));
    },
    () => rm(join(directory, 'data'), { recursive: true }),
  ],
];

describe.each(refusals)('%s', (_name, refusal, refuse, mend) => {
  it('costs the log of boundaries nothing but its file, which is whole once there is room', async () => {
    await refuse();
    const log = await BoundaryLog.open(path, undefined, disk);
    for (const item of [1, 2, 3]) await log.append(boundary(item));
    await log.cutAfter(2n);
    expect([1n, 2n, 3n].map((item) => log.at(item)?.item)).toEqual([1n, 2n, undefined]);
    // Tried once, not with every item.
    expect(told[0]).toMatch(new RegExp(`^boundaries (${refusal}|EEXIST)$`));
    expect(told).toHaveLength(1);
    await mend();
    clock += LATER_MS;
    await log.append(boundary(3));
    expect(told[1]).toBe('boundaries taken');
    await log.append(boundary(4));
    const again = await BoundaryLog.open(path);
    expect([1n, 2n, 3n, 4n].map((item) => again.at(item))).toEqual([1, 2, 3, 4].map(boundary));
  });

  it('costs the record of what was checked nothing before the next start', async () => {
    await refuse();
    const record = await CheckedRecord.open(path, disk);
    await record.write(boundary(5));
    expect(record.covers(boundary(5))).toBe(true);
    expect(told).toHaveLength(1);
    await mend();
    clock += LATER_MS;
    await record.write(boundary(6));
    expect((await CheckedRecord.open(path)).covers(boundary(6))).toBe(true);
  });
});

describe('a disk', () => {
  it('is tried again after a pause, and says each time that it refuses', async () => {
    const write = () => writeFile(path, '');
    expect(await disk.keep('blobs', write)).toBe(false);
    expect(await disk.keep('blobs', write)).toBe(false);
    expect(await disk.keep('checkpoints', write)).toBe(false);
    clock += LATER_MS;
    expect(await disk.keep('blobs', write)).toBe(false);
    expect(told).toEqual(['blobs ENOENT', 'checkpoints ENOENT', 'blobs ENOENT']);
    await mkdir(join(directory, 'data'));
    clock += LATER_MS;
    expect(await disk.keep('blobs', write)).toBe(true);
    expect(told.at(-1)).toBe('blobs taken');
  });

  it('is not blamed for a fault of the program', async () => {
    await expect(disk.keep('blobs', () => Promise.reject(new TypeError('no')))).rejects.toThrow('no');
    expect(told).toEqual([]);
  });

  it('keeps the old file where it has no room for the new one, and nothing of that', async () => {
    await mkdir(join(directory, 'data'));
    await writeFile(path, 'old');
    await symlink('/dev/full', `${path}.new`);
    await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(join(directory, 'data'))).toEqual(['kept']);
    await replaceFile(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
  });
});

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SEGMENT_HEADER_BYTES } from './segment.js';
import { openJournal, pruneJournal } from './journal.js';

const identity = Buffer.alloc(32, 7);
const directory = (): string => mkdtempSync(join(tmpdir(), 'journal-'));
const open = (path: string, segmentBytes = 1 << 20, from = 0n) => openJournal(path, identity, from, segmentBytes);
const transaction = (value: number) => ({
  kind: 'transaction' as const,
  wire: Buffer.of(value, value),
  memo: Buffer.alloc(60, value),
});

async function filled(frames: number, segmentBytes?: number): Promise<string> {
  const path = directory();
  const { writer } = await open(path, segmentBytes);
  for (let frame = 0; frame < frames; frame++) {
    writer.add(transaction(frame & 255));
    await writer.durable();
  }
  await writer.close();
  return path;
}

const files = (path: string): string[] => readdirSync(path).sort();

describe('journal', () => {
  it('gives back every kind of entry', async () => {
    const path = directory();
    const { writer } = await open(path);
    const input = { index: 3n, words: Buffer.alloc(64, 5), alias: Buffer.alloc(32, 6) };
    const context = { timestamp: 10n, delayed: 1n, priceItem: 4n, producer: `0x${'ab'.repeat(20)}` as const };
    const hash = `0x${'cd'.repeat(32)}` as const;
    const entries = [
      { kind: 'begin' as const, context, messages: [input], item: { ...input, alias: Buffer.alloc(0) } },
      transaction(1),
      { ...transaction(2), kind: 'queued' as const },
      { kind: 'seal' as const, number: 1n, hash },
      { kind: 'undo' as const, number: 0n },
      { kind: 'dropped' as const, hash },
    ];
    for (const entry of entries) writer.add(entry);
    await writer.close();
    const { records } = await open(path);
    expect(records.map(({ entry }) => entry)).toEqual(entries);
  });

  it('puts what was added during a sync into one frame', async () => {
    const path = directory();
    const { writer } = await open(path);
    const syncs = Array.from({ length: 100 }, (_, value) => {
      writer.add(transaction(value));
      return writer.durable();
    });
    await Promise.all(syncs);
    expect(writer.nextSequence).toBeLessThan(4n);
    await writer.close();
    expect((await open(path)).records).toHaveLength(100);
  });

  it('cuts a commit that is larger than a frame may be into several that are read again', async () => {
    const path = directory();
    const { writer } = await open(path, 1 << 30);
    const wire = Buffer.alloc(1 << 20, 3);
    for (let entry = 0; entry < 70; entry++) writer.add({ ...transaction(1), wire });
    await writer.close();
    expect(writer.nextSequence).toBe(2n);
    expect((await open(path, 1 << 30)).records).toHaveLength(70);
  });

  it('cuts at the size of a segment, between entries', async () => {
    const path = directory();
    const { writer } = await open(path, 300);
    for (let value = 1; value < 10; value++) writer.add(transaction(value));
    await writer.close();
    const { records } = await open(path, 300);
    expect(records.map(({ sequence }) => Number(sequence))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2]);
  });

  it('writes nothing of an entry that is too large to be read again', async () => {
    const path = directory();
    const { writer } = await open(path);
    writer.add(transaction(1));
    const wire = Buffer.alloc(1 << 26);
    expect(() => writer.add({ ...transaction(3), wire })).toThrow(expect.objectContaining({ code: 107 }));
    writer.add(transaction(4));
    await writer.close();
    expect((await open(path)).records.map(({ entry }) => entry)).toEqual([transaction(1), transaction(4)]);
  });

  it('cuts a torn last frame at every length and goes on', async () => {
    const path = await filled(3);
    const file = join(path, files(path)[0]!);
    const whole = readFileSync(file);
    const frame = (whole.length - SEGMENT_HEADER_BYTES) / 3;
    for (let cut = 1; cut < frame; cut += 7) {
      writeFileSync(file, whole.subarray(0, whole.length - cut));
      const { records, writer, cutBytes } = await open(path);
      expect([records.length, cutBytes]).toEqual([2, frame - cut]);
      writer.add(transaction(9));
      await writer.close();
      expect((await open(path)).records).toHaveLength(3);
      writeFileSync(file, whole);
    }
  });

  it('names file and offset of a flipped byte anywhere', async () => {
    const path = await filled(4);
    const file = join(path, files(path)[0]!);
    const whole = readFileSync(file);
    const frame = (whole.length - SEGMENT_HEADER_BYTES) / 4;
    for (let offset = 0; offset < whole.length; offset += 5) {
      const damaged = Buffer.from(whole);
      damaged[offset]! ^= 0x40;
      writeFileSync(file, damaged);
      const start = offset < SEGMENT_HEADER_BYTES ? 0 : offset - ((offset - SEGMENT_HEADER_BYTES) % frame);
      await expect(open(path)).rejects.toMatchObject({ code: 101, file, offset: start });
    }
  });

  it('rolls segments over, misses none, and prunes old ones', async () => {
    const path = await filled(20, 300);
    expect(files(path).length).toBeGreaterThan(3);
    expect((await open(path, 300)).records).toHaveLength(20);
    const deleted = await pruneJournal(path, 10n);
    expect(deleted).toBeGreaterThan(0);
    expect((await open(path, 300, 10n)).records).toHaveLength(10);
    await expect(open(path, 300, 0n)).rejects.toMatchObject({ code: 106 });
  });

  it('refuses a missing segment and the journal of another chain', async () => {
    const path = await filled(20, 300);
    await expect(openJournal(path, Buffer.alloc(32, 8), 0n, 300)).rejects.toMatchObject({ code: 102 });
    const { unlinkSync } = await import('node:fs');
    unlinkSync(join(path, files(path)[1]!));
    await expect(open(path, 300)).rejects.toMatchObject({ code: 106 });
  });

  it('reports a disk that refuses a write to every waiter, for good', async () => {
    const path = directory();
    const { writer } = await open(path);
    const internals = writer as unknown as { handle: { write: () => Promise<never> } };
    internals.handle.write = () => Promise.reject(new RangeError('ENOSPC: no space left on device'));
    writer.add(transaction(1));
    const waits = await Promise.allSettled([writer.durable(), writer.durable()]);
    expect(waits.map((wait) => wait.status)).toEqual(['rejected', 'rejected']);
    await expect(writer.durable()).rejects.toMatchObject({ code: 103 });
  });
});

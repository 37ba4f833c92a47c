import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Hex } from 'viem';
import type { EngineOptions } from '../engine/engine.types.js';
import { signedTransfer } from '../testing/engine-setup.js';
import { foreignPayload, foreignScene, judgeForeign, requestFor, startHost, user } from '../testing/foreign-item.js';
import { type JournalEntry, readEntries } from './entry.js';
import { FRAME_HEADER_BYTES, readFrame } from './frame.js';
import { SEGMENT_HEADER_BYTES } from './segment.js';

jest.setTimeout(300_000);

/** Cuts of each journal; `FUZZ_RUNS=2000` for a long run, `FUZZ_SEED` to start elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** A frame by its place in all bytes of a journal, segments one after another. */
interface PlacedFrame {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly JournalEntry[];
}

/** A journal that ends with derived blocks, and what stands in it. */
interface Journalled {
  readonly options: EngineOptions;
  readonly words: Uint8Array;
  readonly files: readonly { readonly name: string; readonly start: number; readonly bytes: Buffer }[];
  readonly frames: readonly PlacedFrame[];
  /** First byte of the frames that a derivation wrote. */
  readonly derivedFrom: number;
  readonly end: number;
  /** Transactions of the user that were acknowledged before. */
  readonly acknowledged: number;
}

/** Blocks of the node's own, if any, then two blocks that take their place. Segments that are small hold one frame each. */
async function journalled(acknowledged: number, segmentBytes: number): Promise<Journalled> {
  const { options, transactions } = await foreignScene('cut', { segmentBytes });
  const words = await foreignPayload(transactions);
  const { host } = await startHost(options);
  for (let nonce = 0; nonce < acknowledged; nonce++) {
    expect(await host.submit([await signedTransfer(options, user, nonce)])).toMatchObject([{ status: 'executed' }]);
    if (nonce % 2 === 1) await host.tick();
  }
  const own = host.status().journalSequence;
  await host.derive(requestFor(words));
  await host.stop();
  return { options, words, acknowledged, ...read(options.directory, Number(own)) };
}

function read(directory: string, own: number) {
  const files: { name: string; start: number; bytes: Buffer }[] = [];
  const frames: PlacedFrame[] = [];
  let end = 0;
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.log'))) {
    const bytes = readFileSync(join(directory, name));
    files.push({ name, start: end, bytes });
    for (let at = SEGMENT_HEADER_BYTES; at < bytes.length;) {
      const frame = readFrame(bytes, at, BigInt(frames.length));
      if (frame.kind !== 'frame') return expect(frame.kind).toBe('frame') as never;
      frames.push({ start: end + at, end: end + frame.next, entries: readEntries(frame.body) });
      at = frame.next;
    }
    end += bytes.length;
  }
  return { files, frames, derivedFrom: frames[own]!.start, end };
}

/** What a crash leaves of the journal when only its first `cut` bytes reached the disk. */
function cutAt({ options, files }: Journalled, cut: number): EngineOptions {
  const directory = mkdtempSync(join(tmpdir(), 'cut-'));
  for (const { name, start, bytes } of files)
    if (start <= cut) writeFileSync(join(directory, name), bytes.subarray(0, cut - start));
  return { ...options, directory };
}

/** The chain after the frames that are whole: the last block's hash comes last. */
function chainOf({ frames }: Journalled, cut: number): Hex[] {
  const chain: Hex[] = [];
  for (const entry of frames.filter(({ end }) => end <= cut).flatMap(({ entries }) => entries)) {
    if (entry.kind === 'undo') chain.length = Number(entry.number);
    if (entry.kind === 'seal' || entry.kind === 'derived') chain.push(entry.hash);
  }
  return chain;
}

const hashes = ({ blocks }: Awaited<ReturnType<typeof startHost>>) => blocks().map(({ block }) => block.hash);

/** Starts on a cut journal, derives the item again as the poster would ask for it, and starts once more. */
async function recoverFrom(journal: Journalled, cut: number): Promise<void> {
  const options = cutAt(journal, cut);
  const first = await startHost(options);
  expect(hashes(first)).toEqual(chainOf(journal, cut));
  const derived = await first.host.derive(requestFor(journal.words));
  const expected = judgeForeign(journal.words).map(({ hash }) => hash);
  expect(derived.map(({ hash }) => hash)).toEqual(expected);
  await first.host.tick();
  expect(first.host.nonce(user.address)).toBe(BigInt(Math.max(journal.acknowledged, 3)));
  const { head } = first.host.status();
  await first.host.stop();
  const again = await startHost(options);
  expect(hashes(again).slice(0, expected.length)).toEqual(expected);
  expect(again.host.status().head).toBe(head);
  await again.host.stop();
}

/** Any byte of the derived frames, and more often than by chance the bytes at which something begins or ends. */
function cutsOf({ frames, files, derivedFrom, end }: Journalled) {
  const edges = [
    ...frames.flatMap((frame) => [frame.start, frame.start + FRAME_HEADER_BYTES, frame.end]),
    ...files.flatMap(({ start }) => [start, start + SEGMENT_HEADER_BYTES]),
  ].flatMap((edge) => [edge - 1, edge, edge + 1]);
  const meant = [...new Set(edges)].filter((edge) => edge >= derivedFrom && edge <= end);
  return fc.oneof(fc.constantFrom(...meant), fc.integer({ min: derivedFrom, max: end }));
}

describe.each([
  ['derived blocks alone', 0, 1 << 20],
  ['derived blocks alone, a segment each', 0, 256],
  ['derived blocks in the place of its own', 4, 1 << 20],
  ['derived blocks in the place of its own, a segment each', 4, 256],
])('a node that crashes while it writes %s', (_, acknowledged, segmentBytes) => {
  let journal: Journalled;
  beforeAll(async () => void (journal = await journalled(acknowledged, segmentBytes)));

  it('recovers to the last whole frame, derives the rest again, and loses nothing that it acknowledged', async () => {
    const derived = journal.frames.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'derived');
    expect(derived).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(cutsOf(journal), (cut) => recoverFrom(journal, cut)),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

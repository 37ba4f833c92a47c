import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Hex } from 'viem';
import { z } from 'zod';
import { writeFileDurably } from '../journal/segment.js';

/** A state word and its proof (docs/spec/state.md). */
export interface ProvenWord {
  readonly value: Hex;
  readonly proof: Hex;
}

/** Words of the state after one block, by key. */
export interface ProvenBlock {
  readonly number: bigint;
  readonly stateRoot: Hex;
  readonly words: ReadonlyMap<Hex, ProvenWord>;
}

/**
 * `first`: of withdrawals that no earlier assertion covers, which is where op-stack tools prove them, whenever their owner comes: kept for
 * ever. `again`: of withdrawals that an earlier assertion covers as well: kept for a time.
 */
export type ProofKind = 'first' | 'again';

/** How far assertions were looked at. */
export interface ArchiveProgress {
  /** Assertions below this one cannot be taken back by L1 any more and are done; undefined before the first look. */
  readonly settled: bigint | undefined;
  /** Newest asserted block that is done: later ones may still need the state from here on. */
  readonly block: bigint;
}

const hex = z
  .string()
  .regex(/^0x[0-9a-f]*$/)
  .transform((text) => text as Hex);
const fileSchema = z.object({ stateRoot: hex, words: z.record(hex, z.object({ value: hex, proof: hex })) });
const integer = z.string().regex(/^\d+$/).transform(BigInt);
const progressSchema = z.object({ settled: integer, block: integer });

const NAME = /^(first|again)-(\d{16})\.json\.gz$/;
const PROGRESS = 'progress.json';
/** Files kept in memory: clients ask for one word after another. */
const REMEMBERED = 4;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Proofs at asserted blocks, in files of the data directory: about 1 KB a withdrawal. They outlive every state window and restart. */
export class ProofArchive {
  private readonly recent = new Map<string, Promise<ProvenBlock | undefined>>();

  private constructor(
    private readonly directory: string,
    private current: ArchiveProgress,
  ) {}

  /** Opens the directory, which is made where there is none. Fails: ZodError where the progress file is damaged. */
  static async open(directory: string): Promise<ProofArchive> {
    await mkdir(directory, { recursive: true });
    const text = await readOptional(join(directory, PROGRESS));
    const progress = text ? progressSchema.parse(JSON.parse(text.toString())) : { settled: undefined, block: 0n };
    return new ProofArchive(directory, progress);
  }

  get progress(): ArchiveProgress {
    return this.current;
  }

  /** Notes how far assertions are done, durably. */
  async advance(settled: bigint, block: bigint): Promise<void> {
    if (this.current.settled === settled && this.current.block === block) return;
    this.current = { settled, block };
    const text = JSON.stringify({ settled: settled.toString(), block: block.toString() });
    await writeFileDurably(this.directory, PROGRESS, [Buffer.from(text)]);
  }

  /** Keeps the words of a block durably, in place of what was kept of it. */
  async write(kind: ProofKind, { number, stateRoot, words }: ProvenBlock): Promise<void> {
    const text = JSON.stringify({ stateRoot, words: Object.fromEntries(words) });
    await writeFileDurably(this.directory, fileName(kind, number), [await compress(text)]);
    this.recent.clear();
  }

  /** A word after a block, if it was kept. Fails as reading a damaged file does. */
  async find(key: Hex, number: bigint): Promise<(ProvenWord & { readonly stateRoot: Hex }) | undefined> {
    for (const kind of ['first', 'again'] as const) {
      const block = await this.read(kind, number);
      const word = block?.words.get(key);
      if (block && word) return { ...word, stateRoot: block.stateRoot };
    }
    return undefined;
  }

  /** What is kept of one kind at a block. */
  read(kind: ProofKind, number: bigint): Promise<ProvenBlock | undefined> {
    const name = fileName(kind, number);
    const known = this.recent.get(name);
    if (known) return known;
    const block = this.load(name, number);
    this.recent.set(name, block);
    const [oldest] = this.recent.keys();
    if (this.recent.size > REMEMBERED && oldest !== undefined) this.recent.delete(oldest);
    return block;
  }

  /** Forgets what belongs to undone blocks. */
  async dropAbove(number: bigint): Promise<void> {
    await this.drop((_, block) => block > number);
    if (this.current.block > number) this.current = { ...this.current, block: number };
  }

  /** Forgets `again` proofs that were made more than `seconds` ago. */
  async expire(seconds: number): Promise<void> {
    const oldest = Date.now() - seconds * 1_000;
    await this.drop(async (kind, _, path) => kind === 'again' && (await stat(path)).mtimeMs < oldest);
  }

  private async load(name: string, number: bigint): Promise<ProvenBlock | undefined> {
    const bytes = await readOptional(join(this.directory, name));
    if (!bytes) return undefined;
    const { stateRoot, words } = fileSchema.parse(JSON.parse((await decompress(bytes)).toString()));
    return { number, stateRoot, words: new Map(Object.entries(words) as [Hex, ProvenWord][]) };
  }

  private async drop(
    test: (kind: ProofKind, block: bigint, path: string) => boolean | Promise<boolean>,
  ): Promise<void> {
    for (const name of await readdir(this.directory)) {
      const [, kind, digits] = NAME.exec(name) ?? [];
      const path = join(this.directory, name);
      if (kind && digits && (await test(kind as ProofKind, BigInt(digits), path))) await unlink(path);
    }
    this.recent.clear();
  }
}

const fileName = (kind: ProofKind, number: bigint): string => `${kind}-${number.toString().padStart(16, '0')}.json.gz`;

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hash, Hex } from 'viem';
import { z } from 'zod';
import { SequencerError } from '../errors/sequencer.errors.js';
import { writeFileDurably } from '../journal/segment.js';

/** A batch that was or may have been sent. Written before it is sent, so that a restart knows which blocks an item on L1 holds. */
export interface PostedBatch {
  readonly payloadHash: Hex;
  readonly first: bigint;
  readonly last: bigint;
  readonly lastHash: Hex;
  readonly lastStateRoot: Hex;
  readonly payloadBytes: number;
  /** Every version that was sent. */
  readonly transactions: readonly Hash[];
}

/** The record is damaged: restore it from a backup, or remove it to have the poster read everything from L1 again. */
export class PostingRecordError extends SequencerError {
  constructor(path: string, reason: string) {
    super(106, `posting record ${path}: ${reason}`);
  }
}

const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Hash);
const schema = z.object({
  safe: z.string().transform(BigInt),
  batches: z.array(
    z.object({
      payloadHash: hash,
      first: z.string().transform(BigInt),
      last: z.string().transform(BigInt),
      lastHash: hash,
      lastStateRoot: hash,
      payloadBytes: z.number().int(),
      transactions: z.array(hash),
    }),
  ),
});

const NAME = 'posting.json';
/** Batches that are remembered: far more than an L1 reorganisation can undo. */
const KEPT = 512;

/** What the poster must know after a crash. */
export class PostingRecord {
  private constructor(
    private readonly directory: string,
    private posted: readonly PostedBatch[],
    private safeBlock: bigint,
  ) {}

  /** Reads the record, or starts an empty one. Throws PostingRecordError. */
  static async open(directory: string): Promise<PostingRecord> {
    await mkdir(directory, { recursive: true });
    const path = join(directory, NAME);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return new PostingRecord(directory, [], 0n);
    try {
      const { safe, batches } = schema.parse(JSON.parse(text));
      return new PostingRecord(directory, batches, safe);
    } catch (error) {
      throw new PostingRecordError(path, error instanceof Error ? error.message : String(error));
    }
  }

  /** Newest block that was seen on L1. */
  get safe(): bigint {
    return this.safeBlock;
  }

  get batches(): readonly PostedBatch[] {
    return this.posted;
  }

  /** The batch with this payload, if it was sent from here. */
  find(payloadHash: Hex): PostedBatch | undefined {
    return this.posted.find((batch) => batch.payloadHash === payloadHash);
  }

  /** Remembers a batch, or another version of its transaction. */
  async intend(batch: PostedBatch, transaction: Hash): Promise<void> {
    const known = this.find(batch.payloadHash);
    const transactions = [...(known?.transactions ?? []), transaction];
    const others = this.posted.filter(({ payloadHash }) => payloadHash !== batch.payloadHash);
    this.posted = [...others, { ...batch, transactions }].slice(-KEPT);
    await this.write();
  }

  async setSafe(block: bigint): Promise<void> {
    if (block === this.safeBlock) return;
    this.safeBlock = block;
    await this.write();
  }

  private async write(): Promise<void> {
    const value = { safe: this.safeBlock, batches: this.posted };
    const text = JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));
    await writeFileDurably(this.directory, NAME, [Buffer.from(text)]);
  }
}

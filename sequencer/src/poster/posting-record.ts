import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hash, Hex } from 'viem';
import { z } from 'zod';
import { SequencerError } from '../errors/sequencer.errors.js';
import { writeFileDurably } from '../journal/segment.js';
import type { BatchTerms } from './batch-terms.js';

/**
 * A batch that was or may have been sent. Written before it is sent, so that a restart knows which blocks an item on L1 holds. What the program
 * made of an item is kept in the same form, under the item's hash in place of the payload's; with `last` before `first` where that is nothing.
 */
export interface PostedBatch {
  readonly payloadHash: Hex;
  readonly first: bigint;
  readonly last: bigint;
  /** Header hash of the block before `first`. */
  readonly parentHash: Hex;
  /** Delayed messages consumed after `last`. */
  readonly delayedConsumed: bigint;
  readonly lastHash: Hex;
  readonly lastStateRoot: Hex;
  readonly payloadBytes: number;
  /** Of a batch that was sent: what its item must be like for L1 to keep the blocks. */
  readonly terms?: BatchTerms | undefined;
  /** Of an item that was judged: its payload's hash, and the first block that nobody signed. */
  readonly payload?: Hex | undefined;
  readonly forcedFrom?: bigint | undefined;
  /** Every version that was sent. */
  readonly transactions: readonly Hash[];
}

/** The record is damaged: restore the data directory from its newest backup. */
export class PostingRecordError extends SequencerError {
  constructor(path: string, reason: string) {
    super(106, `posting record ${path}: ${reason}`);
  }
}

const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Hash);
const whole = z.string().transform(BigInt);
const schema = z.object({
  safe: whole,
  floor: hash.optional(),
  batches: z.array(
    z.object({
      payloadHash: hash,
      first: whole,
      last: whole,
      parentHash: hash,
      delayedConsumed: whole,
      lastHash: hash,
      lastStateRoot: hash,
      payloadBytes: z.number().int(),
      terms: z
        .object({ oldest: whole, newest: whole, consumedByFirst: whole, consumedByLast: whole, priceItem: whole })
        .optional(),
      payload: hash.optional(),
      forcedFrom: whole.optional(),
      transactions: z.array(hash),
    }),
  ),
});

const NAME = 'posting.json';
/** Batches that are remembered: three weeks of one a minute, longer than an assertion can stay open. */
const KEPT = 32_768;

const toText = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));

/** What the poster must know after a crash. */
export class PostingRecord {
  /** Batches as they stand in the file: of a long record all but one were written before, and the thread that answers users must not wait. */
  private readonly texts = new WeakMap<PostedBatch, string>();

  private constructor(
    private readonly directory: string,
    private posted: readonly PostedBatch[],
    private safeBlock: bigint,
    private floorHash: Hex | undefined,
  ) {}

  /** Reads the record, or starts an empty one. Throws PostingRecordError. */
  static async open(directory: string): Promise<PostingRecord> {
    await mkdir(directory, { recursive: true });
    const path = join(directory, NAME);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return new PostingRecord(directory, [], 0n, undefined);
    try {
      const { safe, batches, floor } = schema.parse(JSON.parse(text));
      return new PostingRecord(directory, batches, safe, floor);
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

  /** Header hash after the newest batch that is no longer remembered. */
  get floor(): Hex | undefined {
    return this.floorHash;
  }

  /** The batch with this payload, if it was sent from here. */
  find(payloadHash: Hex): PostedBatch | undefined {
    return this.posted.find((batch) => batch.payloadHash === payloadHash);
  }

  /** Whether an item with this payload was judged before, wherever it stood. */
  hasPayload(payload: Hex): boolean {
    return this.posted.some((batch) => batch.payload === payload);
  }

  /** Remembers a batch, or another version of its transaction. */
  async intend(batch: PostedBatch, transaction?: Hash): Promise<void> {
    const known = this.find(batch.payloadHash);
    const transactions = [...(known?.transactions ?? []), ...(transaction ? [transaction] : [])];
    const others = this.posted.filter(({ payloadHash }) => payloadHash !== batch.payloadHash);
    const all = [...others, { ...batch, transactions }];
    this.posted = all.slice(-KEPT);
    this.floorHash = all.at(-KEPT - 1)?.lastHash ?? this.floorHash;
    await this.write();
  }

  async setSafe(block: bigint): Promise<void> {
    if (block === this.safeBlock) return;
    this.safeBlock = block;
    await this.write();
  }

  private async write(): Promise<void> {
    const head = toText({ safe: this.safeBlock, floor: this.floorHash }).slice(0, -1);
    const batches = this.posted.map((batch) => this.textOf(batch)).join(',');
    await writeFileDurably(this.directory, NAME, [Buffer.from(`${head},"batches":[${batches}]}`)]);
  }

  private textOf(batch: PostedBatch): string {
    const text = this.texts.get(batch) ?? toText(batch);
    this.texts.set(batch, text);
    return text;
  }
}

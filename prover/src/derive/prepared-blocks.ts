import { setImmediate } from 'node:timers/promises';

import {
  BLOCK_FIXED_BYTES,
  contentHash,
  decodeFixedPart,
  equalBytes,
  isProducedBy,
  type Memo,
} from '@metachain/program';
import type { Hex } from 'viem';

import type { ChainTerms } from './chain-terms.js';
import { payloadBytes, type ScannedBlock, scanBlock, scanBlocks } from './payload-scan.js';
import type { PreparedBlock } from './signature-pool.js';

/** Recovers signatures ahead of the replay; without one the engine does it when it meets them. */
export interface BlockPreparer {
  prepare(content: Uint8Array, timestamp: bigint): PreparedBlock;
  /** Does a piece of the work on the caller's thread; false when none is left. */
  help(): boolean;
}

/** A block that was handed over. */
interface Handed {
  /** Seconds. */
  readonly timestamp: bigint;
  readonly bytes: Uint8Array;
  readonly prepared: PreparedBlock;
}

/** Bytes of blocks that are kept: more than stand in the items that are looked ahead at, each of which holds 2 MiB at most. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Blocks whose signatures are recovered before their turn. Anyone may post anything, so work is spent only on what the producer signed and the
 * chain can still take. Which block follows is not known before the one in front of it was run, since a header commits the state: until then
 * each header is given one child, once, however often that is posted. What is not prepared the engine computes: this changes how long a replay
 * takes, and never what comes out.
 */
export class PreparedBlocks {
  /** By the parent that a block names; oldest first. */
  readonly #handed = new Map<Hex, Handed>();
  #bytes = 0;

  constructor(private readonly preparer: BlockPreparer) {}

  /**
   * Hands over the blocks of a payload up to the first that the chain cannot take: the rules ignore what follows that. `parent` is the header
   * that the first one must extend, where it is known. Cheap checks come first.
   */
  add(words: Uint8Array, terms: ChainTerms, parent?: Hex): void {
    this.#forgetBefore(terms.timestamp);
    let expected = parent;
    for (const block of scanBlocks(words)) {
      if (expected !== undefined && block.parent !== expected) return;
      expected = undefined;
      if (this.#handed.has(block.parent)) continue;
      const bytes = block.timestamp < terms.timestamp ? undefined : produced(words, block, terms);
      if (bytes === undefined) return;
      this.#handOver(block, bytes);
    }
  }

  /**
   * The memo of the block at a byte of a payload, if it extends the header that the chain stands at, once all of it is there; works on later
   * blocks while it waits. Undefined where there is none: nobody waits for what the rules ignore.
   */
  async take(words: Uint8Array, offset: number, parent: Hex): Promise<Memo | undefined> {
    const handed = this.#handed.get(parent);
    const block = handed && scanBlock(words, offset);
    if (block?.parent !== parent || !equalBytes(payloadBytes(words, block.start, block.end), handed!.bytes))
      return undefined;
    while (!handed!.prepared.done && this.preparer.help()) await setImmediate();
    return handed!.prepared.memo.catch(() => undefined);
  }

  /** Forgets all: where the chain went back, other blocks follow, or the same ones again. */
  clear(): void {
    this.#handed.clear();
    this.#bytes = 0;
  }

  #handOver({ parent, timestamp }: ScannedBlock, bytes: Uint8Array): void {
    const prepared = this.preparer.prepare(bytes.subarray(BLOCK_FIXED_BYTES), timestamp);
    this.#handed.set(parent, { timestamp, bytes, prepared });
    this.#bytes += bytes.length;
    for (const oldest of this.#handed.keys()) {
      if (this.#bytes <= KEPT_BYTES) return;
      this.#drop(oldest);
    }
  }

  #drop(parent: Hex): void {
    this.#bytes -= this.#handed.get(parent)!.bytes.length;
    this.#handed.delete(parent);
  }

  /** What is older than the newest block has had its turn or will never have one. */
  #forgetBefore(timestamp: bigint): void {
    for (const [parent, handed] of this.#handed) if (handed.timestamp < timestamp) this.#drop(parent);
  }
}

/**
 * A block's bytes, if the producer signed it and its content is what was signed: in the order in which the program looks at them, so that what a
 * stranger makes up costs one recovery, whatever its size.
 */
function produced(words: Uint8Array, { start, end }: ScannedBlock, terms: ChainTerms): Uint8Array | undefined {
  const head = decodeFixedPart(payloadBytes(words, start, start + BLOCK_FIXED_BYTES));
  if (!isProducedBy(head, terms.chainId, terms.producer)) return undefined;
  const bytes = payloadBytes(words, start, end);
  return contentHash(bytes.subarray(BLOCK_FIXED_BYTES)) === head.contentHash ? bytes : undefined;
}

import { inboxAbi } from '@metachain/contracts';
import { blobsPayloadHash, calldataRoot, type ItemHeader } from '@metachain/program';
import { LRUCache } from 'lru-cache';
import {
  bytesToBigInt,
  hexToBytes,
  toFunctionSelector,
  type AbiFunction,
  type Address,
  type Hash,
  type Hex,
} from 'viem';
import { z } from 'zod';

import { MalformedLogError } from '../errors.js';
import type { L1Source } from './source.js';
import type { ItemPayload } from './types.js';

const hex = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/i)
  .transform((text) => text as Hex);
const transactionSchema = z.object({
  input: hex,
  to: hex.nullish(),
  blobVersionedHashes: z.array(hex).max(64).nullish(),
});

type Transaction = z.infer<typeof transactionSchema>;

const GET_TRANSACTION = 'eth_getTransactionByHash';

const APPEND_BATCH = toFunctionSelector(
  inboxAbi.find((entry) => 'name' in entry && entry.name === 'appendBatch') as AbiFunction,
);

/** Transactions whose versioned hashes are kept: one can append hundreds of items, and all name the blobs that it carries. */
const KEPT_TRANSACTIONS = 64;

/** Reads what an item's transaction carried, and checks it against the item's payload hash. */
export class PayloadReader {
  /** Versioned hashes of a transaction's blobs, as an item has proven them. */
  readonly #proven = new LRUCache<Hash, readonly Hash[]>({ max: KEPT_TRANSACTIONS });

  constructor(
    private readonly source: L1Source,
    private readonly inbox: Address,
  ) {}

  /**
   * Versioned hashes of the item, or a way to its words: only who replays needs those. Throws MalformedLogError when no endpoint
   * serves a transaction that holds what the item commits to.
   */
  async read(transactionHash: Hash, item: ItemHeader): Promise<ItemPayload> {
    if (item.payloadKind === 'none') return { kind: 'none' };
    if (item.payloadKind === 'calldata')
      return { kind: 'calldata', words: () => this.#find(transactionHash, (found) => this.#words(found, item)) };
    return this.#blobs(transactionHash, item);
  }

  async #blobs(transactionHash: Hash, item: ItemHeader): Promise<ItemPayload> {
    const known = blobsOf(this.#proven.get(transactionHash), item);
    if (known !== undefined) return known;
    const found = await this.#find(transactionHash, ({ blobVersionedHashes }) => blobsOf(blobVersionedHashes, item));
    this.#proven.set(transactionHash, found.versionedHashes);
    return found;
  }

  /** What `read` makes of the transaction. An endpoint that serves another one, or none, is passed over for the next. */
  async #find<T>(hash: Hash, read: (transaction: Transaction) => T | undefined): Promise<T> {
    for (let others = this.source.size - 1; ; others--) {
      const answer = transactionSchema.safeParse(await this.source.request(GET_TRANSACTION, [hash]));
      const found = answer.success ? read(answer.data) : undefined;
      if (found !== undefined) return found;
      const error = new MalformedLogError(
        `transaction ${hash} ${answer.success ? 'does not carry the payload of its item' : 'of an item is missing or malformed'}`,
      );
      this.source.distrust(GET_TRANSACTION, error);
      if (others <= 0) throw error;
    }
  }

  /** The Inbox takes words only from the transaction's own call, so no trace is needed to find them. */
  #words({ to, input }: Transaction, { payloadHash }: ItemHeader): Uint8Array | undefined {
    const words = to?.toLowerCase() === this.inbox.toLowerCase() ? wordsArgument(input) : undefined;
    return words !== undefined && calldataRoot(words) === payloadHash ? words : undefined;
  }
}

const blobsOf = (versionedHashes: readonly Hash[] | null | undefined, { payloadHash }: ItemHeader) =>
  versionedHashes && blobsPayloadHash(versionedHashes) === payloadHash
    ? { kind: 'blobs' as const, versionedHashes }
    : undefined;

/**
 * The last argument of an `appendBatch` call, read as the contract reads it: whatever else stands in the call, and wherever it points.
 * A stricter decoder would stop at a batch that L1 took.
 */
function wordsArgument(input: Hex): Uint8Array | undefined {
  const call = hexToBytes(input);
  const argumentsAt = APPEND_BATCH.length / 2 - 1;
  if (!input.startsWith(APPEND_BATCH)) return undefined;
  const offset = numberAt(call, argumentsAt + 4 * 32);
  const length = numberAt(call, argumentsAt + offset);
  const start = argumentsAt + offset + 32;
  return start + length <= call.length && length > 0 && length % 32 === 0
    ? call.subarray(start, start + length)
    : undefined;
}

/** A 32-byte number; beyond the call where it is not in it. */
function numberAt(call: Uint8Array, position: number): number {
  const word = call.subarray(position, position + 32);
  const value = word.length === 32 ? bytesToBigInt(word) : BigInt(call.length);
  return Number(value < BigInt(call.length) ? value : BigInt(call.length));
}

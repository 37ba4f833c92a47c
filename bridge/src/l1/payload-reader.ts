import { inboxAbi } from '@metachain/contracts';
import { blobsPayloadHash, calldataRoot, type ItemHeader } from '@metachain/program';
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

const APPEND_BATCH = toFunctionSelector(
  inboxAbi.find((entry) => 'name' in entry && entry.name === 'appendBatch') as AbiFunction,
);

/** Reads what an item's transaction carried, and checks it against the item's payload hash. */
export class PayloadReader {
  constructor(
    private readonly source: L1Source,
    private readonly inbox: Address,
  ) {}

  /**
   * Versioned hashes of the item, or a way to its words: only who replays needs those. Throws MalformedLogError when the transaction
   * does not hold what the item commits to.
   */
  async read(transactionHash: Hash, item: ItemHeader): Promise<ItemPayload> {
    if (item.payloadKind === 'none') return { kind: 'none' };
    if (item.payloadKind === 'calldata') return { kind: 'calldata', words: () => this.#words(transactionHash, item) };
    const { blobVersionedHashes } = await this.#transaction(transactionHash);
    return blobs(blobVersionedHashes ?? [], item, transactionHash);
  }

  async #transaction(hash: Hash): Promise<z.infer<typeof transactionSchema>> {
    const transaction = transactionSchema.safeParse(await this.source.request('eth_getTransactionByHash', [hash]));
    if (!transaction.success) throw new MalformedLogError(`transaction ${hash} of an item is missing or malformed`);
    return transaction.data;
  }

  /** The Inbox takes words only from the transaction's own call, so no trace is needed to find them. */
  async #words(hash: Hash, item: ItemHeader): Promise<Uint8Array> {
    const { to, input } = await this.#transaction(hash);
    const words = to?.toLowerCase() === this.inbox.toLowerCase() ? wordsArgument(input) : undefined;
    if (words === undefined || calldataRoot(words) !== item.payloadHash)
      throw new MalformedLogError(`transaction ${hash} does not carry the words of its item`);
    return words;
  }
}

function blobs(versionedHashes: readonly Hash[], item: ItemHeader, transactionHash: Hash): ItemPayload {
  if (blobsPayloadHash(versionedHashes) !== item.payloadHash) {
    throw new MalformedLogError(`transaction ${transactionHash} does not carry the blobs of its item`);
  }
  return { kind: 'blobs', versionedHashes };
}

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

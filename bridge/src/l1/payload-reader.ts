import { inboxAbi } from '@metachain/contracts';
import { blobsPayloadHash, calldataRoot, type ItemHeader } from '@metachain/program';
import { decodeFunctionData, hexToBytes, type Address, type Hash, type Hex } from 'viem';
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

interface CallFrame {
  readonly to?: string;
  readonly input: string;
  readonly calls?: readonly CallFrame[];
}
const frameSchema: z.ZodType<CallFrame> = z.lazy(() =>
  z.object({ to: z.string().optional(), input: z.string(), calls: z.array(frameSchema).max(1_024).optional() }),
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

  /** Words from the transaction's own call, or, when a contract called the Inbox, from the trace. */
  async #words(hash: Hash, item: ItemHeader): Promise<Uint8Array> {
    const { to, input } = await this.#transaction(hash);
    const direct = to?.toLowerCase() === this.inbox.toLowerCase() ? matching(input, item) : undefined;
    if (direct !== undefined) return direct;
    const answer = await this.source.request('debug_traceTransaction', [hash, { tracer: 'callTracer' }]);
    const trace = frameSchema.safeParse(answer);
    const words = trace.success ? this.#search(trace.data, item) : undefined;
    if (words === undefined)
      throw new MalformedLogError(`no call in transaction ${hash} carries the words of its item`);
    return words;
  }

  #search(frame: CallFrame, item: ItemHeader): Uint8Array | undefined {
    const own = frame.to?.toLowerCase() === this.inbox.toLowerCase() ? matching(frame.input as Hex, item) : undefined;
    if (own !== undefined) return own;
    for (const call of frame.calls ?? []) {
      const words = this.#search(call, item);
      if (words !== undefined) return words;
    }
    return undefined;
  }
}

function blobs(versionedHashes: readonly Hash[], item: ItemHeader, transactionHash: Hash): ItemPayload {
  if (blobsPayloadHash(versionedHashes) !== item.payloadHash) {
    throw new MalformedLogError(`transaction ${transactionHash} does not carry the blobs of its item`);
  }
  return { kind: 'blobs', versionedHashes };
}

/** The words of an `appendBatch` call if they are the item's. */
function matching(input: Hex, item: ItemHeader): Uint8Array | undefined {
  try {
    const call = decodeFunctionData({ abi: inboxAbi, data: input });
    if (call.functionName !== 'appendBatch') return undefined;
    const words = hexToBytes(call.args[4]);
    return words.length > 0 &&
      BigInt(words.length) === item.payloadWords * 32n &&
      calldataRoot(words) === item.payloadHash
      ? words
      : undefined;
  } catch {
    return undefined;
  }
}

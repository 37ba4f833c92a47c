import { type Memo, type Preparer, splitContent } from '@metachain/program';

/** Joins memos of transactions into the memo of their block. */
export function joinMemos(memos: readonly Memo[]): Memo {
  const joined = new Int32Array(memos.reduce((sum, memo) => sum + memo.length, 0));
  let at = 0;
  for (const memo of memos) {
    joined.set(memo, at);
    at += memo.length;
  }
  return joined;
}

/** Entries that are prepared at a time: small enough that all threads end together, many enough that messages cost nothing. */
const CHUNK_ENTRIES = 256;

/** Cuts a block's content between entries into parts that can be prepared side by side. Views into `content`. */
export function splitForThreads(content: Uint8Array): Uint8Array[] {
  const entries = splitContent(content);
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < entries.length; from += CHUNK_ENTRIES) {
    const last = entries[Math.min(from + CHUNK_ENTRIES, entries.length) - 1]!;
    const start = entries[from]!.byteOffset - content.byteOffset;
    chunks.push(content.subarray(start, last.byteOffset - content.byteOffset + last.length));
  }
  return chunks;
}

/** Hashes and recovers all that a block's transactions sign. A transaction that cannot be prepared is left to the rules. */
export function prepareContent(preparer: Preparer, content: Uint8Array, timestamp: bigint): Memo {
  const memos: Memo[] = [];
  for (const entry of splitContent(content)) {
    try {
      memos.push(preparer.recordMemo(entry, timestamp));
    } catch {
      break;
    }
  }
  return joinMemos(memos);
}

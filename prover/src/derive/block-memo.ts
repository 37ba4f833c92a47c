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

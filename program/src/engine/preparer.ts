import { type Hex, zeroAddress } from 'viem';

import { encodeContext } from '../codec/block.js';
import { concatBytes, littleEndian, toHex } from '../codec/bytes.js';
import { domainSeparator } from '../codec/typed-data.js';
import { Host } from './host.js';
import { type Memo, memoAnswers, MemoRecorder } from './memo.js';
import { ProgramInstance } from './program.js';
import type { ProgramModule } from './wasm.js';

/** What a signature worker finds out about an entry. `code` 0 = well formed; else the rules' number, and the rest is empty. */
export interface Prepared {
  readonly code: number;
  readonly memo: Memo;
  readonly hash: Hex;
  readonly sender: Hex;
}

/** The same as bytes. */
export type Identified = Pick<Prepared, 'code' | 'memo'> & { readonly hash: Uint8Array; readonly sender: Uint8Array };

const none = new Uint8Array(32);

/** Stateless part of the rules, for signature workers: decodes, hashes and recovers, and records the answers for the engine. */
export class Preparer {
  private readonly recorder = new MemoRecorder();
  private readonly instance: ProgramInstance;
  /** What stands behind the block context; `begin` would take it from the state. */
  private readonly chain: Uint8Array;
  private context: Uint8Array = new Uint8Array();
  private contextTime = -1n;

  constructor(module: ProgramModule, chainId: number) {
    this.chain = concatBytes(littleEndian(BigInt(chainId), 8), domainSeparator(chainId));
    const host = new Host(undefined);
    host.recorder = this.recorder;
    this.instance = new ProgramInstance(module, host);
  }

  /**
   * Prepares one entry. `timestamp` (seconds) expands one-byte deadlines; the engine recomputes if its block disagrees.
   * Fails: engine/length for an oversized entry; TrapError.
   */
  recordPrepare(entry: Uint8Array, timestamp: bigint): Prepared {
    const { code, memo, hash, sender } = this.recordIdentified(entry, timestamp);
    return { code, memo, hash: toHex(hash), sender: toHex(sender) };
  }

  /** As recordPrepare, with hash (32 bytes) and sender (20 bytes) as bytes: many times faster than their texts. */
  recordIdentified(entry: Uint8Array, timestamp: bigint): Identified {
    const code = this.record(entry, timestamp);
    const memo = this.recorder.finish();
    if (code !== 0) return { code, memo: memo.slice(0, 0), hash: none.subarray(0, 0), sender: none.subarray(0, 0) };
    return { code, memo, ...identify(memo) };
  }

  /** Only the answers, whatever the rules say of the entry: for a replay, which needs neither hash nor sender. Fails: as recordPrepare. */
  recordMemo(entry: Uint8Array, timestamp: bigint): Memo {
    this.record(entry, timestamp);
    return this.recorder.finish();
  }

  private record(entry: Uint8Array, timestamp: bigint): number {
    this.recorder.reset();
    if (timestamp !== this.contextTime) {
      const context = encodeContext({ timestamp, delayed: 0n, priceItem: 0n, producer: zeroAddress });
      this.context = concatBytes(context, this.chain);
      this.contextTime = timestamp;
    }
    this.instance.writeContext(this.context);
    return this.instance.prepare(entry);
  }
}

/** Of a well-formed entry: who was recovered, and what was hashed last, which is the transaction itself. */
const identify = (memo: Memo): { hash: Uint8Array; sender: Uint8Array } => {
  const { recovered, last } = memoAnswers(memo);
  return { sender: (recovered ?? none).subarray(12), hash: last ?? none };
};

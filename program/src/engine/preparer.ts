import { type Hex, zeroAddress } from 'viem';

import { encodeContext } from '../codec/block.js';
import { concatBytes, equalBytes, littleEndian, toHex } from '../codec/bytes.js';
import { unframeEthereum } from '../codec/entry.js';
import { domainSeparator } from '../codec/typed-data.js';
import { keccak256 } from '../crypto/keccak.js';
import { Host } from './host.js';
import { type Memo, memoEntries, memoKinds, MemoRecorder } from './memo.js';
import { ProgramInstance } from './program.js';
import type { ProgramModule } from './wasm.js';

/** What a signature worker finds out about an entry. `code` 0 = well formed; else the rules' number, and the rest is empty. */
export interface Prepared {
  readonly code: number;
  readonly memo: Memo;
  readonly hash: Hex;
  readonly sender: Hex;
}

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
    const code = this.record(entry, timestamp);
    const memo = this.recorder.finish();
    if (code !== 0) return { code, memo: memo.slice(0, 0), hash: '0x', sender: '0x' };
    return { code, memo, ...identify(entry, memo) };
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

const identify = (entry: Uint8Array, memo: Memo): { hash: Hex; sender: Hex } => {
  const entries = memoEntries(memo);
  const recovery = entries.find(({ kind }) => kind === memoKinds.ecrecover);
  const sender = recovery ? toHex(recovery.answer.subarray(12)) : '0x';
  const raw = unframeEthereum(entry);
  // What a packed transaction hashes last is its own hash.
  if (raw === undefined) return { sender, hash: toHex(entries.at(-1)?.answer ?? new Uint8Array()) };
  const known = entries.find(({ kind, input }) => kind === memoKinds.keccak && equalBytes(input, raw));
  return { sender, hash: toHex(known?.answer ?? keccak256(raw)) };
};

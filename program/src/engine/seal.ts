import { type Hex, zeroHash } from 'viem';

import { concatBytes, fixedBytes } from '../codec/bytes.js';
import { parseBlockRecord, parseRecords } from '../codec/records.js';
import { headerHash } from '../codec/tuple.js';
import { EngineError } from '../errors.js';
import type { Head } from '../state/chain-state.js';
import type { ApplyResult, ProgramReceipt, SealedBlock } from './types.js';

const statuses = ['executed', 'failed', 'skipped'] as const;
const EXECUTED: ApplyResult = { status: 'executed', code: 0 };

/** Reads a result word of `apply`. Fails: engine/result for a status the specification does not have. */
export const decodeResult = (word: number): ApplyResult => {
  if (word === 0) return EXECUTED;
  const status = statuses[word >>> 16];
  if (status === undefined) throw new EngineError('engine/result', `the program answered ${word}`);
  return { status, code: word & 0xffff };
};

/** Receipts are parsed when first asked for: the thread that builds blocks need not do it. */
export const sealedBlock = (records: Uint8Array, parentHash: Hex, stateRoot: Hex, logHash: Hex): SealedBlock => {
  const { transactions: _transactions, ...fields } = parseBlockRecord(records);
  const hash = headerHash(parentHash, stateRoot, logHash);
  let receipts: readonly ProgramReceipt[] | undefined;
  return {
    ...fields,
    parentHash,
    stateRoot,
    logHash,
    hash,
    get receipts() {
      return (receipts ??= parseRecords(records).receipts);
    },
  };
};

/** Header hash of a genesis root: `keccak(zero || root || zero)`, block number 0. */
export const genesisHead = (root: Hex): Head => ({ number: 0n, hash: headerHash(zeroHash, root, zeroHash) });

/** Words of a state, as `Engine.fromGenesis` takes them. */
export const joinWords = (words: readonly { readonly key: Hex; readonly value: Hex }[]): Uint8Array =>
  concatBytes(...words.flatMap(({ key, value }) => [fixedBytes(key, 32), fixedBytes(value, 32)]));

import { createHash } from 'node:crypto';

import type { Hex } from 'viem';

import { bigEndian, ByteReader, concatBytes, equalBytes, fixedBytes, toHex } from '../codec/bytes.js';
import { CodecError, EngineError, SnapshotError } from '../errors.js';
import { type Head, treeOf } from './chain-state.js';
import { StateStore } from './state-store.js';
import type { StateTree } from './state-tree.js';

const MAGIC = new TextEncoder().encode('MetaChain state\n');
const VERSION = 1n;
const CHECKSUM_BYTES = 32;
const RECORD_BYTES = 64;
/** `metadata` is for whoever writes the snapshot, a position on L1 for instance. */
const MAXIMUM_METADATA_BYTES = 1 << 20;

export interface SnapshotHead {
  readonly chainId: number;
  readonly head: Head;
  readonly root: Hex;
  readonly metadata: Uint8Array;
}

/** A table and the tree over it. */
export interface StoredState {
  readonly store: StateStore;
  readonly tree: StateTree;
}

const checksum = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/**
 * A state as bytes: magic, version u16, chain id u64, block number u64, header hash, state root, metadata u32 + bytes, count u64,
 * records of key and value, SHA-256 of all that. Integers big-endian.
 */
export const encodeSnapshot = (head: SnapshotHead, store: StateStore): Uint8Array => {
  const body = concatBytes(
    MAGIC,
    bigEndian(VERSION, 2),
    bigEndian(BigInt(head.chainId), 8),
    bigEndian(head.head.number, 8),
    fixedBytes(head.head.hash, 32),
    fixedBytes(head.root, 32),
    bigEndian(BigInt(head.metadata.length), 4),
    head.metadata,
    bigEndian(BigInt(store.size), 8),
    store.contents(),
  );
  return concatBytes(body, checksum(body));
};

const fail = (code: string, message: string): never => {
  throw new SnapshotError(code, message);
};

const readHead = (reader: ByteReader): SnapshotHead => {
  if (!equalBytes(reader.take(MAGIC.length), MAGIC))
    fail('snapshot/format', 'this is no snapshot of a MetaChain state');
  const version = reader.number(2);
  if (version !== VERSION) fail('snapshot/version', `snapshot version ${version} is not ${VERSION}`);
  const chainId = Number(reader.number(8));
  const head = { number: reader.number(8), hash: reader.hex(32) };
  const root = reader.hex(32);
  const length = Number(reader.number(4));
  if (length > MAXIMUM_METADATA_BYTES) fail('snapshot/format', `${length} bytes of metadata`);
  return { chainId, head, root, metadata: reader.take(length).slice() };
};

const loadStore = (contents: Uint8Array, count: bigint): StateStore => {
  if (BigInt(contents.length) !== count * BigInt(RECORD_BYTES))
    fail('snapshot/format', 'the number of records does not fit the length');
  const store = new StateStore(Number(count));
  try {
    store.load(contents);
  } catch (error) {
    if (error instanceof EngineError) fail('snapshot/format', error.message);
    throw error;
  }
  return store;
};

const decode = (bytes: Uint8Array): { head: SnapshotHead; store: StateStore } => {
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM_BYTES));
  const reader = new ByteReader(body);
  const head = readHead(reader);
  if (!equalBytes(checksum(body), bytes.subarray(body.length)))
    fail('snapshot/checksum', 'the snapshot is damaged: wrong checksum');
  const count = reader.number(8);
  return { head, store: loadStore(reader.take(reader.remaining), count) };
};

/** Length of what `readSnapshotHead` needs to see of a snapshot with so many bytes of metadata. */
export const snapshotHeadLength = (metadataBytes: number): number =>
  MAGIC.length + 2 + 8 + 8 + 32 + 32 + 4 + metadataBytes;

/** What a snapshot says of itself, from its first bytes alone: nothing is verified. Fails: SnapshotError snapshot/format, /version. */
export const readSnapshotHead = (bytes: Uint8Array): SnapshotHead => {
  try {
    return readHead(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof CodecError) return fail('snapshot/format', `the snapshot is cut off: ${error.message}`);
    throw error;
  }
};

/**
 * Reads a snapshot and verifies its checksum, its chain and its root.
 * Fails: SnapshotError snapshot/format, /version, /checksum, /chain, /root.
 */
export const decodeSnapshot = (bytes: Uint8Array, chainId: number): SnapshotHead & StoredState => {
  try {
    const { head, store } = decode(bytes);
    if (head.chainId !== chainId) fail('snapshot/chain', `the snapshot is of chain ${head.chainId}, not ${chainId}`);
    const tree = treeOf(store);
    if (toHex(tree.rootHash()) !== head.root) fail('snapshot/root', 'the words of the snapshot do not have its root');
    return { ...head, store, tree };
  } catch (error) {
    if (error instanceof CodecError) return fail('snapshot/format', `the snapshot is cut off: ${error.message}`);
    throw error;
  }
};

import type { Hex } from 'viem';
import type { BlockEntity } from '../../../index/entities/index.js';
import { quantity, ZERO_ADDRESS, ZERO_HASH } from './hex.js';
import { transactionsRoot } from './wire.js';

/** Gas limit shown in headers and used for ratios. The rules bound a block by step weight, one gas each; this is the default bound. */
export const BLOCK_GAS_LIMIT = 4_000_000_000n;

const EMPTY_UNCLES = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';
const EMPTY_TRIE = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
/** SHA-256 of nothing (EIP-7685). */
const EMPTY_REQUESTS = '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const NONCE = '0x0000000000000000';

/** Fields that Ethereum needs and this chain has no use for. */
const constants = {
  sha3Uncles: EMPTY_UNCLES,
  nonce: NONCE,
  difficulty: '0x0',
  totalDifficulty: '0x0',
  extraData: '0x',
  mixHash: ZERO_HASH,
  uncles: [],
  withdrawals: [],
  withdrawalsRoot: EMPTY_TRIE,
  blobGasUsed: '0x0',
  excessBlobGas: '0x0',
  parentBeaconBlockRoot: ZERO_HASH,
  requestsHash: EMPTY_REQUESTS,
  gasLimit: quantity(BLOCK_GAS_LIMIT),
} as const;

/**
 * Header in Ethereum's shape. `hash` is the chain's own header hash, `receiptsRoot` its log hash (docs/spec/logs.md), and
 * `transactionsRoot` a hash over the transaction hashes, not a trie root.
 */
export function headerJson(block: BlockEntity, hashes: readonly Hex[]): Record<string, unknown> {
  return {
    ...constants,
    number: quantity(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    logsBloom: block.logsBloom,
    transactionsRoot: hashes.length === 0 ? EMPTY_TRIE : transactionsRoot(hashes),
    stateRoot: block.stateRoot,
    receiptsRoot: block.logHash,
    miner: block.producer,
    size: quantity(block.contentBytes),
    gasUsed: quantity(block.gasUsed),
    timestamp: quantity(block.timestamp),
    baseFeePerGas: quantity(block.basePrice),
  };
}

/** The block under construction: it has no hash yet, and its transactions are not shown. */
export function pendingBlockJson(parent: BlockEntity, basePrice: bigint, now: number): Record<string, unknown> {
  const next = { ...parent, number: parent.number + 1, parentHash: parent.hash, gasUsed: '0', contentBytes: 0 };
  const header = headerJson(
    { ...next, timestamp: Math.max(parent.timestamp, now), basePrice: basePrice.toString() },
    [],
  );
  return { ...header, hash: null, nonce: null, miner: ZERO_ADDRESS, logsBloom: null, transactions: [] };
}

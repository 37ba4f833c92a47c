import { createHash } from 'node:crypto';
import { encodePacked, type ProgramEvent, type ProgramReceipt } from '@metachain/program';
import { concat, type Hex, keccak256, pad, toBytes, toHex } from 'viem';
import { chainBlockOf } from '../../chain/chain-block.js';
import type { ChainBlock, SealedTransaction } from '../../chain/chain.types.js';
import { recordedTransaction } from '../../chain/testing/records.js';
import type { BlockHeader } from '../../engine/machine.port.js';

/** Deterministic 32 bytes for a label. */
export const word = (label: string): Hex => `0x${createHash('sha256').update(label).digest('hex')}`;
export const account = (label: string): Hex => word(`account ${label}`).slice(0, 42) as Hex;
export const accountTopic = (address: Hex): Hex => pad(address, { size: 32 });

export const TRANSFER_TOPIC = keccak256(toBytes('Transfer(address,address,uint256)'));
export const SYNC_TOPIC = keccak256(toBytes('Sync(uint112,uint112)'));
export const tokenAddress = (index: number): Hex =>
  `0x4d45544101${'00'.repeat(11)}${index.toString(16).padStart(8, '0')}`;
export const poolAddress = (index: number): Hex =>
  `0x4d45544102${'00'.repeat(11)}${index.toString(16).padStart(8, '0')}`;

export const transfer = (token: Hex, from: Hex, to: Hex, amount: bigint): ProgramEvent => ({
  address: token,
  topics: [TRANSFER_TOPIC, accountTopic(from), accountTopic(to)],
  data: toHex(amount, { size: 32 }),
});

export const sync = (pool: Hex, reserve0: bigint, reserve1: bigint): ProgramEvent => ({
  address: pool,
  topics: [SYNC_TOPIC],
  data: concat([toHex(reserve0, { size: 32 }), toHex(reserve1, { size: 32 })]),
});

export const receipt = (overrides: Partial<ProgramReceipt>): ProgramReceipt => ({
  kind: 'packed',
  status: 'ok',
  operations: 1,
  code: 0,
  gasUsed: 50_000n,
  l1Gas: 7_000n,
  effectiveGasPrice: 1_000_000n,
  fee: 50_000_000_000n,
  feeToken: 1n << 32n,
  hash: word('transaction'),
  sender: account('alice'),
  nonce: 0n,
  lane: 0,
  events: [],
  ...overrides,
});

export const GENESIS_HASH = word('genesis');

export interface BlockInput {
  readonly number: bigint;
  readonly parentHash?: Hex;
  readonly timestamp?: bigint;
  readonly transactions: readonly SealedTransaction[];
  /** Two blocks with the same content and another fork differ. */
  readonly fork?: string;
}

/** A block as the chain hands it over; hashes are labels, not results of the rules. */
export function chainBlock(input: BlockInput): ChainBlock {
  const { number, transactions } = input;
  const stateRoot = word(`state ${number} ${input.fork ?? ''}`);
  const logHash = word(`logs ${number} ${input.fork ?? ''}`);
  const parentHash = input.parentHash ?? (number === 1n ? GENESIS_HASH : word(`parent ${number}`));
  const timestamp = input.timestamp ?? 1_800_000_000n + number;
  const block: BlockHeader = {
    number,
    timestamp,
    gasUsed: transactions.reduce((sum, { receipt: { gasUsed } }) => sum + gasUsed, 0n),
    delayedConsumed: 0n,
    l1BytePrice: 40_000_000n,
    basePrice: 1_000_000n,
    producer: account('producer'),
    parentHash,
    stateRoot,
    logHash,
    hash: keccak256(concat([parentHash, stateRoot, logHash])),
  };
  const contentBytes = transactions.reduce((sum, { wire }) => sum + wire.length, 0);
  const delayed = BigInt(transactions.filter(({ receipt: { kind } }) => kind === 'delayed').length);
  return chainBlockOf({
    block,
    recorded: transactions.map(recordedTransaction),
    contentBytes,
    context: { timestamp, delayed, priceItem: 0n, producer: block.producer },
  });
}

/** A transfer of `token` as a sealed transaction, told apart by `label`. Its signature is none that anybody could check. */
export function transferTransaction(
  label: string,
  token: Hex,
  from: Hex,
  to: Hex,
  overrides: Partial<ProgramReceipt> = {},
): SealedTransaction {
  const fields = receipt({
    hash: word(`hash ${label}`),
    sender: from,
    events: [transfer(token, from, to, 5n)],
    ...overrides,
  });
  const operations = [{ type: 'Transfer' as const, token, to, amount: 5n }];
  const terms = { deadline: 1_800_000_064n, feeToken: 'ETH' as const, maxFee: 5_000n };
  const signature: Hex = `${word(`r ${label}`)}1${word(`s ${label}`).slice(3)}1b`;
  const wire = encodePacked({ ...terms, lane: fields.lane, sequence: fields.nonce, operations }, signature);
  return { wire, receipt: fields };
}

/** ETH minted to an account. */
export const systemTransfer = (to: Hex, amount: bigint): ProgramEvent =>
  transfer(tokenAddress(0), `0x${'00'.repeat(20)}`, to, amount);

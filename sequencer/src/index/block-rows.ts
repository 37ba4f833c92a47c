import { messagePasserAbi, systemAddresses, withdrawalSlot } from '@metachain/program';
import { decodeEventLog, encodeEventTopics, toHex, type Hex } from 'viem';
import type { ChainBlock, SealedTransaction } from '../chain/chain.types.js';
import {
  ActivityEntity,
  type BlockEntity,
  type LogPostingEntity,
  type TransactionEntity,
  type WithdrawalEntity,
} from './entities/index.js';
import { bloomOf } from './logs-bloom.js';
import { writeReceipt } from './receipt-json.js';

/** Everything the index keeps of one block. */
export interface BlockRows {
  readonly block: BlockEntity;
  readonly transactions: readonly TransactionEntity[];
  readonly postings: readonly LogPostingEntity[];
  readonly activity: readonly ActivityEntity[];
  readonly withdrawals: readonly WithdrawalEntity[];
}

const [MESSAGE_PASSED_TOPIC] = encodeEventTopics({ abi: messagePasserAbi, eventName: 'MessagePassed' });

/** An indexed argument that is an account: twelve zero bytes, then an address that is neither zero nor a system entity. */
const ACCOUNT_TOPIC = /^0x0{24}(?!0{40}|4d455441|4200000000000000000000000000000000)/;

export const postingKey = (value: Hex, position: number | 'address'): string =>
  `${position === 'address' ? 'a' : position}:${value}`;

/** Turns a block into rows. Pure; cost linear in the block's logs. */
export function blockRows(chainBlock: ChainBlock): BlockRows {
  const { block, transactions, contentBytes } = chainBlock;
  const number = Number(block.number);
  const postings = postingsOf(transactions);
  const logCount = transactions.reduce((sum, { receipt }) => sum + receipt.events.length, 0);
  return {
    block: {
      number,
      hash: block.hash,
      parentHash: block.parentHash,
      stateRoot: block.stateRoot,
      logHash: block.logHash,
      timestamp: Number(block.timestamp),
      producer: block.producer,
      gasUsed: block.gasUsed.toString(),
      basePrice: block.basePrice.toString(),
      l1BytePrice: block.l1BytePrice.toString(),
      delayedConsumed: Number(block.delayedConsumed),
      transactionCount: transactions.length,
      logCount,
      contentBytes,
      logsBloom: bloomOf(new Set([...postings.keys()].map((key) => key.slice(2) as Hex))),
    },
    transactions: transactionRows(number, transactions),
    postings: [...postings].map(([key, positions]) => ({ key, blockNumber: number, positions: positions.join(',') })),
    activity: transactions.flatMap((transaction, position) =>
      [...accountsOf(transaction)].map((account) => ({ account, blockNumber: number, position })),
    ),
    withdrawals: withdrawalRows(number, transactions),
  };
}

function transactionRows(blockNumber: number, transactions: readonly SealedTransaction[]): TransactionEntity[] {
  let firstLog = 0;
  let cumulativeGas = 0;
  return transactions.map(({ wire, receipt, alias }, position) => {
    cumulativeGas += Number(receipt.gasUsed);
    const row = {
      blockNumber,
      position,
      hash: alias ?? receipt.hash,
      kind: receipt.kind,
      sender: receipt.sender,
      lane: receipt.lane,
      sequence: Number(receipt.nonce),
      firstLog,
      cumulativeGas,
      wire: toHex(wire),
      receipt: writeReceipt(receipt),
    };
    firstLog += receipt.events.length;
    return row;
  });
}

function postingsOf(transactions: readonly SealedTransaction[]): Map<string, number[]> {
  const postings = new Map<string, number[]>();
  const post = (key: string, position: number) => {
    const positions = postings.get(key);
    if (!positions) postings.set(key, [position]);
    else if (positions[positions.length - 1] !== position) positions.push(position);
  };
  transactions.forEach(({ receipt }, position) => {
    for (const event of receipt.events) {
      post(postingKey(event.address, 'address'), position);
      event.topics.forEach((topic, index) => post(postingKey(topic, index), position));
    }
  });
  return postings;
}

function accountsOf({ receipt }: SealedTransaction): Set<Hex> {
  const accounts = new Set<Hex>([receipt.sender]);
  for (const event of receipt.events) {
    for (let index = 1; index < event.topics.length; index++) {
      const topic = event.topics[index]!;
      if (ACCOUNT_TOPIC.test(topic)) accounts.add(`0x${topic.slice(26)}`);
    }
  }
  return accounts;
}

function withdrawalRows(blockNumber: number, transactions: readonly SealedTransaction[]): WithdrawalEntity[] {
  return transactions.flatMap(({ receipt }, position) =>
    receipt.events
      .filter((event) => event.address === systemAddresses.messagePasser && event.topics[0] === MESSAGE_PASSED_TOPIC)
      .map((event) => {
        const { args } = decodeEventLog({
          abi: messagePasserAbi,
          eventName: 'MessagePassed',
          topics: event.topics as [Hex, ...Hex[]],
          data: event.data,
        });
        return {
          slot: withdrawalSlot(args.withdrawalHash),
          withdrawalHash: args.withdrawalHash,
          blockNumber,
          position,
        };
      }),
  );
}

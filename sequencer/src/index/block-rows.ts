import { messagePasserAbi, systemAddresses, withdrawalSlot } from '@metachain/program';
import { decodeEventLog, encodeEventTopics, type Hex } from 'viem';
import type { ChainBlock, SealedTransaction } from '../chain/chain.types.js';
import { type BlockEntity, CHUNK_SIZE, type WithdrawalEntity } from './entities/index.js';
import { activityTexts, type BlockPostings, postingsOf, postingTexts } from './log-postings.js';
import { bloomOf } from './logs-bloom.js';
import { writeLine } from './transaction-line.js';

/** Everything the index keeps of one block. */
export interface BlockRows {
  readonly block: BlockEntity;
  /** Hashes in the order of the transactions. */
  readonly hashes: readonly Hex[];
  readonly chunks: readonly string[];
  /** Key to positions. */
  readonly postings: ReadonlyMap<string, string>;
  /** Account to positions. */
  readonly activity: ReadonlyMap<string, string>;
  readonly withdrawals: readonly WithdrawalEntity[];
}

const [MESSAGE_PASSED_TOPIC] = encodeEventTopics({ abi: messagePasserAbi, eventName: 'MessagePassed' });

/** Turns a block into rows. Pure; cost linear in the block's logs. */
export function blockRows(chainBlock: ChainBlock): BlockRows {
  const { block, transactions } = chainBlock;
  const postings = postingsOf(transactions);
  return {
    block: blockRow(chainBlock, postings),
    hashes: transactions.map(({ receipt, alias }) => alias ?? receipt.hash),
    chunks: chunksOf(transactions),
    postings: postingTexts(postings),
    activity: activityTexts(postings),
    withdrawals: withdrawalRows(Number(block.number), transactions),
  };
}

/** The header row of a block. */
export function blockRow({ block, transactions, contentBytes }: ChainBlock, postings: BlockPostings): BlockEntity {
  const values = new Set([postings.addresses, ...postings.topics].flatMap((entry) => [...entry.keys()]));
  return {
    number: Number(block.number),
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
    logCount: transactions.reduce((sum, { receipt }) => sum + receipt.events.length, 0),
    contentBytes,
    logsBloom: bloomOf(values),
  };
}

function chunksOf(transactions: readonly SealedTransaction[]): string[] {
  const chunks: string[] = [];
  let lines: string[] = [];
  let firstLog = 0;
  let cumulativeGas = 0;
  for (const transaction of transactions) {
    cumulativeGas += Number(transaction.receipt.gasUsed);
    if (lines.push(writeLine(transaction, { firstLog, cumulativeGas })) === CHUNK_SIZE) {
      chunks.push(lines.join('\n'));
      lines = [];
    }
    firstLog += transaction.receipt.events.length;
  }
  return lines.length > 0 ? [...chunks, lines.join('\n')] : chunks;
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

import {
  fromHex,
  HexCache,
  messagePasserAbi,
  parseRecords,
  type RecordSummary,
  summarizeRecords,
  systemAddresses,
  withdrawalSlot,
} from '@metachain/program';
import { decodeEventLog, encodeEventTopics, type Hex } from 'viem';
import type { ChainBlock, RecordedTransaction } from '../chain/chain.types.js';
import { ByteWriter } from '../journal/bytes.js';
import { type BlockEntity, CHUNK_SIZE, type WithdrawalEntity } from './entities/index.js';
import { activityTexts, type BlockPostings, postingsOf, postingTexts } from './log-postings.js';
import { bloomOf } from './logs-bloom.js';
import { writeFrame } from './transaction-frame.js';

/** Everything the index keeps of one block. */
export interface BlockRows {
  readonly block: BlockEntity;
  /** In the order of the transactions. */
  readonly hashes: readonly Uint8Array[];
  readonly chunks: readonly Uint8Array[];
  /** Key to positions. */
  readonly postings: ReadonlyMap<string, string>;
  /** Account to positions. */
  readonly activity: ReadonlyMap<string, string>;
  readonly withdrawals: readonly WithdrawalEntity[];
}

const [MESSAGE_PASSED_TOPIC] = encodeEventTopics({ abi: messagePasserAbi, eventName: 'MessagePassed' });

/** Accounts, pools and topics recur from block to block. */
const texts = new HexCache(65_536);

/** Turns a block into rows. Pure; cost linear in the block's logs. */
export function blockRows(chainBlock: ChainBlock): BlockRows {
  const { block, recorded } = chainBlock;
  const summaries = recorded.map(({ records }) => summarizeRecords(records, texts));
  const postings = postingsOf(summaries);
  return {
    block: blockRow(chainBlock, summaries, postings),
    hashes: recorded.map(({ alias }, position) => (alias ? fromHex(alias) : summaries[position]!.hash)),
    chunks: chunksOf(recorded, summaries),
    postings: postingTexts(postings),
    activity: activityTexts(postings),
    withdrawals: withdrawalRows(Number(block.number), recorded, summaries),
  };
}

/** The header row of a block as the index keeps it. */
export function blockHeader(chainBlock: ChainBlock): BlockEntity {
  const summaries = chainBlock.recorded.map(({ records }) => summarizeRecords(records, texts));
  return blockRow(chainBlock, summaries, postingsOf(summaries));
}

function blockRow(
  { block, contentBytes }: ChainBlock,
  summaries: readonly RecordSummary[],
  postings: BlockPostings,
): BlockEntity {
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
    transactionCount: summaries.length,
    logCount: summaries.reduce((sum, { logs }) => sum + logs.length, 0),
    contentBytes,
    logsBloom: bloomOf(values),
  };
}

function chunksOf(recorded: readonly RecordedTransaction[], summaries: readonly RecordSummary[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const chunk = new ByteWriter();
  let firstLog = 0;
  let cumulativeGas = 0n;
  for (const [position, transaction] of recorded.entries()) {
    const { gasUsed, logs } = summaries[position]!;
    cumulativeGas += gasUsed;
    writeFrame(chunk, transaction, { firstLog, cumulativeGas });
    firstLog += logs.length;
    if ((position + 1) % CHUNK_SIZE === 0 || position === recorded.length - 1) chunks.push(chunk.take());
  }
  return chunks;
}

function withdrawalRows(
  blockNumber: number,
  recorded: readonly RecordedTransaction[],
  summaries: readonly RecordSummary[],
): WithdrawalEntity[] {
  return recorded.flatMap(({ records }, position) => {
    if (!summaries[position]!.logs.some(isWithdrawal)) return [];
    const { events } = parseRecords(records).receipts[0]!;
    return events.filter(isWithdrawal).map(({ topics, data }) => {
      const { args } = decodeEventLog({
        abi: messagePasserAbi,
        eventName: 'MessagePassed',
        topics: topics as [Hex, ...Hex[]],
        data,
      });
      return { slot: withdrawalSlot(args.withdrawalHash), withdrawalHash: args.withdrawalHash, blockNumber, position };
    });
  });
}

const isWithdrawal = ({ address, topics }: RecordSummary['logs'][number]): boolean =>
  address === systemAddresses.messagePasser && topics[0] === MESSAGE_PASSED_TOPIC;

import { Between, In, type DataSource } from 'typeorm';
import type { Hex } from 'viem';
import {
  ActivityEntity,
  BlockEntity,
  CHUNK_SIZE,
  LogPostingEntity,
  TRANSACTION_CHUNKS,
  type TransactionChunk,
} from './entities/index.js';
import { TooManyLogs } from './index.errors.js';
import { accountOf, postingKey, readPositions } from './log-postings.js';
import { type IndexedTransaction, readFrame } from './transaction-frame.js';

/** Blocks `from..to`, both included; `undefined` at a topic position matches anything. All hex in lower case. */
export interface LogQuery {
  readonly from: number;
  readonly to: number;
  readonly addresses: readonly Hex[];
  readonly topics: readonly (readonly Hex[] | undefined)[];
}

/** A log with its place in the chain. */
export interface IndexedLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: number;
  readonly blockHash: Hex;
  readonly timestamp: number;
  readonly transactionHash: Hex;
  readonly transactionIndex: number;
  readonly logIndex: number;
}

/** Chunks read at once; a large block is read in several steps so that no query holds the connection for long. */
const CHUNKS_AT_ONCE = 16;

type Positions = Map<number, readonly number[]>;

/** Every log that matches, in chain order. Fails with TooManyLogs as soon as more than `limit` match. */
export async function findLogs(database: DataSource, query: LogQuery, limit: number): Promise<IndexedLog[]> {
  const candidates = await candidatesOf(database, query);
  const found: IndexedLog[] = [];
  for (const blockNumber of [...candidates.keys()].sort((a, b) => a - b)) {
    found.push(...(await logsOfBlock(database, query, blockNumber, candidates.get(blockNumber)!)));
    if (found.length > limit) throw new TooManyLogs(limit, query.from, Math.max(query.from, blockNumber - 1));
  }
  return found;
}

/** True if a log passes the address and topic filters. */
export function logMatches(
  log: { address: Hex; topics: readonly Hex[] },
  query: Pick<LogQuery, 'addresses' | 'topics'>,
): boolean {
  if (query.addresses.length > 0 && !query.addresses.includes(log.address)) return false;
  if (query.topics.length > log.topics.length) return false;
  return query.topics.every((wanted, index) => wanted === undefined || wanted.includes(log.topics[index]!));
}

/** Positions per block that may match: the intersection over the constrained places. */
async function candidatesOf(database: DataSource, query: LogQuery): Promise<Positions> {
  const groups = [
    ...(query.addresses.length > 0 ? [addressKeys(query.addresses)] : []),
    ...query.topics.flatMap((wanted, place) => (wanted ? [topicKeys(wanted, place)] : [])),
  ];
  if (groups.length === 0) return blocksWithLogs(database, query);
  let result: Positions | undefined;
  for (const keys of groups) {
    const found = await postings(database, keys, query);
    result = result ? intersect(result, found) : found;
    if (result.size === 0) break;
  }
  return result!;
}

async function blocksWithLogs(database: DataSource, query: LogQuery): Promise<Positions> {
  const rows = await database
    .createQueryBuilder(BlockEntity, 'block')
    .select(['block.number', 'block.transactionCount'])
    .where({ number: Between(query.from, query.to) })
    .andWhere('block.logCount > 0')
    .getMany();
  return new Map(rows.map((row) => [row.number, Array.from({ length: row.transactionCount }, (_, index) => index)]));
}

/** Where to look for one place of a query: any of these may match. */
interface Keys {
  readonly postings: readonly string[];
  readonly accounts: readonly Hex[];
}

const addressKeys = (addresses: readonly Hex[]): Keys => ({
  postings: addresses.map((value) => postingKey(value, 'address')),
  accounts: [],
});

function topicKeys(topics: readonly Hex[], place: number): Keys {
  const accounts = topics.map((topic) => accountOf(topic, place));
  return {
    postings: topics.filter((_, index) => accounts[index] === undefined).map((topic) => postingKey(topic, place)),
    accounts: accounts.filter((account) => account !== undefined),
  };
}

/** More than match, where accounts are asked for: `activity` does not say at which place of a log they stand. */
async function postings({ manager }: DataSource, keys: Keys, query: LogQuery): Promise<Positions> {
  const blockNumber = Between(query.from, query.to);
  const rows: readonly { readonly blockNumber: number; readonly positions: string }[] = [
    ...(keys.postings.length > 0
      ? await manager.findBy(LogPostingEntity, { key: In(keys.postings), blockNumber })
      : []),
    ...(keys.accounts.length > 0
      ? await manager.findBy(ActivityEntity, { account: In(keys.accounts), blockNumber })
      : []),
  ];
  const union = new Map<number, Set<number>>();
  for (const row of rows) {
    const positions = union.get(row.blockNumber) ?? new Set<number>();
    for (const position of readPositions(row.positions)) positions.add(position);
    union.set(row.blockNumber, positions);
  }
  return new Map([...union].map(([block, positions]) => [block, [...positions].sort((a, b) => a - b)]));
}

function intersect(left: Positions, right: Positions): Positions {
  const both: Positions = new Map();
  for (const [block, positions] of left) {
    const other = new Set(right.get(block));
    const common = positions.filter((position) => other.has(position));
    if (common.length > 0) both.set(block, common);
  }
  return both;
}

async function logsOfBlock(
  database: DataSource,
  query: LogQuery,
  blockNumber: number,
  positions: readonly number[],
): Promise<IndexedLog[]> {
  const block = await database.manager.findOneBy(BlockEntity, { number: blockNumber });
  if (!block) return [];
  const rows = await transactionsAt(database, blockNumber, positions);
  return rows.flatMap((row) => logsOf(row, block).filter((log) => logMatches(log, query)));
}

/** Transactions of a block at the given positions, which are ascending. */
export async function transactionsAt(
  database: DataSource,
  blockNumber: number,
  positions: readonly number[],
): Promise<IndexedTransaction[]> {
  const wanted = [...new Set(positions.map((position) => Math.floor(position / CHUNK_SIZE)))];
  const chunks = new Map<number, Uint8Array>();
  for (let start = 0; start < wanted.length; start += CHUNKS_AT_ONCE) {
    const chunk = In(wanted.slice(start, start + CHUNKS_AT_ONCE));
    const rows = await database.manager.findBy<TransactionChunk>(TRANSACTION_CHUNKS, { blockNumber, chunk });
    for (const row of rows) chunks.set(row.chunk, row.body);
  }
  return positions.flatMap((position) => {
    const chunk = chunks.get(Math.floor(position / CHUNK_SIZE));
    return (chunk && readFrame(chunk, position % CHUNK_SIZE, blockNumber, position)) ?? [];
  });
}

/** The logs of a transaction. */
export function logsOf(transaction: IndexedTransaction, block: Pick<BlockEntity, 'hash' | 'timestamp'>): IndexedLog[] {
  return transaction.receipt.events.map((event, index) => ({
    address: event.address,
    topics: event.topics,
    data: event.data,
    blockNumber: transaction.blockNumber,
    blockHash: block.hash,
    timestamp: block.timestamp,
    transactionHash: transaction.hash,
    transactionIndex: transaction.position,
    logIndex: transaction.firstLog + index,
  }));
}

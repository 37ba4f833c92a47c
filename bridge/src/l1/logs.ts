import { numberToHex, type Address, type Hex } from 'viem';
import { z } from 'zod';

import { L1AnswerDisagreementError, MalformedLogError } from '../errors.js';
import type { RawLog } from './inbox-contract.js';
import type { L1Source } from './source.js';
import { isTooMuch, smallerRange } from './too-much.js';

const hex = (bytes?: number) =>
  z
    .string()
    .regex(bytes === undefined ? /^0x([0-9a-f]{2})*$/ : new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`))
    .transform((text) => text as Hex);
const quantity = z.string().regex(/^0x[0-9a-f]{1,16}$/);

const logSchema = z.object({
  address: z.string().toLowerCase().pipe(hex(20)),
  topics: z.array(hex(32)).max(4),
  data: hex(),
  blockNumber: quantity.transform(BigInt),
  blockHash: hex(32),
  transactionHash: hex(32),
  logIndex: quantity.transform(Number),
  removed: z.boolean().optional(),
});

/** Which logs are asked for. */
export interface LogQuery {
  readonly addresses: readonly Address[];
  /** Accepted values of topic 0. */
  readonly topics: readonly Hex[];
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
  /** Believe only what as many endpoints answer alike as must agree on a block: for logs that no accumulator vouches for. */
  readonly agreed?: boolean;
}

/** The first part of a range. */
export interface LogPart {
  readonly logs: readonly RawLog[];
  /** Last block of the part. */
  readonly toBlock: bigint;
}

/** Blocks that one query may span, by source: learnt from what its endpoints refuse, so that not each query starts from the top. */
const spans = new WeakMap<L1Source, bigint>();
/** What a span grows by after an answer: its `1 / GROWTH`. Slowly, since each refusal costs a query that may have been read to the limit. */
const GROWTH = 4n;

/**
 * Logs of a range in order, of as many queries as it takes: a part that is too much for an endpoint, or for what is read of one answer, is asked for
 * in smaller ones, down to one block. An endpoint may answer what was not asked for: such logs, and those out of order, are a MalformedLogError.
 * Whether one is missing is not checked here: either an accumulator tells, or the query asks for agreement. Throws L1UnavailableError and L1AnswerDisagreementError.
 */
export async function fetchLogs(source: L1Source, query: LogQuery): Promise<readonly RawLog[]> {
  const logs: RawLog[] = [];
  for (let fromBlock = query.fromBlock; fromBlock <= query.toBlock;) {
    const part = await fetchFirstLogs(source, { ...query, fromBlock });
    for (const log of part.logs) logs.push(log);
    fromBlock = part.toBlock + 1n;
  }
  return logs;
}

/** As `fetchLogs`, but only as far as one answer reaches: never more than a source reads of one. */
export async function fetchFirstLogs(source: L1Source, query: LogQuery): Promise<LogPart> {
  for (;;) {
    const span = spans.get(source);
    const toBlock = lastOf(query, span);
    const blocks = toBlock - query.fromBlock + 1n;
    try {
      const logs = await ask(source, { ...query, toBlock });
      if (span === blocks) spans.set(source, span + span / GROWTH + 1n);
      return { logs, toBlock };
    } catch (error) {
      const smaller = smallerRange(error, blocks);
      if (smaller === undefined) throw error;
      spans.set(source, smaller);
    }
  }
}

function lastOf({ fromBlock, toBlock }: LogQuery, span: bigint | undefined): bigint {
  const last = span === undefined ? toBlock : fromBlock + span - 1n;
  return last < toBlock ? last : toBlock;
}

async function ask(source: L1Source, query: LogQuery): Promise<readonly RawLog[]> {
  const { addresses, topics, fromBlock, toBlock } = query;
  const range = { fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) };
  const params = [{ address: addresses, topics: [topics], ...range }];
  // One block cannot be halved: there it is worth asking again.
  const hopeless = fromBlock < toBlock ? isTooMuch : undefined;
  if (query.agreed !== true) return read(await source.request<unknown>('eth_getLogs', params, hopeless), query);
  const logs = await source.agreed('eth_getLogs', params, (answer) => read(answer, query), hopeless);
  if (logs === undefined) throw new L1AnswerDisagreementError(`the logs of blocks ${fromBlock}..${toBlock}`);
  return logs;
}

function read(answer: unknown, query: LogQuery): readonly RawLog[] {
  const parsed = z.array(logSchema).safeParse(answer);
  if (!parsed.success) throw new MalformedLogError(`logs are malformed: ${parsed.error.message.slice(0, 300)}`);
  requireAsked(parsed.data, query);
  requireOrdered(parsed.data);
  return parsed.data;
}

function requireAsked(logs: readonly (RawLog & { removed?: boolean | undefined })[], query: LogQuery): void {
  const addresses = new Set(query.addresses.map((address) => address.toLowerCase()));
  for (const log of logs) {
    const asked =
      addresses.has(log.address) &&
      query.topics.includes(log.topics[0] ?? '0x') &&
      log.blockNumber >= query.fromBlock &&
      log.blockNumber <= query.toBlock &&
      log.removed !== true;
    if (!asked) throw new MalformedLogError(`log ${log.logIndex} of block ${log.blockNumber} was not asked for`);
  }
}

function requireOrdered(logs: readonly RawLog[]): void {
  for (let i = 1; i < logs.length; i++) {
    const [a, b] = [logs[i - 1]!, logs[i]!];
    const ordered = a.blockNumber < b.blockNumber || (a.blockNumber === b.blockNumber && a.logIndex < b.logIndex);
    if (!ordered) throw new MalformedLogError(`logs of block ${b.blockNumber} are out of order`);
  }
}

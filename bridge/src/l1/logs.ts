import { numberToHex, type Address, type Hex } from 'viem';
import { z } from 'zod';

import { L1UnavailableError, MalformedLogError } from '../errors.js';
import type { RawLog } from './inbox-contract.js';
import type { L1Source } from './source.js';

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

/**
 * Logs of a range in order. An endpoint may answer what was not asked for: such logs, and those out of order, are a MalformedLogError.
 * Whether one is missing is not checked here: either an accumulator tells, or the query asks for agreement.
 */
export async function fetchLogs(source: L1Source, query: LogQuery): Promise<readonly RawLog[]> {
  const params = [
    {
      address: query.addresses,
      topics: [query.topics],
      fromBlock: numberToHex(query.fromBlock),
      toBlock: numberToHex(query.toBlock),
    },
  ];
  if (query.agreed !== true) return read(await source.request<unknown>('eth_getLogs', params), query);
  const logs = await source.agreed('eth_getLogs', params, (answer) => read(answer, query));
  if (logs === undefined) throw new L1UnavailableError('eth_getLogs', 'too few L1 endpoints answer alike');
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

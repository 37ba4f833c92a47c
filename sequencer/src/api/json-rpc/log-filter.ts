import type { Address, Hex } from 'viem';
import { z } from 'zod';
import type { ApiLimits } from '../api.options.js';
import { invalidParams } from './rpc.errors.js';
import { address, type BlockReference, blockReference, hash } from './schemas.js';

const MAXIMUM_TOPICS = 4;

const oneOrMany = <T extends z.ZodType>(item: T) => z.union([z.array(item), item.transform((value) => [value])]);

const shape = z.object({
  fromBlock: blockReference.nullish(),
  toBlock: blockReference.nullish(),
  blockHash: hash.nullish(),
  address: z.unknown().optional(),
  topics: z.unknown().optional(),
});

/** What a log filter selects, blocks apart. An `undefined` topic position matches anything. */
export interface LogSelection {
  readonly addresses: readonly Address[];
  readonly topics: readonly (readonly Hex[] | undefined)[];
}

/** A filter as a client wrote it, checked and bounded. */
export interface LogFilter extends LogSelection {
  readonly from: BlockReference | undefined;
  readonly to: BlockReference | undefined;
  readonly blockHash: Hex | undefined;
}

/** Reads a filter object. Fails with -32602; the size limits come first, so that no large list is walked. */
export function readLogFilter(value: unknown, limits: ApiLimits): LogFilter {
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidParams(`invalid argument 0: ${[...(issue?.path ?? []).map(String), issue?.message].join(': ')}`);
  }
  const { fromBlock, toBlock, blockHash } = parsed.data;
  if (blockHash && (fromBlock || toBlock)) {
    throw invalidParams(
      'invalid argument 0: cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other',
    );
  }
  const selection = {
    addresses: readAddresses(parsed.data.address, limits),
    topics: readTopics(parsed.data.topics, limits),
  };
  return { ...selection, from: fromBlock ?? undefined, to: toBlock ?? undefined, blockHash: blockHash ?? undefined };
}

function readAddresses(value: unknown, limits: ApiLimits): readonly Address[] {
  if (value === undefined || value === null) return [];
  requireLength(value, limits.logAddresses, 'addresses');
  const parsed = oneOrMany(address).safeParse(value);
  if (!parsed.success) throw invalidParams('invalid argument 0: address: 0x and 40 hex digits, or a list of such');
  return [...new Set(parsed.data)];
}

function readTopics(value: unknown, limits: ApiLimits): readonly (readonly Hex[] | undefined)[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidParams('invalid argument 0: topics must be a list');
  if (value.length > MAXIMUM_TOPICS) throw invalidParams('exceed max topics');
  return value.map((entry) => readTopic(entry, limits));
}

function readTopic(value: unknown, limits: ApiLimits): readonly Hex[] | undefined {
  if (value === null) return undefined;
  requireLength(value, limits.logTopics, 'topics at one position');
  // A null among the alternatives makes the whole position match anything, as in geth.
  if (Array.isArray(value) && (value.length === 0 || value.includes(null))) return undefined;
  const parsed = oneOrMany(hash).safeParse(value);
  if (!parsed.success) throw invalidParams('invalid argument 0: topic: 0x and 64 hex digits, null, or a list of such');
  return [...new Set(parsed.data)];
}

function requireLength(value: unknown, maximum: number, what: string): void {
  if (Array.isArray(value) && value.length > maximum) throw invalidParams(`query exceeds limit of ${maximum} ${what}`);
}

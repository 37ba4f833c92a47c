import { outputRoot, tupleHash, type AssertionTuple } from '@metachain/program';
import { zeroHash, type Hash, type Hex } from 'viem';
import { z } from 'zod';

/** State after all units of the items below `item`: what an assertion may claim. */
export interface Boundary {
  /** Next item not yet consumed. */
  readonly item: bigint;
  /** `items[item - 1]`, zero at genesis: names the inputs that were consumed. */
  readonly itemHash: Hash;
  /** Units of proof since genesis. */
  readonly units: bigint;
  readonly blockNumber: bigint;
  readonly stateRoot: Hex;
  readonly headerHash: Hash;
  /** Delayed messages consumed since genesis. */
  readonly delayedConsumed: bigint;
  /** Wei minted by the messages consumed, and wei withdrawn, since genesis. */
  readonly minted: bigint;
  readonly withdrawn: bigint;
}

const whole = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt);
const word = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Hex);

const boundarySchema = z.object({
  item: whole,
  itemHash: word,
  units: whole,
  blockNumber: whole,
  stateRoot: word,
  headerHash: word,
  delayedConsumed: whole,
  minted: whole,
  withdrawn: whole,
});

/** One line of JSON; numbers as decimal text. */
export const encodeBoundary = (boundary: Boundary): string =>
  JSON.stringify(boundary, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

/** Reads a line; undefined when it is not one. */
export function decodeBoundary(line: string): Boundary | undefined {
  try {
    return boundarySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The boundary before the first item. */
export const genesisBoundary = (stateRoot: Hex, headerHash: Hash): Boundary => ({
  item: 0n,
  itemHash: zeroHash,
  units: 0n,
  blockNumber: 0n,
  stateRoot,
  headerHash,
  delayedConsumed: 0n,
  minted: 0n,
  withdrawn: 0n,
});

/** The tuple that an honest assertion at this boundary states. */
export const tupleOf = ({ stateRoot, headerHash, blockNumber, item }: Boundary, programHash: Hash): AssertionTuple => ({
  stateRoot,
  headerHash,
  programHash,
  blockNumber,
  itemIndex: item,
  payloadOffset: 0,
  unitIndex: 0,
});

/** Hash of the tuple, and the output root that withdrawals are proven against. */
export const claimOf = (boundary: Boundary, programHash: Hash): { tuple: Hash; outputRoot: Hash } => ({
  tuple: tupleHash(tupleOf(boundary, programHash)),
  outputRoot: outputRoot(boundary.stateRoot, boundary.headerHash),
});

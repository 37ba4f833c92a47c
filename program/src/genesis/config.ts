import { type Address, getAddress, type Hex } from 'viem';
import { z } from 'zod';

import { GenesisError } from '../errors.js';

const U64 = (1n << 64n) - 1n;
const U128 = (1n << 128n) - 1n;
const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

const whole = (maximum: bigint) =>
  z
    .union([z.bigint(), z.number().int(), z.string().regex(/^[0-9]+$/, 'a decimal number')])
    .transform((value) => BigInt(value))
    .refine((value) => value >= 0n && value <= maximum, `must be between 0 and ${maximum}`);

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'an address of 20 bytes')
  .transform((value): Address => getAddress(value).toLowerCase() as Address);

const text = (maximum: number) =>
  z
    .string()
    .refine((value) => utf8Length(value) >= 1 && utf8Length(value) <= maximum, `1 to ${maximum} bytes of UTF-8`);

const token = z.strictObject({
  name: text(64).describe('Name, 1 to 64 bytes'),
  symbol: text(32).describe('Symbol, 1 to 32 bytes'),
  decimals: z.number().int().min(0).max(77).default(18),
  l1Token: address.optional().describe('The L1 token it stands for; absent for a token of this chain alone'),
});

const allocation = z.strictObject({
  token: z.number().int().min(0).describe('Index: 0 ETH, 1 MB, 2 DCEP, then as listed'),
  account: address,
  amount: whole(U128).describe('Base units'),
});

const fees = z.strictObject({
  basePrice: whole(1_000_000_000_000n)
    .refine((value) => value >= 1n, 'at least 1')
    .default(1_000_000n)
    .describe('Wei per gas'),
  blobScalar: z
    .number()
    .int()
    .min(0)
    .max(100_000_000)
    .default(1_032_258)
    .describe('Millionths of the blob gas price per byte'),
  overheadScalar: z.number().int().min(0).max(100_000_000).default(20_000).describe('Millionths of an L1 gas per byte'),
  spreadBps: z.number().int().min(0).max(5_000).default(200).describe('Added to the rate of fees not paid in ETH'),
});

/** The configuration of a chain, from which every node makes the same genesis. Unknown fields are refused. */
export const genesisSchema = z.strictObject({
  chainId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  timestamp: whole((1n << 40n) - 1n).describe('Seconds'),
  producer: address.describe('Whose signature makes a block'),
  poster: address.optional().describe('Who is repaid the L1 cost; the producer where absent'),
  blockWeightLimit: whole(U64)
    .default(4_000_000_000n)
    .describe('Step weight of one block: below the 2^32 steps of a dispute'),
  l1Messenger: address.describe('L1CrossDomainMessenger on L1'),
  l1StandardBridge: address.describe('L1StandardBridge on L1'),
  fees: fees.prefault({}),
  tokens: z
    .array(token)
    .max(1_024)
    .default([
      { name: 'MetaMart', symbol: 'MB', decimals: 18 },
      { name: 'Digital Currency', symbol: 'DCEP', decimals: 6 },
    ])
    .describe('MB, DCEP, then others; ETH is always token 0'),
  allocations: z.array(allocation).max(100_000).default([]),
});

/** What a person writes (JSON), and what it becomes. */
export type GenesisInput = z.input<typeof genesisSchema>;
export type GenesisConfig = z.output<typeof genesisSchema>;

/** A word of the genesis state. */
export interface GenesisWord {
  readonly key: Hex;
  readonly value: Hex;
}

/** Validates a configuration. Fails: genesis/config, naming every field that is wrong. */
export const parseGenesisConfig = (input: unknown): GenesisConfig => {
  const parsed = genesisSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'configuration'}: ${message}`);
  throw new GenesisError('genesis/config', problems.join('; '));
};

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { l1AddressesSchema } from '@metachain/bridge';
import { isAddress, type Address } from 'viem';
import { z } from 'zod';

import { ProverConfigurationError } from './errors.js';
import { FEWEST_CHECKPOINTS } from './replay/checkpoint-plan.js';

const url = z.url({ protocol: /^https?$/ });
const whole = z.union([z.string().regex(/^\d{1,18}$/), z.number().int().nonnegative()]).transform(BigInt);

const blobsSchema = z.strictObject({
  beacon: z
    .array(z.strictObject({ url, identifier: z.enum(['slot', 'block']).default('slot') }))
    .default([])
    .describe('Beacon nodes; "block" for nodes that name execution blocks, as anvil does'),
  archives: z.array(url).default([]).describe('Other nodes that serve blobs by versioned hash'),
  retries: z.number().int().min(0).max(100).default(3).describe('Rounds over all sources after the first'),
  keep: z.boolean().default(true).describe('Keep fetched blobs in the data directory and serve them'),
});

const l1Schema = z.strictObject({
  urls: z.array(url).min(1).max(16),
  chainId: z.number().int().positive(),
  addresses: l1AddressesSchema,
  fromBlock: whole.describe('L1 block of the deployment, or an earlier one'),
  confirmations: z.number().int().min(0).max(1_000).default(0),
  maxReorgDepth: z.number().int().min(1).max(100_000).default(64),
  quorum: z.number().int().min(1).max(16).optional().describe('Endpoints that must agree; more than half by default'),
  pollMilliseconds: z.number().int().min(10).max(600_000).default(2_000),
  timeoutMilliseconds: z.number().int().min(100).max(120_000).default(10_000),
  maxRange: z.number().int().min(1).max(100_000).default(2_000).describe('Blocks of one log query'),
});

const wei = z
  .string()
  .regex(/^\d{1,30}$/)
  .transform(BigInt);

const address = z
  .string()
  .refine((text) => isAddress(text), 'is no address, or its checksum is wrong')
  .transform((text) => text as Address);

const disputeSchema = z
  .strictObject({
    keystore: z.string().min(1).optional().describe('Keystore v3 file of the account that bonds and moves'),
    passwordFile: z.string().min(1).optional().describe('File whose first line is the password of the keystore'),
    devnetKey: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/)
      .optional()
      .describe('Plain private key; refused unless `devnet` is true'),
    devnet: z.boolean().default(false).describe('Allows a plain private key'),
    maximumBond: wei.describe('Most wei in bonds at once; lost bonds count for ever'),
    owners: z
      .array(address)
      .max(16)
      .default([])
      .describe('Accounts for which this one also moves, once they named it as their delegate'),
    dryRun: z.boolean().default(false).describe('Decide and report, but send nothing'),
    maxFeeGwei: z.number().int().min(1).max(1_000_000).default(300).describe('Highest price of L1 gas that is paid'),
    urgentFeeGwei: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(3_000)
      .describe('The same while a move or a bond has less than `urgentSeconds` left; no effect below `maxFeeGwei`'),
    urgentSeconds: z
      .number()
      .int()
      .min(0)
      .max(604_800)
      .default(3_600)
      .describe('Seconds before its deadline from which on a move or a bond may cost `urgentFeeGwei`'),
    pollMilliseconds: z.number().int().min(10).max(600_000).default(2_000),
    resubmitSeconds: z
      .number()
      .int()
      .min(1)
      .max(3_600)
      .default(45)
      .describe('After which a transaction is sent for more'),
  })
  .describe('Fights wrong assertions with this account; without it the prover only watches');

/** What an operator writes (JSON). Unknown fields are refused. */
export const proverConfigSchema = z.strictObject({
  dataDirectory: z.string().min(1).optional().describe('Checkpoints and blobs; without one everything is derived anew'),
  genesis: z.string().min(1).describe('Genesis file of the chain, as a path relative to the configuration'),
  http: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: z.number().int().min(0).max(65_535) })
    .optional()
    .describe('Where status and metrics are served'),
  l1: l1Schema,
  blobs: blobsSchema.prefault({}),
  signatureThreads: z
    .number()
    .int()
    .min(0)
    .max(64)
    .default(1)
    .describe('Threads that recover signatures; a further one checks blobs. 0 = everything on one thread'),
  crossCheck: z
    .boolean()
    .default(true)
    .describe('Run every unit in the stepper as well, in a thread of its own; a proposer asserts only what passed'),
  dispute: disputeSchema.optional(),
  checkpointSeconds: z.number().int().min(1).max(86_400).default(60),
  checkpoints: z
    .number()
    .int()
    .min(FEWEST_CHECKPOINTS)
    .max(10_000)
    .default(64)
    .describe('Most checkpoints on disk; each is 64 bytes a key of the state'),
  keepGoing: z.boolean().default(false).describe('Stay up after a wrong assertion was found; implied by `dispute`'),
  log: z
    .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info') })
    .prefault({}),
});

/** A checked configuration. */
export type ProverConfig = z.output<typeof proverConfigSchema>;

/** Checks a configuration. Throws ProverConfigurationError naming every field that is wrong. */
export function parseConfig(input: unknown): ProverConfig {
  const parsed = proverConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ProverConfigurationError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'configuration'}: ${message}`).join('; '),
  );
}

const readJson = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ProverConfigurationError(`${path}: ${cause instanceof Error ? cause.message : 'unreadable'}`);
  }
};

/** Reads a configuration file with its genesis; paths in it are relative to it. `overrides` replace top-level fields. */
export async function loadConfig(
  path: string,
  overrides: Record<string, unknown> = {},
): Promise<{ config: ProverConfig; genesis: unknown }> {
  const config = parseConfig({ ...((await readJson(path)) as object), ...overrides });
  const from = dirname(resolve(path));
  const absolute = (name: string | undefined) => (name === undefined ? undefined : resolve(from, name));
  const dataDirectory = absolute(config.dataDirectory);
  const { dispute } = config;
  const keys = { keystore: absolute(dispute?.keystore), passwordFile: absolute(dispute?.passwordFile) };
  const disputing = dispute === undefined ? undefined : { ...dispute, ...keys };
  return {
    config: { ...config, dataDirectory, dispute: disputing },
    genesis: await readJson(resolve(from, config.genesis)),
  };
}

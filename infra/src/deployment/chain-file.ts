import { readFileSync } from 'node:fs';
import { type DeploymentConfig, MAINNET_CONFIG, validateConfig } from '@metachain/contracts';
import { type GenesisInput, genesisSchema } from '@metachain/program';
import { z } from 'zod';
import { InfraError } from '../errors.js';

const whole = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,30}$/)]).transform(BigInt);
const seconds = z.number().int().positive();

/** What of a deployment may differ from a public chain's; the units stand in DeploymentConfig. */
const contractsSchema = z
  .strictObject({
    challengeWindowSeconds: whole,
    assertionBondWei: whole,
    maximumItems: whole,
    submissionInterval: whole,
    l2BlockTimeSeconds: whole,
    gameDegree: whole,
    gameClockSeconds: seconds,
    gameFloorSeconds: seconds,
    gameBondWei: whole,
    testTokens: z.boolean(),
  } satisfies Record<keyof DeploymentConfig, z.ZodType>)
  .partial();

/** The chain that is to be: the genesis without what the deployment decides, and how its contracts are set. */
const chainFileSchema = z.strictObject({
  genesis: z.looseObject({}),
  contracts: contractsSchema.default({}),
});

/** A genesis as far as people decide it: the deployment adds time, messenger and bridge. */
export type GenesisDraft = Omit<GenesisInput, 'timestamp' | 'l1Messenger' | 'l1StandardBridge'>;

export interface ChainFile {
  readonly genesis: GenesisDraft;
  readonly contracts: DeploymentConfig;
}

const draftSchema = genesisSchema.omit({ timestamp: true, l1Messenger: true, l1StandardBridge: true });

/** What `--write-example` writes: a chain without allocations, with the times and bonds of a public chain. */
export const exampleChain = {
  genesis: {
    chainId: 190_019,
    producer: '0x0000000000000000000000000000000000000001',
    tokens: [
      { name: 'MetaMart', symbol: 'MB', decimals: 18 },
      { name: 'Digital Currency', symbol: 'DCEP', decimals: 6, l1Token: '0x0000000000000000000000000000000000000002' },
    ],
  },
  contracts: { challengeWindowSeconds: 604_800 },
};

/** Reads and checks a chain file. Fails: badArgument, naming what is wrong and where. */
export function readChainFile(path: string): ChainFile {
  const parsed = chainFileSchema.safeParse(readJson(path));
  if (!parsed.success) throw refused(path, parsed.error);
  const draft = draftSchema.safeParse(parsed.data.genesis);
  if (!draft.success) throw refused(`${path}, genesis`, draft.error);
  const given = Object.fromEntries(Object.entries(parsed.data.contracts).filter(([, value]) => value !== undefined));
  const contracts: DeploymentConfig = { ...MAINNET_CONFIG, ...given };
  try {
    validateConfig(contracts);
  } catch (error) {
    throw new InfraError(
      'badArgument',
      `${path}, contracts: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return { genesis: parsed.data.genesis as unknown as GenesisDraft, contracts };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InfraError('badArgument', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refused(where: string, { issues }: z.ZodError): InfraError {
  const problems = issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  return new InfraError('badArgument', `${where}: ${problems.join('; ')}`);
}

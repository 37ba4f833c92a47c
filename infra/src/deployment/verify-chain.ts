import { readFileSync } from 'node:fs';
import { l1AddressesSchema } from '@metachain/bridge';
import { type DeploymentRecord, type VerifiedDeployment, verifyDeployment } from '@metachain/contracts';
import { loadProgram } from '@metachain/program';
import { describeProgram } from '@metachain/prover';
import Table from 'cli-table3';
import { bytesToHex, createPublicClient, getAddress, http, isAddress, isHash, type Hash } from 'viem';
import { z } from 'zod';
import { InfraError } from '../errors.js';

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }))
  .transform((text) => getAddress(text));
const word = z.custom<Hash>((text) => typeof text === 'string' && isHash(text));

/** What of a `deployment.json` is needed to find its contracts. */
const recordSchema = z.object({
  l1ChainId: z.number().int().positive(),
  programHash: word,
  addresses: l1AddressesSchema,
  dispute: z.object({ oneStepProver: address, disputeGame: address }),
  testTokens: z.object({ dcep: address, merchantToken: address }).optional(),
  genesis: z.object({
    stateRoot: word,
    headerHash: word,
    programHash: word,
    blockNumber: z
      .string()
      .regex(/^\d{1,13}$/)
      .transform(BigInt),
  }),
});

/** A chain on L1 beside what this build makes. */
export interface VerifiedChain extends VerifiedDeployment {
  /** Whether the program is the one that this build has. */
  readonly sameProgram: boolean;
  /** Whether everything is what this build makes. */
  readonly same: boolean;
}

/** Compares the chain that a `deployment.json` names with this build. Fails: badArgument for a file or an L1 that cannot be read. */
export async function verifyChain(path: string, l1Url: string): Promise<VerifiedChain> {
  const { l1ChainId, programHash, testTokens, ...rest } = readRecord(path);
  const client = createPublicClient({ transport: http(l1Url) });
  const chainId = await client.getChainId().catch((error: unknown) => {
    throw new InfraError('badArgument', `No L1 answers at ${l1Url}: ${error instanceof Error ? error.message : ''}`);
  });
  if (chainId !== l1ChainId) throw new InfraError('badArgument', `${l1Url} is chain ${chainId}, not ${l1ChainId}.`);
  const record: DeploymentRecord = { ...rest, testTokens };
  const found = await verifyDeployment(client, record);
  const own = bytesToHex(describeProgram(loadProgram().wasm).hash);
  const sameProgram = own === programHash && own === record.genesis.programHash;
  const contracts = found.contracts.map((one) => ({ ...one, address: getAddress(one.address) }));
  return {
    ...found,
    contracts,
    sameProgram,
    same: sameProgram && contracts.every(({ verdict }) => verdict === 'same'),
  };
}

function readRecord(path: string): z.infer<typeof recordSchema> {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new InfraError('badArgument', `${path} is no deployment.json: ${reason}`);
  }
}

/** Two tables for people: what each contract is, and the values that the contracts were made with. */
export function verificationText({ contracts, values, sameProgram }: VerifiedChain): string {
  const codes = new Table({ head: ['contract', 'address', 'on L1'], style: { head: [], border: [] } });
  for (const { name, address: at, verdict } of contracts) codes.push([name, at, verdict]);
  codes.push(['program', '', sameProgram ? 'same' : 'other program']);
  const read = new Table({ head: ['fixed at deployment', 'value'], style: { head: [], border: [] } });
  for (const [name, value] of Object.entries(values)) read.push([name, value?.toString() ?? 'cannot be read']);
  return `${codes.toString()}\n${read.toString()}\n`;
}

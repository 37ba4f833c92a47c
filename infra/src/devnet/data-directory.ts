import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '@metachain/contracts';
import type { Hex } from 'viem';
import { z } from 'zod';
import { InfraError } from '../errors.js';

const address = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]);
const word = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)]);
const whole = z.string().regex(/^\d+$/).transform(BigInt);

/** What a running devnet publishes about itself, for the demo, the benches and people. */
export const devnetSchema = z.object({
  version: z.literal(1),
  chainId: z.number().int().positive(),
  l1ChainId: z.number().int().positive(),
  l1Url: z.url(),
  rpcUrl: z.url(),
  proverUrl: z.url(),
  programHash: word,
  l1BlockNumber: whole,
  addresses: z.object({
    inbox: address,
    rollup: address,
    l2OutputOracle: address,
    portal: address,
    l1CrossDomainMessenger: address,
    l1StandardBridge: address,
  }),
  dispute: z.object({ oneStepProver: address, disputeGame: address }),
  testTokens: z.object({ dcep: address, merchantToken: address }),
  /** The program's code is at the OneStepProver, so that disputes about it can be judged. */
  programRegistered: z.boolean(),
  marketOpen: z.boolean(),
});

export type Devnet = z.infer<typeof devnetSchema>;
export type ProgramHash = Hex;
export type DevnetAddresses = Deployment['addresses'];

/** Files of one devnet. */
export class DataDirectory {
  constructor(readonly path: string) {}

  /** Creates the directory; with `reset` deletes what a devnet left there, and refuses a directory that is something else. */
  open(reset: boolean): void {
    if (reset && existsSync(this.path)) this.remove();
    mkdirSync(this.path, { recursive: true });
  }

  private remove(): void {
    const entries = readdirSync(this.path);
    if (entries.length > 0 && !entries.includes('devnet.json') && !entries.includes('l1.log'))
      throw new InfraError(
        'badState',
        `${this.path} does not look like a devnet's data directory, so it is not deleted.`,
      );
    rmSync(this.path, { recursive: true, force: true });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** What an earlier run published, or undefined. */
  read(): Devnet | undefined {
    const file = this.file('devnet.json');
    if (!existsSync(file)) return undefined;
    const parsed = devnetSchema.safeParse(readJson(file));
    if (parsed.success) return parsed.data;
    throw new InfraError(
      'badState',
      `${file} is not readable by this version. Begin anew with "npm start -- --reset".`,
    );
  }

  /** Replaces the published description in one step. */
  write(devnet: Devnet): void {
    const text = JSON.stringify(
      devnet,
      (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
      2,
    );
    writeFileSync(this.file('devnet.json.new'), `${text}\n`);
    renameSync(this.file('devnet.json.new'), this.file('devnet.json'));
  }
}

/** Undefined for what is no JSON. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

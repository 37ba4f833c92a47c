import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InfraError } from '../errors.js';
import type { DeployedChain } from './deploy-chain.js';

/** Where a prover beside the sequencer tells what it has checked. */
const CHECKER_PORT = 9_546;
const names = ['genesis.json', 'deployment.json', 'sequencer.json', 'prover.json'] as const;

/** Fails with badArgument where a file of an earlier deployment would be overwritten. Makes the directory. */
export function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const present = names.filter((name) => existsSync(join(directory, name)));
  if (present.length > 0)
    throw new InfraError('badArgument', `${directory} holds ${present.join(', ')} already; choose another directory.`);
}

/** Writes the genesis, the record of the deployment, and a configuration of each node whose keys are still to be put there. */
export function writeNodeFiles(directory: string, chain: DeployedChain, l1Url: string): void {
  const { l1ChainId, deployment } = chain;
  const l1 = {
    urls: [l1Url],
    chainId: l1ChainId,
    fromBlock: deployment.l1BlockNumber.toString(),
    addresses: deployment.addresses,
  };
  const key = (role: string) => ({ keystore: `./keys/${role}.json`, passwordFile: `./keys/${role}.password` });
  const files: Record<(typeof names)[number], unknown> = {
    'genesis.json': chain.genesis,
    'deployment.json': { l1ChainId, programHash: chain.programHash, ...deployment },
    'sequencer.json': {
      dataDirectory: './sequencer-data',
      genesis: './genesis.json',
      l1,
      keys: { producer: key('producer'), poster: key('poster'), proposer: key('proposer') },
      proposer: { checker: `http://127.0.0.1:${CHECKER_PORT}` },
    },
    'prover.json': {
      dataDirectory: './prover-data',
      genesis: './genesis.json',
      http: { host: '127.0.0.1', port: CHECKER_PORT },
      l1,
    },
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(directory, name), jsonText(value));
}

const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item), 2)}\n`;

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { Deployment } from '@metachain/contracts';
import { createGenesis, type GenesisInput } from '@metachain/program';
import { bytesToHex, keccak256, stringToHex, type Hash } from 'viem';

import { BridgeConfigurationError } from '../errors.js';
import { testAccount, type AnvilHandle } from './anvil.js';
import { startL1 } from './deployment.js';

/** A private L1 and the real sequencer on it. */
export interface TestNode {
  readonly anvil: AnvilHandle;
  readonly deployment: Deployment;
  readonly genesis: GenesisInput;
  readonly directory: string;
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Ends the sequencer, as `kill -9` does; L1 stays. */
  killSequencer(): Promise<void>;
  /** The last log lines of the sequencer. */
  log(): string;
  stop(): Promise<void>;
}

const CHAIN_ID = 7_772;
const OPERATORS = { producer: 6, poster: 7, proposer: 8 } as const;
const main = fileURLToPath(new URL('../../../sequencer/dist/main.js', import.meta.url));

const json = (value: unknown) =>
  JSON.stringify(value, (_key, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));
const keyOf = (index: number) => bytesToHex(testAccount(index).getHdKey().privateKey!);

/** Starts an L1 with a block a second, the contracts with a window of `windowSeconds`, and the sequencer as its operator runs it. */
export async function startNode(
  windowSeconds: bigint,
  programHash: Hash = keccak256(stringToHex('a program')),
): Promise<TestNode> {
  let genesis: GenesisInput | undefined;
  const { anvil, deployment } = await startL1({
    args: ['--block-time', '1'],
    config: { challengeWindowSeconds: windowSeconds },
    genesis: ({ l1CrossDomainMessenger, l1StandardBridge }, { dcep }) => {
      genesis = genesisOf(l1CrossDomainMessenger, l1StandardBridge, dcep);
      const { stateRoot, hash } = createGenesis(genesis);
      return { stateRoot, headerHash: hash, programHash, blockNumber: 0n };
    },
  });
  const directory = await mkdtemp(join(tmpdir(), 'bridge-node-'));
  await writeFile(join(directory, 'genesis.json'), json(genesis));
  const config = join(directory, 'sequencer.json');
  await writeFile(config, json(sequencerConfig(directory, anvil.url, deployment)));
  const child = spawn(process.execPath, [main, 'start', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => lines.push(String(chunk)));
  const log = () => lines.slice(-40).join('');
  const killSequencer = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  const stop = async () => {
    await killSequencer();
    await anvil.stop();
    await rm(directory, { recursive: true });
  };
  const rpcUrl = await waitUntilReady(
    () => urlIn(lines.join('')),
    () => child.exitCode !== null,
    log,
  ).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { anvil, deployment, genesis: genesis!, directory, rpcUrl, chainId: CHAIN_ID, killSequencer, log, stop };
}

const genesisOf = (l1Messenger: string, l1StandardBridge: string, dcep: string): GenesisInput => ({
  chainId: CHAIN_ID,
  timestamp: Math.floor(Date.now() / 1_000) - 60,
  producer: testAccount(OPERATORS.producer).address,
  poster: testAccount(OPERATORS.poster).address,
  l1Messenger,
  l1StandardBridge,
  tokens: [
    { name: 'MetaMart', symbol: 'MB', decimals: 18 },
    { name: 'Test DCEP', symbol: 'DCEP', decimals: 6, l1Token: dcep },
  ],
});

const sequencerConfig = (directory: string, l1Url: string, { addresses, l1BlockNumber }: Deployment) => ({
  dataDirectory: join(directory, 'data'),
  genesis: join(directory, 'genesis.json'),
  devnet: true,
  http: { port: 0 },
  l1: { urls: [l1Url], chainId: 31337, addresses, fromBlock: l1BlockNumber, confirmations: 0, pollMilliseconds: 200 },
  keys: Object.fromEntries(Object.entries(OPERATORS).map(([role, index]) => [role, { devnetKey: keyOf(index) }])),
  block: { slotMilliseconds: 500 },
  workers: { signatures: 1 },
  poster: { intervalSeconds: 1, clockMarginSeconds: 1 },
  proposer: { intervalSeconds: 2, withdrawalSeconds: 1 },
});

/** Where the sequencer says it listens: it chose a free port itself. */
const urlIn = (log: string) => /"event":"listening"[^\n]*"url":"([^"]+)"/.exec(log)?.[1];

/** URL of the sequencer once it is ready. */
async function waitUntilReady(
  listening: () => string | undefined,
  ended: () => boolean,
  log: () => string,
): Promise<string> {
  for (let turn = 0; turn < 900; turn++) {
    const url = listening();
    const response = url && (await fetch(`${url}/readyz`).catch(() => undefined));
    if (url && response && response.status === 200) return url;
    if (ended()) throw new BridgeConfigurationError(`the sequencer ended:\n${log()}`);
    await sleep(100);
  }
  throw new BridgeConfigurationError(`the sequencer is not ready after 90 s:\n${log()}`);
}

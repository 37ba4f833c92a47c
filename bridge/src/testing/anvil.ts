import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import {
  createTestClient,
  http,
  publicActions,
  walletActions,
  type Hash,
  type PublicActions,
  type TestClient,
  type WalletActions,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';

import { BridgeConfigurationError } from '../errors.js';

/** A private L1 of a test. */
export interface AnvilHandle {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const MNEMONIC = 'test test test test test test test test test test test junk';

/** Funded test accounts of anvil. */
export const testAccount = (index: number) => mnemonicToAccount(MNEMONIC, { addressIndex: index });

/** The native binary: the npm wrapper does not pass on signals and exit codes. */
export function nativeBinary(name: 'anvil' | 'forge' | 'cast'): string {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return require.resolve(`@foundry-rs/${name}-${platform}/bin/${name}`);
}

/** A free TCP port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new BridgeConfigurationError('no free port');
  return address.port;
}

/** Starts anvil on a port that it chooses itself; without a block time it mines a block per transaction. */
export async function startAnvil(
  options: { readonly args?: readonly string[]; readonly chainId?: number } = {},
): Promise<AnvilHandle> {
  const args = ['--port', '0', '--chain-id', String(options.chainId ?? 31337), ...(options.args ?? [])];
  const child = spawn(nativeBinary('anvil'), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const port = await portOf(child.stdout);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { url: `http://127.0.0.1:${port}`, port, pid: child.pid!, stop };
}

/** Waits until anvil says where it listens; what it prints later is thrown away. */
async function portOf(output: Readable): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    output.resume();
    return Number(port);
  }
  throw new BridgeConfigurationError('anvil ended before it listened');
}

/** A viem client that can do everything with a test L1. */
export const anvilClient = (url: string): TestClient & PublicActions & WalletActions =>
  createTestClient({ mode: 'anvil', transport: http(url, { timeout: 30_000 }), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions);

/**
 * Replaces all blocks from `first` on by empty ones, also while transactions come in. Where a reorganisation meets a block being mined, anvil
 * (1.7.1) leaves numbers without a block behind, or keeps the old block: then it is done again.
 */
export async function reorganise(client: Chain, first: bigint): Promise<void> {
  const dropped = await client.getBlock({ blockNumber: first });
  for (let turn = 0; turn < 20; turn++) {
    const depth = Number((await client.getBlockNumber({ cacheTime: 0 })) - first) + 1;
    await client.request({ method: 'anvil_reorg', params: [depth, []] } as never).catch(() => undefined);
    const hashes = await linkedHashes(client, first);
    if (hashes.length > 0 && !hashes.includes(dropped.hash)) return;
  }
  throw new BridgeConfigurationError(`anvil did not reorganise from block ${first}`);
}

type Chain = Pick<PublicActions, 'getBlock' | 'getBlockNumber'> & { request(asked: never): Promise<unknown> };

/** Hashes of the blocks from `first` to the head; empty where one is missing or does not follow from the one before it. */
async function linkedHashes(client: Chain, first: bigint): Promise<readonly Hash[]> {
  const hashes: Hash[] = [];
  const head = await client.getBlockNumber({ cacheTime: 0 });
  for (let blockNumber = first - 1n; blockNumber <= head; blockNumber++) {
    const block = await client.getBlock({ blockNumber }).catch(() => undefined);
    const follows = block !== undefined && (hashes.length === 0 || block.parentHash === hashes.at(-1));
    if (!follows) return [];
    hashes.push(block.hash!);
  }
  return hashes;
}

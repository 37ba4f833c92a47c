import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DEVNET_CONFIG, deployContracts, type Deployment } from '@metachain/contracts';
import { createGenesis, type GenesisInput, loadProgram } from '@metachain/program';
import { createPublicClient, createWalletClient, http, type PublicClient } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { type Anvil, startAnvil } from '../api/testing/anvil.js';
import { RejectedTransaction } from '../chain/chain.types.js';
import { SequencerError } from '../errors/sequencer.errors.js';

const MNEMONIC = 'test test test test test test test test test test test junk';
/** The well-known development accounts of anvil. */
export const developer = (addressIndex: number) => mnemonicToAccount(MNEMONIC, { addressIndex });
const keyOf = (index: number) => `0x${Buffer.from(developer(index).getHdKey().privateKey!).toString('hex')}`;

const DEPLOYER = 9;
const PRODUCER = 8;
const POSTER = 7;
const PROPOSER = 6;
export const CHAIN_ID = 90_001;

/** An L1 with the contracts, and all that a node needs to start against it. */
export interface Devnet {
  readonly anvil: Anvil;
  readonly l1: PublicClient;
  readonly deployment: Deployment;
  readonly genesis: GenesisInput;
  readonly directory: string;
  readonly configFile: string;
}

/**
 * Starts anvil and deploys. `settings` are merged into the node's configuration, `allocations` into the chain's genesis; L1 and genesis are
 * `age` seconds old.
 */
export async function startDevnet(
  settings: object = {},
  allocations: GenesisInput['allocations'] = [],
  age = 0,
): Promise<Devnet> {
  const start = Math.floor(Date.now() / 1_000) - age;
  const anvil = await startAnvil(['--hardfork', 'prague', ...(age > 0 ? ['--timestamp', String(start)] : [])]);
  const l1 = createPublicClient({ chain: foundry, transport: http(anvil.url), cacheTime: 0 });
  const walletClient = createWalletClient({ account: developer(DEPLOYER), chain: foundry, transport: http(anvil.url) });
  const genesisOf = (l1Messenger: string, l1StandardBridge: string): GenesisInput => ({
    chainId: CHAIN_ID,
    timestamp: start,
    producer: developer(PRODUCER).address,
    poster: developer(POSTER).address,
    l1Messenger,
    l1StandardBridge,
    allocations,
  });
  let genesis: GenesisInput | undefined;
  const deployment = await deployContracts({
    walletClient,
    publicClient: l1 as never,
    config: DEVNET_CONFIG,
    genesis: (addresses) => {
      genesis = genesisOf(addresses.l1CrossDomainMessenger, addresses.l1StandardBridge);
      const { stateRoot, hash: headerHash } = createGenesis(genesis);
      return { stateRoot, headerHash, programHash: loadProgram().wasmHash, blockNumber: 0n };
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'devnet-'));
  const genesisFile = join(directory, 'genesis.json');
  writeFileSync(
    genesisFile,
    JSON.stringify(genesis, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
  const configFile = join(directory, 'config.json');
  writeFileSync(configFile, JSON.stringify(merge(configOf(directory, genesisFile, anvil.url, deployment), settings)));
  return { anvil, l1: l1 as PublicClient, deployment, genesis: genesis!, directory, configFile };
}

function configOf(directory: string, genesis: string, url: string, { addresses, l1BlockNumber }: Deployment): object {
  return {
    dataDirectory: join(directory, 'data'),
    genesis,
    devnet: true,
    http: { port: 0 },
    l1: {
      urls: [url],
      chainId: foundry.id,
      addresses,
      fromBlock: Number(l1BlockNumber),
      confirmations: 0,
      pollMilliseconds: 100,
    },
    keys: {
      producer: { devnetKey: keyOf(PRODUCER) },
      poster: { devnetKey: keyOf(POSTER) },
      proposer: { devnetKey: keyOf(PROPOSER) },
    },
    block: { slotMilliseconds: 250 },
    workers: { signatures: 1 },
    poster: { intervalSeconds: 1, clockMarginSeconds: 0 },
    proposer: { intervalSeconds: 1, withdrawalSeconds: 1 },
  };
}

function merge(base: object, over: object): object {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = result[name];
    const both = isObject(below) && isObject(value);
    result[name] = both ? merge(below, value) : value;
  }
  return result;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The node ended before it listened. */
class NodeEndedError extends SequencerError {
  constructor(code: number | null, reason: string) {
    super(502, `the node ended with ${code}: ${reason}`);
  }
}

/** What a test waited for did not come. */
class NotInTimeError extends SequencerError {
  constructor(what: string, seconds: number, log: readonly object[]) {
    const lines = log.slice(-20).map((line) => JSON.stringify(line));
    super(502, `${what} did not happen in ${seconds} s\n${lines.join('\n')}`);
  }
}

/** A node in a process of its own. */
export interface NodeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Log lines so far. */
  readonly log: readonly Record<string, unknown>[];
  /** Resolves with the first line of this event, past or future. */
  event(name: string): Promise<Record<string, unknown>>;
  /** Asks until the answer is truthy; a failing probe counts as no answer. After `seconds` (90) it throws with the node's last log lines. */
  until<T>(what: string, probe: () => Promise<T | undefined | false>, seconds?: number): Promise<T>;
  /** Waits for 200 of `/readyz`. */
  ready(): Promise<void>;
  call<T>(method: string, ...params: unknown[]): Promise<T>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built node and waits until it listens. `preload` is JavaScript that each of its threads runs first. */
export async function startNode(configFile: string, preload = ''): Promise<NodeProcess> {
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const flags = preload ? ['--import', `data:text/javascript,${encodeURIComponent(preload)}`] : [];
  const child = spawn(process.execPath, [...flags, main, 'start', '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: Record<string, unknown>[] = [];
  const waiters: { name: string; resolve: (line: Record<string, unknown>) => void }[] = [];
  createInterface({ input: child.stdout! }).on('line', (text) => {
    const line = JSON.parse(text) as Record<string, unknown>;
    log.push(line);
    for (const waiter of waiters) if (waiter.name === line['event']) waiter.resolve(line);
  });
  let failure = '';
  child.stderr!.on('data', (chunk: Buffer) => (failure += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const event = (name: string): Promise<Record<string, unknown>> => {
    const known = log.find((line) => line['event'] === name);
    return known ? Promise.resolve(known) : new Promise((resolve) => waiters.push({ name, resolve }));
  };
  const early = exited.then((code) => {
    throw new NodeEndedError(code, failure);
  });
  early.catch(() => undefined);
  const listening = await Promise.race([event('listening'), early]);
  const url = listening['url'] as string;
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    child.kill(signal);
    return exited;
  };
  const until: NodeProcess['until'] = (what, probe, seconds = 90) => poll(what, probe, seconds, log);
  const ready = async () => {
    await until('ready', async () => (await fetch(`${url}/readyz`)).status === 200);
  };
  return { url, child, log, event, until, ready, stop, call: (method, ...params) => call(url, method, params) };
}

async function poll<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  seconds: number,
  log: readonly object[],
): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end;) {
    const value = await probe().catch(() => undefined);
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new NotInTimeError(what, seconds, log);
}

async function call<T>(url: string, method: string, params: unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string; code: number } };
  if (answer.error) throw new RejectedTransaction(answer.error.code, answer.error.message);
  return answer.result;
}

/** Writes another configuration beside a devnet's: the same with sections replaced. Returns its path. */
export function writeConfig(devnet: Devnet, name: string, changes: object): string {
  const file = join(devnet.directory, name);
  writeFileSync(file, JSON.stringify(merge(readConfig(devnet), changes)));
  return file;
}

/** Text of the configuration that a devnet was started with. */
export function readConfig(devnet: Devnet): Record<string, unknown> {
  return JSON.parse(readFileSync(devnet.configFile, 'utf8')) as Record<string, unknown>;
}

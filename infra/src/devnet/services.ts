import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { developmentAccount, roles } from '../l1/accounts.js';
import { Child } from '../process/child.js';
import type { DataDirectory, Devnet } from './data-directory.js';
import type { DevnetOptions } from './options.js';

/** A built program of another package. They run as processes of their own, exactly as an operator runs them. */
const entryOf = (name: string, file: string) =>
  fileURLToPath(new URL(`../../../${name}/dist/${file}`, import.meta.url));

/** Ready means 200: 206 is a service that still catches up. */
const answers = (url: string) => async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).status === 200;

/** The prover's account: it plays its own games and those of the proposer. */
const defender = () => developmentAccount(roles.challenger);

/** Whom the prover's account moves for. */
export const defended = () => [developmentAccount(roles.proposer).address];

/** The sequencer's configuration on a devnet: short times, public keys. */
export function sequencerConfig(
  devnet: Devnet,
  options: DevnetOptions,
  directory: DataDirectory,
): Record<string, unknown> {
  const key = (role: keyof typeof roles) => ({ devnetKey: developmentAccount(roles[role]).privateKey });
  return {
    dataDirectory: directory.file('sequencer'),
    genesis: directory.file('genesis.json'),
    devnet: true,
    http: { port: options.rpcPort },
    l1: {
      urls: [devnet.l1Url],
      chainId: devnet.l1ChainId,
      addresses: devnet.addresses,
      fromBlock: devnet.l1BlockNumber.toString(),
      confirmations: 1,
      pollMilliseconds: 500,
    },
    keys: { producer: key('sequencer'), poster: key('sequencer'), proposer: key('proposer') },
    poster: { intervalSeconds: 10, clockMarginSeconds: 4, resubmitSeconds: 20 },
    proposer: { intervalSeconds: 30, withdrawalSeconds: 10, checker: devnet.proverUrl, defender: defender().address },
    log: { format: 'json' },
  };
}

/**
 * Most of what a transaction allocates dies young: a larger nursery (MiB), and that from the start, spares the collector a third of its work.
 * Helper threads of the collector are worth it where cores idle; here every core already has a thread of the node, and without them a swap
 * takes a tenth less.
 */
const nodeFlags = ['--min-semi-space-size=32', '--max-semi-space-size=32', '--single-threaded-gc'];

/** `overrides` replace sections of the configuration; `started` is told of the process before it is ready. */
export async function startSequencer(
  devnet: Devnet,
  options: DevnetOptions,
  directory: DataDirectory,
  overrides: Record<string, unknown> = {},
  started?: (child: Child) => void,
): Promise<Child> {
  const file = directory.file('sequencer.json');
  const config = { ...sequencerConfig(devnet, options, directory), ...overrides };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  const command = {
    name: 'The sequencer',
    command: process.execPath,
    arguments: [...nodeFlags, entryOf('sequencer', 'main.js'), 'start', '--config', file],
    logFile: directory.file('sequencer.log'),
  };
  return Child.startReady(command, { check: answers(`${devnet.rpcUrl}/readyz`), started });
}

/** Twenty games at once on a devnet. Wei. */
const disputeBondLimit = 3n * 10n ** 18n;

/** The prover's configuration on a devnet: it disputes what is wrong and defends what the proposer asserted, with an account of its own. */
export function proverConfig(
  devnet: Devnet,
  options: DevnetOptions,
  directory: DataDirectory,
): Record<string, unknown> {
  return {
    dataDirectory: directory.file('prover'),
    genesis: directory.file('genesis.json'),
    http: { port: options.proverPort },
    l1: {
      urls: [devnet.l1Url],
      chainId: devnet.l1ChainId,
      addresses: devnet.addresses,
      fromBlock: devnet.l1BlockNumber.toString(),
      confirmations: 1,
      pollMilliseconds: 500,
    },
    dispute: {
      devnet: true,
      devnetKey: defender().privateKey,
      maximumBond: disputeBondLimit.toString(),
      owners: defended(),
    },
  };
}

/** `overrides` replace sections of the configuration; `started` is told of the process before it is ready. */
export async function startProver(
  devnet: Devnet,
  options: DevnetOptions,
  directory: DataDirectory,
  overrides: Record<string, unknown> = {},
  started?: (child: Child) => void,
): Promise<Child> {
  const file = directory.file('prover.json');
  const config = { ...proverConfig(devnet, options, directory), ...overrides };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  const command = {
    name: 'The prover',
    command: process.execPath,
    arguments: [entryOf('prover', 'cli/main.js'), 'follow', '--config', file],
    logFile: directory.file('prover.log'),
  };
  return Child.startReady(command, { check: answers(`${devnet.proverUrl}/healthz`), started });
}

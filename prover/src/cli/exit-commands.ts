import { L1Account, loadAccount, readHead, USUAL_WITHDRAWAL_GAS } from '@metachain/bridge';
import { FORCED_INCLUSION_SECONDS } from '@metachain/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isAddress, type Address, type Hash } from 'viem';

import type { ProverConfig } from '../config.js';
import type { DisputeAgent } from '../dispute/agent.js';
import { ProverConfigurationError } from '../errors.js';
import type { ExitReport, ExitUndone, ExitWait } from '../exit/exit-types.js';
import { exitWhilePlaying, sideOf } from '../exit/exit-while-playing.js';
import { Exit, type ExitOptions } from '../exit/exit.js';
import { forcedWithdrawalCall } from '../exit/forced-withdrawal.js';
import { queueMessage, type MessageRequest } from '../exit/queue-message.js';
import { EXIT } from './exit-codes.js';
import { print } from './print.js';
import { openSession, type Session, type SessionOptions } from './session.js';

/** The chain id of anvil: there, and nowhere else, a key may stand on the command line. */
const DEVELOPMENT_CHAIN = 31_337;
const GWEI = 1_000_000_000n;
const RESUBMIT_MILLISECONDS = 60_000;

interface KeyOptions extends SessionOptions {
  readonly keystore?: string;
  readonly passwordFile?: string;
  readonly devnetKey?: string;
  readonly maxFeeGwei: bigint;
}

interface ForceOptions extends KeyOptions {
  readonly amount: bigint;
  readonly to?: Address;
  readonly token?: Address;
}

interface ExitCommandOptions extends KeyOptions {
  readonly maximumGas: bigint;
  readonly receivedFrom?: readonly Address[];
  readonly wait?: boolean;
  readonly maximumBond?: bigint;
  readonly ownBond?: boolean;
}

interface Sender {
  readonly address: Address;
  readonly send: (request: MessageRequest) => Promise<Hash>;
}

/** Adds `force-withdraw` and `exit`: the way from L2 to the money without any operator (docs/exit.md). */
export function addExitCommands(
  command: (name: string, description: string) => Command,
  run: (result: Promise<number>) => Promise<void>,
): void {
  withKey(
    command('force-withdraw', 'send a withdrawal through L1 in your name: it is executed whoever makes the blocks'),
  )
    .requiredOption('--amount <units>', 'base units to withdraw: wei for ether', whole)
    .option('--token <address>', 'L2 token to withdraw instead of ether', address)
    .option('--to <address>', 'receiver on L1; your own account by default', address)
    .action((options: ForceOptions) => run(runForceWithdraw(options)));

  withKey(
    command(
      'exit',
      'take your forced messages and withdrawals as far as L1 allows now: include, assert, prove, confirm, finalise, retry',
    ),
  )
    .option('--data <directory>', 'data directory of your own prover, which may run: the blobs that it keeps are read')
    .addOption(
      new Option('--maximum-gas <gas>', 'leave withdrawals undone that ask for more gas on L1')
        .argParser(whole)
        .default(USUAL_WITHDRAWAL_GAS, String(USUAL_WITHDRAWAL_GAS)),
    )
    .addOption(
      new Option(
        '--received-from <address>',
        'after your own, also take what this account withdrew to yours, and pay for it; may be repeated',
      ).argParser(addresses),
    )
    .option('--wait', 'go on until everything is finalised, and play the games about your assertion meanwhile')
    .option('--maximum-bond <wei>', 'with --wait: also challenge lies, with at most so much in bonds at once', whole)
    .option(
      '--own-bond',
      'with --wait and --maximum-bond: also put a bond of your own behind right claims of others that you wait for, so that they cannot give them up',
    )
    .action((options: ExitCommandOptions) => run(runExit(options)));
}

const withKey = (command: Command): Command =>
  command
    .option('--keystore <file>', 'encrypted key (keystore v3) of your account')
    .option('--password-file <file>', 'file with its password')
    .option('--devnet-key <key>', 'plain key, on a development chain only')
    .addOption(new Option('--max-fee-gwei <gwei>', 'highest L1 fee per gas').argParser(whole).default(500n, '500'));

async function runForceWithdraw(options: ForceOptions): Promise<number> {
  const session = await openSession({ ...options, stateless: true });
  try {
    const { address: account, send } = await openSender(session, options);
    const { amount, to = account, token } = options;
    const data = forcedWithdrawalCall({ amount, to, ...(token === undefined ? {} : { token }) });
    const call = { what: 'forced withdrawal', to: session.config.l1.addresses.portal, data, value: 0n };
    const onFull = (leastTip: bigint) =>
      session.log.warn(
        { event: 'deposits_full', leastTip },
        "others filled L1's block with deposits; trying again for more",
      );
    const transactionHash = await queueMessage(call, send, onFull);
    const { timestamp } = await readHead(session.source);
    print({ account, transactionHash, overdueAfter: timestamp + FORCED_INCLUSION_SECONDS });
    return EXIT.match;
  } finally {
    await session.close();
  }
}

async function runExit(options: ExitCommandOptions): Promise<number> {
  const { maximumBond, ownBond = false } = options;
  const waits = options.wait === true;
  if (ownBond && !(waits && maximumBond !== undefined))
    throw new ProverConfigurationError('--own-bond needs --wait and --maximum-bond');
  const dispute = (config: ProverConfig) => playing(config, options);
  const session = await openSession({ ...options, stateless: true, readsBlobs: true, keepGoing: true, dispute });
  const agent = session.agent!;
  try {
    const report = waits ? await exitToEnd(session, agent, options) : await exitOnce(session, agent, options);
    print(report);
    return report.undone.length === 0 ? EXIT.match : EXIT.cannotDerive;
  } finally {
    await session.close();
  }
}

/** What of an exit the configuration and the command line say. */
function exitOptions(session: Session, { maximumGas, receivedFrom = [] }: ExitCommandOptions) {
  const { addresses, pollMilliseconds } = session.config.l1;
  return { prover: session, addresses, pollMilliseconds, maximumGas, receivedFrom } satisfies Partial<ExitOptions>;
}

async function exitOnce(session: Session, agent: DisputeAgent, options: ExitCommandOptions): Promise<ExitReport> {
  const { signal } = new AbortController();
  const report = await new Exit({ ...exitOptions(session, options), ...sideOf(agent, signal) }).run();
  logUndone(session, report.undone);
  return report;
}

function exitToEnd(session: Session, agent: DisputeAgent, options: ExitCommandOptions): Promise<ExitReport> {
  const onWaits = (waits: readonly ExitWait[]) => {
    for (const { what, notBefore } of waits) session.log.info({ event: 'exit_waits', notBefore }, what);
  };
  const onHindrance = (reason: string | undefined) => {
    if (reason === undefined) session.log.info({ event: 'exit_goes_on' }, 'the exit goes on again');
    else session.log.error({ event: 'exit_held_up', reason }, 'the exit cannot go on now; trying again');
  };
  const onUndone = (undone: readonly ExitUndone[]) => logUndone(session, undone);
  const { signal } = new AbortController();
  const { ownBond = false } = options;
  const played = { ...exitOptions(session, options), agent, ownBond, onWaits, onUndone, onHindrance };
  return exitWhilePlaying(played, signal);
}

function logUndone({ log }: Session, undone: readonly ExitUndone[]): void {
  for (const { what, ...rest } of undone) log.error({ event: 'exit_undone', ...rest }, `not done: ${what}`);
}

/** The user's key plays the games about the user's assertion; it bonds against lies of others only as far as it was told to. */
function playing({ l1 }: ProverConfig, options: ExitCommandOptions): NonNullable<ProverConfig['dispute']> {
  const { keystore, passwordFile, devnetKey, maxFeeGwei, maximumBond = 0n } = options;
  return {
    keystore,
    passwordFile,
    devnetKey,
    devnet: l1.chainId === DEVELOPMENT_CHAIN,
    maximumBond,
    owners: [],
    dryRun: false,
    maxFeeGwei: Number(maxFeeGwei),
    // The user named the highest price, and is there to name another.
    urgentFeeGwei: Number(maxFeeGwei),
    urgentSeconds: 0,
    pollMilliseconds: l1.pollMilliseconds,
    resubmitSeconds: RESUBMIT_MILLISECONDS / 1_000,
  };
}

async function openSender({ config, source, log }: Session, options: KeyOptions): Promise<Sender> {
  const { keystore, passwordFile, devnetKey } = options;
  const { chainId, pollMilliseconds } = config.l1;
  const key = { keystore, passwordFile, devnetKey };
  const account = new L1Account({
    source,
    chainId,
    pollMilliseconds,
    account: await loadAccount('user', key, chainId === DEVELOPMENT_CHAIN),
    limits: { maxFee: options.maxFeeGwei * GWEI, maxBlobFee: GWEI },
    resubmitMilliseconds: RESUBMIT_MILLISECONDS,
    onEvent: ({ event, ...fields }) => log.info({ event, ...fields }, event),
  });
  // Nothing to record before a send: a repeated step is refused by L1 or has no effect.
  const record = () => Promise.resolve();
  const { signal } = new AbortController();
  const send = async (request: MessageRequest) => (await account.transact(request, record, signal)).hash;
  return { address: account.address, send };
}

function whole(text: string): bigint {
  if (!/^[1-9]\d{0,38}$/.test(text)) throw new InvalidArgumentError('a whole number above zero is needed');
  return BigInt(text);
}

const addresses = (text: string, earlier: readonly Address[] = []): Address[] => [...earlier, address(text)];

function address(text: string): Address {
  if (!isAddress(text, { strict: false })) throw new InvalidArgumentError('an address is needed');
  return text;
}

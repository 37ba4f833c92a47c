import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';

/** Flags of `npm start`. */
export interface DevnetOptions {
  readonly data: string;
  readonly reset: boolean;
  readonly l1Port: number;
  readonly rpcPort: number;
  readonly proverPort: number;
  /** Seconds between L1 blocks. */
  readonly l1BlockTime: number;
  /** Seconds an assertion stays open to challenge. */
  readonly window: number;
  /** Run until the market is open, print the summary, then stop. */
  readonly once: boolean;
}

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  return value;
};

const seconds =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum || value > maximum)
      throw new InvalidArgumentError(`Whole seconds from ${minimum} to ${maximum}.`);
    return value;
  };

/** Where the devnet keeps everything unless told otherwise: inside the checkout, ignored by git. */
export const defaultDirectory = fileURLToPath(new URL('../../../.data/devnet', import.meta.url));

/** Parses the command line; commander prints `--help` and clear errors and ends the process itself. */
export function parseOptions(argv: readonly string[]): DevnetOptions {
  const command = new Command('npm start --')
    .description(
      'Runs MetaChain on this machine: an L1 (anvil), the contracts, the sequencer and the prover, with an open market.\nCtrl-C stops it cleanly; starting again continues where it was.',
    )
    .option('--data <directory>', 'where state, logs and keys live', defaultDirectory)
    .option('--reset', 'begin anew: deletes the data directory first', false)
    .option('--l1-port <port>', 'port of the L1', port, 8545)
    .option('--rpc-port <port>', 'port of the RPC and REST of MetaChain', port, 9545)
    .option('--prover-port <port>', 'port of the status and metrics of the prover', port, 9546)
    .option('--l1-block-time <seconds>', 'seconds between L1 blocks', seconds(1, 60), 2)
    .option('--window <seconds>', 'challenge window of assertions (7 days on a public chain)', seconds(5, 86_400), 30)
    .option('--once', 'stop after the market is open', false)
    .allowExcessArguments(false)
    .showHelpAfterError('Run "npm start -- --help" for the flags.');
  const options = command.parse(argv, { from: 'user' }).opts<DevnetOptions>();
  return { ...options, data: resolve(options.data) };
}

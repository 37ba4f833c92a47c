import { existsSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { configFields } from '../config/config.fields.js';
import { loadConfig } from '../config/config.loader.js';
import type { SequencerConfig } from '../config/config.schema.js';
import { runNode } from '../lifecycle/run-node.js';
import { stopOnSignals } from '../lifecycle/signals.js';
import { VERSION } from '../lifecycle/version.js';
import { exampleConfig } from './example-config.js';

const STATUS_TIMEOUT_MILLISECONDS = 5_000;

/** The command line. */
export function createProgram(): Command {
  const program = new Command('metachain-sequencer')
    .description('Orders, executes and posts the transactions of a MetaChain.')
    .version(VERSION);
  program.addCommand(startCommand(), { isDefault: false });
  program
    .command('init')
    .description('write an example configuration')
    .requiredOption('--config <file>', 'file to write; an existing one is left alone')
    .action(({ config }: { config: string }) => init(config));
  program
    .command('status')
    .description('ask a running node how it is; exits 1 unless it is ready')
    .option('--url <url>', 'address of the node', 'http://127.0.0.1:8545')
    .action(({ url }: { url: string }) => status(url));
  return program;
}

function startCommand(): Command {
  const command = new Command('start').description('run a node').option('--config <file>', 'configuration file (JSON)');
  const options = configFields().map(({ path, flag, description, defaultText }) => {
    const option = new Option(`${flag} <value>`, `${description}${defaultText ? ` (${defaultText})` : ''}`);
    command.addOption(option);
    return { path, name: option.attributeName() };
  });
  return command.action(async (values: Record<string, string | undefined>) => {
    const flags = Object.fromEntries(options.map(({ path, name }) => [path, values[name]]));
    await start(() => loadConfig({ file: values['config'], environment: process.env, flags }));
  });
}

async function start(load: () => SequencerConfig): Promise<void> {
  try {
    const config = load();
    stopOnSignals(await runNode(config), config.drainSeconds, complain);
  } catch (error) {
    complain(error);
    process.exit(1);
  }
}

function init(path: string): void {
  if (existsSync(path)) {
    complain(`${path} exists already`);
    process.exitCode = 1;
    return;
  }
  writeFileSync(path, `${JSON.stringify(exampleConfig, null, 2)}\n`);
  process.stdout.write(
    `wrote ${path}: set genesis, L1 and keys, then run metachain-sequencer start --config ${path}\n`,
  );
}

async function status(url: string): Promise<void> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(STATUS_TIMEOUT_MILLISECONDS) });
    process.stdout.write(`${JSON.stringify(await response.json(), null, 2)}\n`);
    process.exitCode = response.status === 200 ? 0 : 1;
  } catch (error) {
    complain(`no node answers at ${url}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

function complain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}

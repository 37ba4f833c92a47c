#!/usr/bin/env node
import { Command } from 'commander';

import { runFollow, runRebuild, runVerify } from './commands.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { addExitCommands } from './exit-commands.js';
import { VERSION, type SessionOptions } from './session.js';

const exitCodes = `
Exit codes:
  ${EXIT.match}  everything on L1 was replayed and every assertion is right
  ${EXIT.usage}  bad options or configuration
  ${EXIT.mismatch}  an assertion on L1 is wrong, or the genesis is another chain's
  ${EXIT.cannotDerive}  what L1 holds could not be derived: an endpoint or a blob is out of reach;
     of \`exit\`: L1 refuses a part, or it was held back; \`undone\` says which and why`;

const run = async (command: Promise<number>): Promise<void> => {
  try {
    process.exitCode = await command;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
};

const program = new Command('metachain-prover')
  .description('Derives the chain from L1 alone and compares every assertion with it')
  .version(VERSION)
  .showHelpAfterError()
  .addHelpText('after', exitCodes);

const command = (name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .requiredOption('--config <file>', 'configuration (JSON)')
    .option('--l1 <url...>', 'L1 endpoints, instead of those in the configuration')
    .option('--log-level <level>', 'trace, debug, info, warn, error or fatal');

command('follow', 'follow L1 for ever; serves /healthz, /readyz, /status and /metrics')
  .option('--data <directory>', 'where checkpoints and blobs are kept')
  .option('--keep-going', 'stay up after a wrong assertion was found')
  .action((options: SessionOptions) => run(runFollow(options)));

command('verify', 'derive everything once from L1 alone, compare every assertion, print the result')
  .option('--keep-going', 'look at all assertions even after a wrong one')
  .action((options: SessionOptions) => run(runVerify(options)));

command('rebuild', 'derive everything once and write the state as a snapshot')
  .requiredOption('--out <file>', 'snapshot to write')
  .action((options: SessionOptions & { out: string }) => run(runRebuild(options)));

addExitCommands(command, run);

await program.parseAsync();

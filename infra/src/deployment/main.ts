import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadAccount } from '@metachain/bridge';
import { Command } from 'commander';
import { InfraError } from '../errors.js';
import { failureText } from '../failure.js';
import { exampleChain, readChainFile } from './chain-file.js';
import { deployChain } from './deploy-chain.js';
import { prepareDirectory, writeNodeFiles } from './node-files.js';

interface Options {
  readonly chain: string;
  readonly writeExample: boolean;
  readonly l1Url?: string;
  readonly keystore?: string;
  readonly passwordFile?: string;
  readonly out: string;
}

const command = new Command('npm run deploy --')
  .description(
    'Deploys a chain on an L1 given by URL (a public testnet, say): contracts, program code, genesis,\nand configurations for its sequencer and prover. docs/deployment.md goes through it.',
  )
  .requiredOption('--chain <file>', 'what the chain is to be (JSON)')
  .option('--write-example', 'write an example of that file and stop', false)
  .option('--l1-url <url>', 'endpoint of the L1')
  .option('--keystore <file>', 'keystore v3 of the account that deploys; it has no power afterwards')
  .option('--password-file <file>', 'file whose first line is its password')
  .option('--out <directory>', 'where genesis and configurations go', 'chain')
  .allowExcessArguments(false)
  .showHelpAfterError('Run "npm run deploy -- --help" for the flags.');
const options = command.parse().opts<Options>();

try {
  await (options.writeExample ? writeExample(options.chain) : deploy(options));
  process.exit(0);
} catch (error) {
  process.stderr.write(`\nmetachain: ${failureText(error)}\n`);
  process.exit(1);
}

async function writeExample(path: string): Promise<void> {
  if (existsSync(path)) throw new InfraError('badArgument', `${path} exists already.`);
  writeFileSync(path, `${JSON.stringify(exampleChain, null, 2)}\n`);
  process.stdout.write(`wrote ${path}: set chain id, producer and tokens, then run this again with the L1.\n`);
}

async function deploy({ chain, l1Url, keystore, passwordFile, out }: Options): Promise<void> {
  if (!l1Url || !keystore || !passwordFile)
    throw new InfraError('badArgument', '--l1-url, --keystore and --password-file are needed to deploy.');
  const file = readChainFile(chain);
  const directory = resolve(out);
  prepareDirectory(directory);
  const account = await loadAccount('deployer', { keystore, passwordFile }, false);
  const report = (text: string) => process.stdout.write(`  ${text}\n`);
  const deployed = await deployChain({ l1Url, account, chain: file, report });
  writeNodeFiles(directory, deployed, l1Url);
  process.stdout.write(
    `\nDeployed on chain ${deployed.l1ChainId}; program ${deployed.programHash}.\n` +
      `${directory} holds genesis.json, deployment.json, sequencer.json and prover.json.\n` +
      'Put the keystores of producer, poster and proposer into its folder keys, then:\n' +
      `  node sequencer/dist/main.js start --config ${directory}/sequencer.json\n` +
      `  node prover/dist/cli/main.js follow --config ${directory}/prover.json\n`,
  );
}

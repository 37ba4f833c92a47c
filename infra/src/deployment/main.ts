import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadAccount } from '@metachain/bridge';
import { Command } from 'commander';
import { InfraError } from '../errors.js';
import { failureText } from '../failure.js';
import { exampleChain, readChainFile } from './chain-file.js';
import { deployChain } from './deploy-chain.js';
import { prepareDirectory, writeNodeFiles } from './node-files.js';
import { verificationText, verifyChain } from './verify-chain.js';

interface Options {
  readonly chain?: string;
  readonly writeExample: boolean;
  readonly l1Url?: string;
  readonly keystore?: string;
  readonly passwordFile?: string;
  readonly out: string;
  readonly verify?: string;
}

const command = new Command('npm run deploy --')
  .description(
    'Deploys a chain on an L1 given by URL (a public testnet, say): contracts, program code, genesis,\nand configurations for its sequencer and prover. docs/deployment.md goes through it.',
  )
  .option('--chain <file>', 'what the chain is to be (JSON)')
  .option('--write-example', 'write an example of that file and stop', false)
  .option('--l1-url <url>', 'endpoint of the L1')
  .option('--keystore <file>', 'keystore v3 of the account that deploys; it has no power afterwards')
  .option('--password-file <file>', 'file whose first line is its password')
  .option('--out <directory>', 'where genesis and configurations go', 'chain')
  .option('--verify <file>', 'deploy nothing: compare the chain of a deployment.json with this build')
  .allowExcessArguments(false)
  .showHelpAfterError('Run "npm run deploy -- --help" for the flags.');
const options = command.parse().opts<Options>();

try {
  if (options.verify !== undefined) await verify(options.verify, options.l1Url);
  else if (options.writeExample) await writeExample(chainOf(options));
  else await deploy(options);
  process.exit(0);
} catch (error) {
  process.stderr.write(`\nmetachain: ${failureText(error)}\n`);
  process.exit(1);
}

function chainOf({ chain }: Options): string {
  if (chain === undefined) throw new InfraError('badArgument', '--chain is needed.');
  return chain;
}

async function verify(path: string, l1Url: string | undefined): Promise<void> {
  if (l1Url === undefined) throw new InfraError('badArgument', '--l1-url is needed to verify.');
  const found = await verifyChain(path, l1Url);
  process.stdout.write(verificationText(found));
  if (!found.same) throw new InfraError('checkFailed', 'What is on L1 is not what these sources make.');
}

async function writeExample(path: string): Promise<void> {
  if (existsSync(path)) throw new InfraError('badArgument', `${path} exists already.`);
  writeFileSync(path, `${JSON.stringify(exampleChain, null, 2)}\n`);
  process.stdout.write(`wrote ${path}: set chain id, producer and tokens, then run this again with the L1.\n`);
}

async function deploy(options: Options): Promise<void> {
  const { l1Url, keystore, passwordFile, out } = options;
  if (!l1Url || !keystore || !passwordFile)
    throw new InfraError('badArgument', '--l1-url, --keystore and --password-file are needed to deploy.');
  const file = readChainFile(chainOf(options));
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

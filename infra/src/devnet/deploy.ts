import { writeFileSync } from 'node:fs';
import { DEVNET_CONFIG, type L1Addresses, type TestTokenAddresses, deployContracts } from '@metachain/contracts';
import { type GenesisInput, createGenesis, loadProgram } from '@metachain/program';
import { deployProgram, describeProgram, programHash } from '@metachain/prover';
import { bytesToHex, createPublicClient, createWalletClient, http, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { InfraError } from '../errors.js';
import { anvilUrl } from '../l1/anvil.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import type { DataDirectory, Devnet } from './data-directory.js';
import { describeDevnet } from './describe.js';
import type { DevnetOptions } from './options.js';

/** "MC". */
export const devnetChainId = 0x4d43;

/** What the sequencer and the prover make the first state from. Amounts as text: the file is JSON. */
export function devnetGenesis(addresses: L1Addresses, tokens: TestTokenAddresses, timestamp: number): GenesisInput {
  return {
    chainId: devnetChainId,
    timestamp,
    producer: developmentAccount(roles.sequencer).address,
    l1Messenger: addresses.l1CrossDomainMessenger,
    l1StandardBridge: addresses.l1StandardBridge,
    tokens: [
      { name: 'MetaMart', symbol: 'MB', decimals: 18 },
      { name: 'Test DCEP', symbol: 'DCEP', decimals: 6, l1Token: tokens.dcep },
    ],
    allocations: [
      { token: 1, account: developmentAccount(roles.marketMaker).address, amount: parseEther('10000000').toString() },
    ],
  };
}

/** Deploys the contracts on a fresh L1 and writes the genesis file. */
export async function deploy(
  options: DevnetOptions,
  directory: DataDirectory,
  report: (text: string) => void,
): Promise<Devnet> {
  const transport = http(anvilUrl(options.l1Port));
  const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 200 });
  const program = loadProgram();
  const hash = programHash(program.wasm);
  const timestamp = Number((await client.getBlock()).timestamp);
  const deployment = await deployContracts({
    walletClient: createWalletClient({ account, chain: foundry, transport }),
    publicClient: client,
    config: { ...DEVNET_CONFIG, challengeWindowSeconds: BigInt(options.window) },
    genesis: (addresses, tokens) => {
      const input = devnetGenesis(addresses, tokens, timestamp);
      writeFileSync(directory.file('genesis.json'), `${JSON.stringify(input, null, 2)}\n`);
      const { stateRoot, hash: headerHash } = createGenesis(input);
      return { stateRoot, headerHash, programHash: hash, blockNumber: 0n };
    },
    onProgress: ({ name, step, steps }) => report(`${name} (${step}/${steps})`),
  });
  return describeDevnet(options, devnetChainId, hash, deployment);
}

/** Puts the program's code on L1, so that a dispute about any instruction of it can be judged. Harmless when it is there. */
export async function registerProgram(devnet: Devnet, report: (text: string) => void): Promise<void> {
  const transport = http(devnet.l1Url);
  const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
  const wallet = createWalletClient({ account, chain: foundry, transport });
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 200 });
  const program = describeProgram(loadProgram().wasm);
  if (bytesToHex(program.hash) !== devnet.programHash)
    throw new InfraError(
      'badState',
      'This devnet was made by another program. Begin anew with "npm start -- --reset".',
    );
  const { oneStepProver } = devnet.dispute;
  await deployProgram({ wallet, client, oneStepProver }, program, (deployed, all) =>
    report(`data contracts (${deployed}/${all})`),
  );
}

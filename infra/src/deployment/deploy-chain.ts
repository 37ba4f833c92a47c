import { type Deployment, deployContracts } from '@metachain/contracts';
import { createGenesis, type GenesisInput, loadProgram } from '@metachain/program';
import { deployProgram, describeProgram } from '@metachain/prover';
import { bytesToHex, createPublicClient, createWalletClient, defineChain, type Hex, http } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { InfraError } from '../errors.js';
import type { ChainFile } from './chain-file.js';

/** A chain whose contracts are on L1, with the genesis that all of its nodes start from. */
export interface DeployedChain {
  readonly l1ChainId: number;
  readonly genesis: GenesisInput;
  readonly programHash: Hex;
  readonly deployment: Deployment;
}

export interface DeployChainRequest {
  readonly l1Url: string;
  readonly account: PrivateKeyAccount;
  readonly chain: ChainFile;
  readonly report: (text: string) => void;
}

/**
 * Deploys the contracts on the L1 at a URL and puts the program's code beside them, some 90 million gas in all. The account must send
 * nothing else meanwhile: addresses follow from its nonces. An interrupted deployment leaves contracts that nobody uses; run it again.
 * Fails: badArgument when the L1 does not answer or the account is empty; as deployContracts and deployProgram do.
 */
export async function deployChain({ l1Url, account, chain, report }: DeployChainRequest): Promise<DeployedChain> {
  const { client, wallet, l1ChainId } = await connect(l1Url, account);
  const program = describeProgram(loadProgram().wasm);
  const programHash = bytesToHex(program.hash);
  const timestamp = Number((await client.getBlock()).timestamp);
  let genesis: GenesisInput | undefined;
  const deployment = await deployContracts({
    walletClient: wallet,
    publicClient: client,
    config: chain.contracts,
    genesis: ({ l1CrossDomainMessenger: l1Messenger, l1StandardBridge }, testTokens) => {
      genesis = withTestTokens({ ...chain.genesis, timestamp, l1Messenger, l1StandardBridge }, testTokens?.dcep);
      const { stateRoot, hash: headerHash } = createGenesis(genesis);
      return { stateRoot, headerHash, programHash, blockNumber: 0n };
    },
    onProgress: ({ name, step, steps }) => report(`${name} (${step}/${steps})`),
  });
  const { oneStepProver } = deployment.dispute;
  await deployProgram({ wallet, client, oneStepProver }, program, (deployed, all) =>
    report(`code of the program (${deployed}/${all})`),
  );
  return { l1ChainId, genesis: genesis!, programHash, deployment };
}

async function connect(l1Url: string, account: PrivateKeyAccount) {
  const transport = http(l1Url);
  const client = createPublicClient({ transport, pollingInterval: 1_000 });
  const l1ChainId = await client.getChainId().catch((error: unknown) => {
    throw new InfraError('badArgument', `No L1 answers at ${l1Url}: ${error instanceof Error ? error.message : ''}`);
  });
  if ((await client.getBalance({ address: account.address })) === 0n)
    throw new InfraError('badArgument', `${account.address} has no ether on chain ${l1ChainId} to deploy with.`);
  const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 };
  const l1 = defineChain({ id: l1ChainId, name: 'L1', nativeCurrency, rpcUrls: { default: { http: [l1Url] } } });
  return { client, wallet: createWalletClient({ account, chain: l1, transport }), l1ChainId };
}

/** With `testTokens` DCEP (the token after MB) stands for the mintable one that was deployed, unless the file names another. */
function withTestTokens(genesis: GenesisInput, dcep: Hex | undefined): GenesisInput {
  const [mb, second, ...others] = genesis.tokens ?? [];
  if (!dcep || !mb || !second || second.l1Token) return genesis;
  return { ...genesis, tokens: [mb, { ...second, l1Token: dcep }, ...others] };
}

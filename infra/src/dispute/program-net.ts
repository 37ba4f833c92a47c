import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVNET_CONFIG, type Deployment, deployContracts } from '@metachain/contracts';
import type { UnitInputs } from '@metachain/program';
import { deployProgram, describeProgram, PersistentStateTree } from '@metachain/prover';
import {
  bytesToHex as hex,
  createPublicClient,
  createWalletClient,
  type Hash,
  http,
  zeroAddress,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import type { Devnet } from '../devnet/data-directory.js';
import { anvilUrl, startAnvil } from '../l1/anvil.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { appendBatch } from '../l1/append-batch.js';
import { freePort } from '../process/ports.js';
import { InboxReader } from './inbox-reader.js';
import { Operator } from './operator.js';
import { burnAddress } from './stage.js';
import type { ChainPoint } from './unit-chain.js';

/** Where a chain on a `ProgramNet` begins: nothing in the state, nothing consumed. */
export const programGenesis: ChainPoint = {
  position: { parentHash: zeroHash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 },
  state: PersistentStateTree.empty,
};

/** Inputs of a program that reads none. */
export const noInputs: UnitInputs = {
  itemWord: () => undefined,
  payloadWord: () => undefined,
  delayedWord: () => undefined,
};

/**
 * A private L1 with the real contracts and any program in the place of the rules, with items in the inbox. The burn address exists,
 * as it does on public chains.
 */
export class ProgramNet {
  private constructor(
    readonly devnet: Devnet,
    readonly inbox: InboxReader,
    /** Hash of the last item. */
    readonly item: Hash,
    private readonly close: () => Promise<void>,
  ) {}

  /** `payload`: what item 0 carries in blobs; items without one are empty. */
  static async start(wasm: Uint8Array, degree: bigint, items = 1n, payload?: Uint8Array): Promise<ProgramNet> {
    const directory = mkdtempSync(join(tmpdir(), 'metachain-game-'));
    const port = await freePort();
    const anvil = await startAnvil({ port, directory });
    const close = async () => {
      await anvil.stop('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    };
    try {
      const devnet = await deployFor(anvilUrl(port), wasm, degree);
      const poster = developmentAccount(roles.deployer);
      if (payload !== undefined)
        await appendBatch({ url: devnet.l1Url, inbox: devnet.addresses.inbox, poster }, payload, 'blobs');
      await new Operator(devnet, poster).appendEmpty(Number(items) - (payload === undefined ? 0 : 1));
      const inbox = new InboxReader(devnet);
      await inbox.refresh();
      return new ProgramNet(devnet, inbox, inbox.itemHash(items - 1n), close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.close();
  }
}

async function deployFor(url: string, wasm: Uint8Array, gameDegree: bigint): Promise<Devnet> {
  const transport = http(url);
  const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
  const wallet = createWalletClient({ account, chain: foundry, transport });
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const description = describeProgram(wasm);
  const programHash = hex(description.hash);
  const deployment = await deployContracts({
    walletClient: wallet,
    publicClient: client,
    config: { ...DEVNET_CONFIG, gameDegree },
    genesis: { stateRoot: hex(PersistentStateTree.empty.root), headerHash: zeroHash, programHash, blockNumber: 0n },
  });
  const { oneStepProver } = deployment.dispute;
  await deployProgram({ wallet, client, oneStepProver }, description);
  await client.waitForTransactionReceipt({ hash: await wallet.sendTransaction({ to: burnAddress, value: 1n }) });
  return described(url, deployment, programHash);
}

const none = { dcep: zeroAddress, merchantToken: zeroAddress };

const described = (url: string, deployment: Deployment, programHash: Hash): Devnet => ({
  version: 1,
  chainId: 1,
  l1ChainId: foundry.id,
  l1Url: url,
  rpcUrl: url,
  proverUrl: url,
  programHash,
  l1BlockNumber: deployment.l1BlockNumber,
  addresses: deployment.addresses,
  dispute: deployment.dispute,
  testTokens: none,
  programRegistered: true,
  marketOpen: false,
});

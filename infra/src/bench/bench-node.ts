import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVNET_CONFIG, deployContracts } from '@metachain/contracts';
import { createGenesis, loadProgram } from '@metachain/program';
import { programHash } from '@metachain/prover';
import { type Hex, createPublicClient, createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { JsonRpc } from '../baseline/json-rpc.js';
import { DataDirectory, type Devnet } from '../devnet/data-directory.js';
import { describeDevnet } from '../devnet/describe.js';
import { type DevnetOptions } from '../devnet/options.js';
import { proverConfig, startSequencer } from '../devnet/services.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { anvilUrl, startAnvil } from '../l1/anvil.js';
import { LocalChain } from '../load/local-chain.js';
import { Child, waitUntil } from '../process/child.js';
import { freePort } from '../process/ports.js';

/** A real sequencer with a real L1, whose genesis holds the users of a load. */
export class BenchNode {
  private constructor(
    readonly load: LocalChain,
    readonly devnet: Devnet,
    private node: Child,
    readonly directory: DataDirectory,
    private readonly anvil: Child,
    private readonly options: DevnetOptions,
  ) {}

  get sequencer(): Child {
    return this.node;
  }

  /** `overrides` replace sections of the sequencer's configuration. */
  static async start(users: number, overrides: Record<string, unknown> = {}): Promise<BenchNode> {
    const directory = new DataDirectory(mkdtempSync(join(tmpdir(), 'metachain-bench-')));
    const options = {
      data: directory.path,
      reset: false,
      l1Port: await freePort(),
      rpcPort: await freePort(),
      proverPort: await freePort(),
      l1BlockTime: 2,
      window: 60,
      once: false,
    };
    const anvil = await startAnvil({ port: options.l1Port, directory: directory.path, blockTime: options.l1BlockTime });
    const load = LocalChain.create(users, 19_779, Math.floor(Date.now() / 1000) - 60);
    writeFileSync(
      directory.file('genesis.json'),
      JSON.stringify(load.genesis, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    );
    const devnet = await deploy(load, options);
    const sequencer = await startSequencer(devnet, options, directory, overrides);
    return new BenchNode(load, devnet, sequencer, directory, anvil, options);
  }

  /** `kill -9` of the sequencer, at any moment of its life. */
  async kill(): Promise<void> {
    await this.node.stop('SIGKILL');
  }

  /** Starts the sequencer again. It may be killed before it is ready, so nothing is waited for. */
  restart(): void {
    this.node = Child.start(this.node.options);
  }

  /** Waits until the sequencer takes transactions. */
  ready(): Promise<void> {
    const check = async () => (await fetch(`${this.devnet.rpcUrl}/readyz`)).status === 200;
    return waitUntil('The sequencer', check, this.node);
  }

  /** Configuration file for a prover of this chain. */
  writeProverConfig(): string {
    const file = this.directory.file('prover.json');
    writeFileSync(file, JSON.stringify(proverConfig(this.devnet, this.options, this.directory)));
    return file;
  }

  /** Waits until the block with everything sent so far is sealed, rooted and indexed. */
  async waitForBlock(rpc: JsonRpc, number: bigint): Promise<void> {
    await waitUntil(
      'The last block',
      async () => BigInt(await rpc.call<Hex>('eth_blockNumber', [])) >= number,
      this.sequencer,
      120_000,
    );
  }

  async stop(): Promise<void> {
    await this.sequencer.stop('SIGTERM', 60_000);
    await this.anvil.stop('SIGKILL');
    rmSync(this.directory.path, { recursive: true, force: true });
  }
}

async function deploy(load: LocalChain, options: DevnetOptions): Promise<Devnet> {
  const transport = http(anvilUrl(options.l1Port));
  const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
  const hash = programHash(loadProgram().wasm);
  const { stateRoot, hash: headerHash } = createGenesis(load.genesis);
  const deployment = await deployContracts({
    walletClient: createWalletClient({ account, chain: foundry, transport }),
    publicClient: createPublicClient({ chain: foundry, transport, pollingInterval: 100 }),
    config: { ...DEVNET_CONFIG, challengeWindowSeconds: BigInt(options.window) },
    genesis: { stateRoot, headerHash, programHash: hash, blockNumber: 0n },
  });
  return { ...describeDevnet(options, load.chainId, hash, deployment), marketOpen: true };
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVNET_CONFIG, type DeploymentConfig, deployContracts } from '@metachain/contracts';
import { createGenesis, loadProgram } from '@metachain/program';
import { programHash } from '@metachain/prover';
import { createPublicClient, createTestClient, createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { DataDirectory, type Devnet } from '../devnet/data-directory.js';
import { devnetChainId, devnetGenesis, registerProgram } from '../devnet/deploy.js';
import { describeDevnet } from '../devnet/describe.js';
import type { DevnetOptions } from '../devnet/options.js';
import { defended, proverConfig, startProver, startSequencer } from '../devnet/services.js';
import { anvilUrl, startAnvil } from '../l1/anvil.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import type { Child } from '../process/child.js';
import { freePort } from '../process/ports.js';

/** Seconds between L1 blocks once the devnet is up. */
export const l1BlockSeconds = 1;

/** The rules of a public chain with times that fit a demonstration. */
export const disputeConfig: DeploymentConfig = {
  ...DEVNET_CONFIG,
  challengeWindowSeconds: 20n,
  gameClockSeconds: 60,
  gameFloorSeconds: 10,
};

/** Who is told what of a devnet. */
export interface NetListener {
  readonly report: (text: string) => void;
  /** A process ended by itself. */
  readonly failed: (error: unknown) => void;
  /** From now on there is something to stop, whether or not the start comes to its end. */
  readonly opened?: (stop: () => Promise<void>) => void;
}

/** Who asserts: the play itself, or the sequencer's proposer as on any devnet. */
export type Asserting = 'play' | 'proposer';

/** A devnet for disputes: L1, contracts, the registered program, a sequencer that follows the rules, the prover. */
export class DisputeNet {
  private constructor(
    readonly directory: DataDirectory,
    readonly devnet: Devnet,
    /** Ends the prover as a power cut would, and starts it again with what it left on disk. */
    readonly killProver: () => Promise<void>,
    readonly stop: () => Promise<void>,
  ) {}

  /** Starts everything in a directory of its own, which is deleted in the end. */
  static async start(
    listener: NetListener,
    asserting: Asserting = 'play',
    config: DeploymentConfig = disputeConfig,
  ): Promise<DisputeNet> {
    const directory = new DataDirectory(mkdtempSync(join(tmpdir(), 'metachain-dispute-')));
    const children: Child[] = [];
    const stop = async () => {
      for (const child of children.splice(0).reverse()) await child.stop();
      rmSync(directory.path, { recursive: true, force: true });
    };
    listener.opened?.(stop);
    try {
      const { devnet, killProver } = await bringUp(directory, children, listener, asserting, config);
      for (const child of children) child.onFailure(listener.failed);
      return new DisputeNet(directory, devnet, killProver, stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  get genesis(): unknown {
    return JSON.parse(readFileSync(this.directory.file('genesis.json'), 'utf8'));
  }

  /** From now on L1 makes blocks by the clock, as a real one does; until then it made one for each transaction. */
  async useBlockTime(): Promise<void> {
    const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(this.devnet.l1Url) });
    await test.setAutomine(false);
    await test.setIntervalMining({ interval: l1BlockSeconds });
  }

  /** What the prover complained about last; its log is a line of JSON for each event. */
  proverComplaint(): string {
    const lines = readFileSync(this.directory.file('prover.log'), 'utf8').split('\n');
    return lines.findLast((text) => text.includes('"reason"')) ?? 'none';
  }
}

async function bringUp(
  directory: DataDirectory,
  children: Child[],
  { report, failed }: NetListener,
  asserting: Asserting,
  config: DeploymentConfig,
): Promise<Pick<DisputeNet, 'devnet' | 'killProver'>> {
  const options = optionsFor(directory, await freePort(), await freePort(), await freePort());
  report('starting an L1 (anvil)');
  children.push(await startAnvil({ port: options.l1Port, directory: directory.path }));
  report('deploying the contracts');
  const devnet = await deploy(directory, options, config);
  report('registering the program, so that L1 can judge its steps');
  await registerProgram(devnet, () => undefined);
  report('starting the sequencer');
  children.push(await startSequencer(devnet, options, directory, sequencing(asserting)));
  report('starting the prover');
  const start = () => startProver(devnet, options, directory, disputing(devnet, options, directory));
  children.push(await start());
  const killProver = async () => {
    await children.pop()?.stop('SIGKILL');
    children.push(await start());
    children.at(-1)?.onFailure(failed);
  };
  return { devnet, killProver };
}

/** Batches go to L1 quickly; the proposer, where there is one, is that of every devnet. */
const sequencing = (asserting: Asserting) => ({
  poster: { intervalSeconds: 2, clockMarginSeconds: 2, resubmitSeconds: 20 },
  ...(asserting === 'play' ? { proposer: { enabled: false } } : {}),
});

/** The prover fights what is wrong, with an account of its own, and looks often. */
const disputing = (devnet: Devnet, options: DevnetOptions, directory: DataDirectory): Record<string, unknown> => ({
  l1: { ...(proverConfig(devnet, options, directory).l1 as object), confirmations: 0, pollMilliseconds: 200 },
  dispute: {
    devnetKey: developmentAccount(roles.challenger).privateKey,
    devnet: true,
    maximumBond: (100n * disputeConfig.assertionBondWei).toString(),
    owners: defended(),
    pollMilliseconds: 200,
    resubmitSeconds: 10,
  },
});

const optionsFor = (directory: DataDirectory, l1Port: number, rpcPort: number, proverPort: number): DevnetOptions => ({
  data: directory.path,
  reset: false,
  l1Port,
  rpcPort,
  proverPort,
  l1BlockTime: l1BlockSeconds,
  window: Number(disputeConfig.challengeWindowSeconds),
  once: false,
});

async function deploy(directory: DataDirectory, options: DevnetOptions, config: DeploymentConfig): Promise<Devnet> {
  const l1Url = anvilUrl(options.l1Port);
  const transport = http(l1Url);
  const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const hash = programHash(loadProgram().wasm);
  const timestamp = Number((await publicClient.getBlock()).timestamp);
  const deployment = await deployContracts({
    walletClient: createWalletClient({ account, chain: foundry, transport }),
    publicClient,
    config,
    genesis: (addresses, tokens) => {
      const input = devnetGenesis(addresses, tokens, timestamp);
      writeFileSync(directory.file('genesis.json'), JSON.stringify(input));
      const { stateRoot, hash: headerHash } = createGenesis(input);
      return { stateRoot, headerHash, programHash: hash, blockNumber: 0n };
    },
  });
  return { ...describeDevnet(options, devnetChainId, hash, deployment), programRegistered: true };
}

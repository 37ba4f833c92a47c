import { setTimeout as sleep } from 'node:timers/promises';
import { L1Account } from '@metachain/bridge';
import { rollupAbi } from '@metachain/contracts';
import { loadProgram, outputRoot } from '@metachain/program';
import {
  type Assertion,
  type AssembledProver,
  assembleProver,
  type Boundary,
  deriveOnce,
  GameReader,
  HonestTraces,
  lowerProvable,
  parseConfig,
  Player,
  ProverMetrics,
} from '@metachain/prover';
import { encodeFunctionData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { type DevelopmentAccount } from '../l1/accounts.js';
import { disputeConfig, type DisputeNet } from './dispute-net.js';

const gwei = 10n ** 9n;
const silent = () => undefined;

/** Temporary. */
export class Agent {
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;
  private readonly seen = new Set<bigint>();
  failure: unknown;

  private constructor(
    private readonly assembled: AssembledProver,
    private readonly account: L1Account,
    private readonly player: Player,
    private readonly rollup: `0x${string}`,
  ) {}

  static async start(net: DisputeNet, { privateKey }: DevelopmentAccount): Promise<Agent> {
    const { devnet } = net;
    const config = parseConfig({
      genesis: 'genesis.json',
      keepGoing: true,
      crossCheck: false,
      signatureThreads: 0,
      l1: {
        urls: [devnet.l1Url],
        chainId: devnet.l1ChainId,
        addresses: devnet.addresses,
        fromBlock: devnet.l1BlockNumber.toString(),
        pollMilliseconds: 200,
      },
    });
    const { wasm, module } = loadProgram();
    const log = { info: silent, warn: silent, error: silent, fatal: silent };
    const metrics = new ProverMetrics('demo');
    const program = { module, wasm, hash: devnet.programHash };
    const assembled = await assembleProver({ config, genesis: net.genesis, program, metrics, log } as never);
    const { source, parts } = assembled;
    const account = new L1Account({
      source,
      account: privateKeyToAccount(privateKey),
      chainId: devnet.l1ChainId,
      limits: { maxFee: 1_000n * gwei, maxBlobFee: gwei },
      pollMilliseconds: 100,
      resubmitMilliseconds: 10_000,
      onEvent: silent,
    });
    const traces = new HonestTraces({
      watcher: assembled.watcher,
      payloads: parts.payloads,
      checkpoints: undefined,
      genesis: parts.genesis,
      program: lowerProvable(wasm),
      programHash: devnet.programHash,
    });
    const boundaryOf = (id: bigint): Boundary => {
      const { itemIndex } = parts.assertions.assertions[Number(id)] as Assertion;
      return itemIndex === 0n ? parts.genesis.boundary : (parts.boundaries.at(itemIndex) as Boundary);
    };
    const player = new Player({
      reader: new GameReader({ source, rollup: devnet.addresses.rollup, fromBlock: devnet.l1BlockNumber }),
      account,
      trace: async (id) => {
        const { parent, itemIndex } = parts.assertions.assertions[Number(id)] as Assertion;
        return traces.trace({ parent: boundaryOf(parent), endItem: itemIndex });
      },
    });
    const agent = new Agent(assembled, account, player, devnet.addresses.rollup);
    agent.running = agent.loop(boundaryOf);
    return agent;
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
    await this.assembled.close();
  }

  private async loop(boundaryOf: (id: bigint) => Boundary): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await deriveOnce(this.assembled);
        for (const { id } of this.assembled.prover.status().assertions.wrong) await this.dispute(id, boundaryOf);
        const failures = await this.player.turn(signal);
        if (failures.length > 0) this.failure = failures[0]?.error;
      } catch (error) {
        this.failure = error;
      }
      await sleep(200, undefined, { signal }).catch(() => undefined);
    }
  }

  private async dispute(id: bigint, boundaryOf: (id: bigint) => Boundary): Promise<void> {
    if (this.seen.has(id)) return;
    const { assertions } = this.assembled.parts.assertions;
    const wrong = assertions[Number(id)] as Assertion;
    const parent = assertions[Number(wrong.parent)] as Assertion;
    const own = boundaryOf(id);
    const before = boundaryOf(wrong.parent);
    const state = {
      stateRoot: own.stateRoot,
      headerHash: own.headerHash,
      programHash: wrong.programHash,
      blockNumber: own.blockNumber,
      itemIndex: own.item,
    };
    const data = encodeFunctionData({
      abi: rollupAbi,
      functionName: 'assertState',
      args: [parent.id, outputRoot(before.stateRoot, before.headerHash), state, own.units - before.units, own.itemHash],
    });
    const request = { what: 'assert', to: this.rollup, data, value: disputeConfig.assertionBondWei };
    await this.account.transact(request, async () => undefined, this.abort.signal);
    const nonce = await this.account.nonce();
    await this.player.open(id, before, wrong, nonce, this.abort.signal);
    this.seen.add(id);
  }
}

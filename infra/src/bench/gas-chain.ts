import { DEVNET_CONFIG, type Deployment, deployContracts, inboxAbi, rollupAbi } from '@metachain/contracts';
import { createGenesis, encodePayload, outputRoot } from '@metachain/program';
import { programHash } from '@metachain/prover';
import {
  type Hex,
  type TransactionReceipt,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  http,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { appendBatch, type Carrier, generousFees } from '../l1/append-batch.js';
import { type BuiltBlock, LocalChain } from '../load/local-chain.js';
import { loadProgram } from '@metachain/program';

const windowSeconds = 60;
/** An assertion is made two and a bit to a window: each confirms the one before the last, as a chain whose window is longer than its interval does. */
const intervalSeconds = 31;
/** The list of confirmed assertions opens a new slot at every eighth, so a fair price of an assertion is the mean of eight in a row. */
const cycle = 8;

/** What one L1 transaction took. */
export interface L1Usage {
  readonly gas: number;
  readonly blobs: number;
}

/** A local chain with its contracts on a real L1: posts its blocks, asserts and confirms them, and reports what each transaction took. */
export class GasChain {
  private readonly assertions: number[] = [];
  private parent = { id: 0n, outputRoot: zeroHash as Hex };

  private constructor(
    readonly chain: LocalChain,
    private readonly deployment: Deployment,
    private readonly url: string,
  ) {
    this.parent = { id: 0n, outputRoot: outputRoot(deployment.genesis.stateRoot, deployment.genesis.headerHash) };
  }

  static async create(url: string, users: number): Promise<GasChain> {
    const transport = http(url);
    const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
    const timestamp = Number((await client.getBlock()).timestamp);
    const chain = LocalChain.create(users, 19_779, timestamp);
    const { stateRoot, hash } = createGenesis(chain.genesis);
    const deployment = await deployContracts({
      walletClient: createWalletClient({ account, chain: foundry, transport }),
      publicClient: client,
      config: { ...DEVNET_CONFIG, challengeWindowSeconds: BigInt(windowSeconds) },
      genesis: { stateRoot, headerHash: hash, programHash: programHash(loadProgram().wasm), blockNumber: 0n },
    });
    return new GasChain(chain, deployment, url);
  }

  /** Posts blocks as one item: in blobs, or as calldata. */
  async post(blocks: readonly BuiltBlock[], carrier: Carrier): Promise<L1Usage> {
    await this.waitForL1Time(blocks);
    const payload = encodePayload(blocks.map(({ bytes }) => bytes));
    const poster = developmentAccount(roles.sequencer);
    return usage(
      await appendBatch({ url: this.url, inbox: this.deployment.addresses.inbox, poster }, payload, carrier),
    );
  }

  /**
   * Asserts the state after the newest block (all items consumed); the transaction also confirms the assertion before the last one, once
   * there is one.
   */
  async settle(): Promise<void> {
    const { rollup } = this.deployment.addresses;
    const { state, lastItem } = await this.claim();
    const claim = [this.parent.id, this.parent.outputRoot, state, lastItem] as const;
    const due = this.parent.id - 1n;
    const data =
      due > 0n
        ? encodeFunctionData({ abi: rollupAbi, functionName: 'assertAndConfirm', args: [...claim, due] })
        : encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args: claim });
    const receipt = await this.send(rollup, data, DEVNET_CONFIG.assertionBondWei);
    if (due > 0n) this.assertions.push(Number(receipt.gasUsed));
    this.parent = { id: this.parent.id + 1n, outputRoot: outputRoot(state.stateRoot, state.headerHash) };
    await this.advance(intervalSeconds);
  }

  /** Mean gas of an assertion that confirms another: eight in a row, so that each kind of storage write is in it as often as it happens. */
  meanAssertionGas(): number {
    const last = this.assertions.slice(-cycle);
    if (last.length < cycle)
      throw new InfraError('checkFailed', `Only ${last.length} of ${cycle} assertions were made.`);
    return last.reduce((sum, gas) => sum + gas, 0) / cycle;
  }

  private async claim() {
    const inbox = { address: this.deployment.addresses.inbox, abi: inboxAbi } as const;
    const itemIndex = await this.client.readContract({ ...inbox, functionName: 'itemCount' });
    const lastItem = await this.client.readContract({ ...inbox, functionName: 'items', args: [itemIndex - 1n] });
    const { head } = this.chain.engine;
    const state = {
      stateRoot: this.chain.engine.stateRoot(),
      headerHash: head.hash,
      programHash: this.deployment.genesis.programHash,
      blockNumber: head.number,
      itemIndex,
    };
    return { state, lastItem };
  }

  private get client() {
    return createPublicClient({ chain: foundry, transport: http(this.url), pollingInterval: 50 });
  }

  private async send(to: Hex, data: Hex, value = 0n): Promise<TransactionReceipt> {
    const account = privateKeyToAccount(developmentAccount(roles.sequencer).privateKey);
    const wallet = createWalletClient({ account, chain: foundry, transport: http(this.url) });
    return this.mined(await wallet.sendTransaction({ to, data, value, gas: 15_000_000n, ...generousFees }));
  }

  private async mined(hash: Hex): Promise<TransactionReceipt> {
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new InfraError('checkFailed', `L1 transaction ${hash} failed.`);
    return receipt;
  }

  /** L1 time must not be behind the blocks, or the rules would clamp their timestamps. */
  private async waitForL1Time(blocks: readonly BuiltBlock[]): Promise<void> {
    const newest = blocks[blocks.length - 1]?.sealed.timestamp ?? 0n;
    const { timestamp } = await this.client.getBlock();
    if (timestamp <= newest) await this.advance(Number(newest - timestamp) + 1);
  }

  private async advance(seconds: number): Promise<void> {
    const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(this.url) });
    await test.increaseTime({ seconds });
    await test.mine({ blocks: 1 });
  }
}

const usage = (receipt: TransactionReceipt): L1Usage => ({
  gas: Number(receipt.gasUsed),
  blobs: Number(receipt.blobGasUsed ?? 0n) / 131_072,
});

import { type Deployment, type DeploymentConfig, inboxAbi, optimismPortalAbi, rollupAbi } from '@metachain/contracts';
import {
  bundlePayload,
  type InboxItem,
  L1Source,
  L1Watcher,
  MetachainInbox,
  payloadToCalldata,
  signBlobTransaction,
} from '@metachain/bridge';
import { anvilClient, startL1, testAccount, type AnvilHandle } from '@metachain/bridge/testing';
import {
  compactSignature,
  contentHash,
  createGenesis,
  encodeBlock,
  encodePacked,
  encodePayload,
  Engine,
  frameEthereum,
  fromHex,
  type GenesisInput,
  loadProgram,
  outputRoot,
  packedTypedData,
  producerDigest,
  type Operation,
  type PackedTransaction,
  type SealedBlock,
  toHex,
} from '@metachain/program';
import { encodeFunctionData, zeroHash, type Hash, type Hex } from 'viem';

import { parseConfig, type ProverConfig } from '../config.js';
import { programHash } from '../machine/lowering/program.js';

export const CHAIN_ID = 7_771;
export const ETHER = 10n ** 18n;
export const producer = testAccount(2);
export const users = [3, 4, 5].map(testAccount);
export const program = loadProgram();
export const PROGRAM_HASH = programHash(program.wasm);

const BLOCK_GAS_LIMIT = 12_000_000n;

/** A block as the honest producer made it. */
export interface BuiltBlock {
  readonly sealed: SealedBlock;
  readonly bytes: Uint8Array;
}

/** What a block may be given besides its entries. */
export interface BlockFields {
  readonly delayed?: bigint;
  readonly parent?: Hash;
  readonly signer?: typeof producer;
  /** As on the wire: item number plus 1. */
  readonly priceItem?: bigint;
}

/** A chain on a private L1 with the smallest honest producer, for tests: builds blocks with the real program, posts and asserts them. */
export class TestRollup {
  readonly client: ReturnType<typeof anvilClient>;
  readonly source: L1Source;
  readonly watcher: L1Watcher;
  readonly engine: Engine;
  #assertion = { id: 0n, outputRoot: zeroHash as Hash };
  #claim: Hex = '0x';

  private constructor(
    readonly anvil: AnvilHandle,
    readonly deployment: Deployment,
    readonly genesis: GenesisInput,
  ) {
    this.client = anvilClient(anvil.url);
    this.source = new L1Source({ urls: [anvil.url], retries: 0 });
    this.watcher = this.openWatcher();
    const start = createGenesis(genesis);
    this.engine = Engine.fromGenesis({ module: program.module, chainId: CHAIN_ID, inputs: this.#seen() }, start);
    this.#assertion = { id: 0n, outputRoot: outputRoot(start.stateRoot, start.hash) };
  }

  static async start(config: Partial<DeploymentConfig> = {}): Promise<TestRollup> {
    let genesis: GenesisInput | undefined;
    const { anvil, deployment } = await startL1({
      config,
      genesis: ({ l1CrossDomainMessenger, l1StandardBridge }, { dcep }) => {
        genesis = {
          chainId: CHAIN_ID,
          timestamp: Math.floor(Date.now() / 1_000) - 10,
          producer: producer.address,
          l1Messenger: l1CrossDomainMessenger,
          l1StandardBridge,
          tokens: [
            { name: 'MetaMart', symbol: 'MB' },
            { name: 'Test DCEP', symbol: 'DCEP', decimals: 6, l1Token: dcep },
          ],
          allocations: users.flatMap(({ address }) =>
            [0, 1].map((token) => ({ token, account: address, amount: 1_000n * ETHER })),
          ),
        };
        const { stateRoot, hash } = createGenesis(genesis);
        return { stateRoot, headerHash: hash, programHash: PROGRAM_HASH, blockNumber: 0n };
      },
    });
    return new TestRollup(anvil, deployment, genesis!);
  }

  /** A watcher of its own, as another node would have. */
  openWatcher(): L1Watcher {
    const { addresses, l1BlockNumber } = this.deployment;
    return new L1Watcher({
      source: this.source,
      contract: new MetachainInbox(this.source, addresses),
      fromBlock: l1BlockNumber,
    });
  }

  /** Configuration of a prover of this rollup. */
  config(overrides: Partial<Record<keyof ProverConfig, unknown>> = {}, url = this.anvil.url): ProverConfig {
    return parseConfig({
      genesis: 'genesis.json',
      l1: {
        urls: [url],
        chainId: 31337,
        addresses: this.deployment.addresses,
        fromBlock: this.deployment.l1BlockNumber.toString(),
        pollMilliseconds: 20,
      },
      signatureThreads: 0,
      crossCheck: false,
      ...overrides,
    });
  }

  /** Reads L1 as the producer sees it. */
  async sync(): Promise<void> {
    for await (const event of this.watcher.sync()) if (event.type === 'reorg') await Promise.resolve();
  }

  async deposit(
    from: (typeof users)[number],
    value: bigint,
    to: Hex = from.address,
    data: Hex = '0x',
    callValue = value,
  ): Promise<void> {
    const call = encodeFunctionData({
      abi: optimismPortalAbi,
      functionName: 'depositTransaction',
      args: [to, callValue, 500_000n, false, data],
    });
    await this.send(from, this.deployment.addresses.portal, call, value);
    await this.sync();
  }

  async packed(
    signer: (typeof users)[number],
    sequence: bigint,
    operations: readonly Operation[],
  ): Promise<Uint8Array> {
    const now = (await this.client.getBlock()).timestamp;
    const transaction: PackedTransaction = {
      lane: 0,
      sequence,
      deadline: ((now + 600n) / 64n) * 64n,
      feeToken: 'ETH',
      maxFee: 15n * 10n ** 15n,
      operations,
    };
    return encodePacked(transaction, await signer.signTypedData(packedTypedData(transaction, CHAIN_ID) as never));
  }

  async transfer(signer: (typeof users)[number], nonce: number, to: Hex, value: bigint): Promise<Uint8Array> {
    const fields = {
      type: 'eip1559',
      chainId: CHAIN_ID,
      nonce,
      gas: 3_000_000n,
      maxFeePerGas: 10n ** 9n,
      maxPriorityFeePerGas: 0n,
      to,
      value,
    };
    return frameEthereum(fromHex(await signer.signTransaction(fields as never)));
  }

  /** Builds, seals and signs a block of entries that the rules accept. */
  async build(entries: readonly Uint8Array[], fields: BlockFields = {}): Promise<BuiltBlock> {
    const parent = this.engine.head.hash;
    const timestamp = (await this.client.getBlock()).timestamp;
    const delayed = fields.delayed ?? 0n;
    this.engine.begin({ timestamp, delayed, priceItem: 0n, producer: producer.address });
    for (const entry of entries) {
      const { status, code } = this.engine.apply(entry);
      if (status === 'skipped') throw new TypeError(`entry was skipped with code ${code}`);
    }
    const sealed = this.engine.end();
    return { sealed, bytes: await this.sign(parent, timestamp, delayed, entries, fields) };
  }

  /** Wire form of a block; nothing checks that it is valid. */
  async sign(
    parent: Hash,
    timestamp: bigint,
    delayed: bigint,
    entries: readonly Uint8Array[],
    fields: BlockFields = {},
  ): Promise<Uint8Array> {
    const content = Uint8Array.from(Buffer.concat(entries));
    const head = {
      parent: fields.parent ?? parent,
      timestamp,
      delayed,
      priceItem: fields.priceItem ?? 0n,
      contentHash: contentHash(content),
    };
    const signature = await (fields.signer ?? producer).sign({ hash: producerDigest(CHAIN_ID, head) });
    return encodeBlock({ ...head, signature: compactSignature(signature), content });
  }

  /** Posts blocks as a batch and reads the item back. */
  async post(blocks: readonly Uint8Array[], kind: 'calldata' | 'blobs' = 'calldata'): Promise<InboxItem> {
    return this.postPayload(encodePayload(blocks), kind);
  }

  /** Posts any bytes as a payload. */
  async postPayload(payload: Uint8Array, kind: 'calldata' | 'blobs' = 'calldata'): Promise<InboxItem> {
    const words = kind === 'calldata' ? toHex(payloadToCalldata(payload)) : '0x';
    return this.postWords(words, kind === 'blobs' ? payload : undefined);
  }

  async postWords(words: Hex, blobPayload?: Uint8Array): Promise<InboxItem> {
    await this.sync();
    const block = await this.client.getBlock();
    const { messages } = this.watcher;
    const args = [
      block.number!,
      block.hash!,
      BigInt(messages.length),
      messages.at(-1)?.accumulator ?? zeroHash,
      words,
    ] as const;
    const data = encodeFunctionData({ abi: inboxAbi, functionName: 'appendBatch', args });
    if (blobPayload === undefined) await this.send(producer, this.deployment.addresses.inbox, data);
    else await this.#sendBlobs(data, blobPayload);
    await this.sync();
    return this.watcher.items.at(-1)!;
  }

  async appendEmpty(): Promise<InboxItem> {
    await this.send(
      users[0]!,
      this.deployment.addresses.inbox,
      encodeFunctionData({ abi: inboxAbi, functionName: 'appendEmpty' }),
    );
    await this.sync();
    return this.watcher.items.at(-1)!;
  }

  /** Asserts the producer's state after all items, or what `lie` makes of it. */
  async assertState(
    lie: Partial<{ stateRoot: Hash; headerHash: Hash; blockNumber: bigint; programHash: Hash }> = {},
  ): Promise<bigint> {
    await this.sync();
    const items = BigInt(this.watcher.items.length);
    const state = {
      stateRoot: this.engine.stateRoot(),
      headerHash: this.engine.head.hash,
      programHash: PROGRAM_HASH,
      blockNumber: this.engine.head.number,
      itemIndex: items,
      ...lie,
    };
    const args = [
      this.#assertion.id,
      this.#assertion.outputRoot,
      state,
      this.watcher.items.at(-1)!.accumulator,
    ] as const;
    this.#claim = encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
    this.#assertion = { ...this.#assertion, outputRoot: outputRoot(state.stateRoot, state.headerHash) };
    return this.repeatAssertion(producer);
  }

  /** Asserts once more what was asserted last, and returns the number. */
  async repeatAssertion(account: typeof producer): Promise<bigint> {
    await this.send(account, this.deployment.addresses.rollup, this.#claim, 10n ** 17n);
    this.#assertion = { ...this.#assertion, id: this.#assertion.id + 1n };
    return this.#assertion.id;
  }

  async send(account: typeof producer, to: Hex, data: Hex, value = 0n): Promise<Hash> {
    const hash = await this.client.sendTransaction({ account, chain: null, to, data, value, gas: BLOCK_GAS_LIMIT });
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new TypeError(`transaction to ${to} reverted`);
    return hash;
  }

  async #sendBlobs(data: Hex, payload: Uint8Array): Promise<void> {
    const nonce = await this.client.getTransactionCount({ address: producer.address });
    const fees = { gas: 1_000_000n, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n, maxFeePerBlobGas: 10n ** 10n };
    const fields = { chainId: 31337, nonce, to: this.deployment.addresses.inbox, data, ...fees };
    const { raw } = await signBlobTransaction(producer, fields, bundlePayload(payload, 'blob'));
    await this.client.waitForTransactionReceipt({
      hash: await this.client.sendRawTransaction({ serializedTransaction: raw }),
    });
  }

  #seen() {
    const word = (words: Uint8Array | undefined, index: number) =>
      words === undefined || index * 32 >= words.length ? undefined : words.subarray(index * 32, index * 32 + 32);
    return {
      itemWord: (item: bigint, index: number) => word(this.watcher.items[Number(item)]?.words, index),
      delayedWord: (message: bigint, index: number) => word(this.watcher.messages[Number(message)]?.words, index),
    };
  }
}

import { kzgLibrary } from '@metachain/bridge';
import {
  blobsPayloadHash,
  calldataRoot,
  compactSignature,
  contentHash,
  createGenesis,
  type DelayedMessage,
  encodeBlock,
  encodePacked,
  encodePayload,
  Engine,
  frameEthereum,
  type Genesis,
  itemHash,
  type ItemHeader,
  loadProgram,
  nextAccumulator,
  type Operation,
  packedTypedData,
  payloadToWords,
  type PackedTransaction,
  type Position,
  producerDigest,
  wordsToBlobs,
} from '@metachain/program';
import { bytesToHex, concat, type Hex, hexToBytes, type TransactionSerializable, zeroAddress, zeroHash } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { type L1Record, RecordedInputs, type RecordedPayload, versionedHash } from '../proof/recorded-inputs.js';

export const CHAIN_ID = 7_770;
export const START = 1_800_000_000n;
export const ETHER = 10n ** 18n;

/** Keys for tests: never use them for anything of value. */
export const accounts: readonly PrivateKeyAccount[] = Array.from({ length: 6 }, (_, index) =>
  privateKeyToAccount(`0x${(index + 1).toString(16).padStart(64, '0')}`),
);
const [producer = privateKeyToAccount(zeroHash)] = accounts;
const WORDS_PER_BLOB = 4_096;
const L1_CONTRACT = '0x1111111111111111111111111111111111111112';

export const program = loadProgram();

/** Parameters of a chain that a test may choose. */
export interface ChainOptions {
  readonly blockWeightLimit?: bigint;
}

function testGenesis(options: ChainOptions): Genesis {
  return createGenesis({
    ...options,
    chainId: CHAIN_ID,
    timestamp: START,
    producer: producer.address,
    l1Messenger: L1_CONTRACT,
    l1StandardBridge: L1_CONTRACT,
    tokens: [
      { name: 'MetaMart', symbol: 'MB' },
      { name: 'Digital Currency', symbol: 'DCEP', decimals: 6, l1Token: L1_CONTRACT },
      { name: 'Tea House', symbol: 'TEA' },
    ],
    allocations: accounts.flatMap(({ address }) =>
      [0, 1, 2, 3].map((token) => ({ token, account: address, amount: 1_000_000_000n * ETHER })),
    ),
  });
}

/** The real program with a producer that posts to an L1 made of arrays. */
export class RealChain implements L1Record {
  readonly genesis: Genesis;
  /** Builds the blocks. */
  readonly builder: Engine;
  readonly items: ItemHeader[] = [];
  readonly payloads: RecordedPayload[] = [];
  readonly messages: DelayedMessage[] = [];
  readonly accumulators: Hex[] = [zeroHash];
  readonly inputs = new RecordedInputs(this);
  time = START;

  constructor(options: ChainOptions = {}) {
    this.genesis = testGenesis(options);
    this.builder = this.engine();
  }

  /** An engine at genesis that sees this L1. */
  engine(): Engine {
    const inputs = {
      itemWord: (item: bigint, word: number) => this.inputs.itemWord(item, word),
      delayedWord: (message: bigint, word: number) => this.inputs.delayedWord(message, word),
    };
    return Engine.fromGenesis({ module: program.module, chainId: CHAIN_ID, inputs }, this.genesis);
  }

  item(index: bigint): ItemHeader | undefined {
    return this.items[Number(index)];
  }

  payload(index: bigint): RecordedPayload | undefined {
    return this.payloads[Number(index)];
  }

  message(index: bigint): DelayedMessage | undefined {
    return this.messages[Number(index)];
  }

  get start(): Position {
    return { parentHash: this.genesis.hash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };
  }

  itemHash(index: number): Uint8Array {
    const item = this.items[index];
    return hexToBytes(item === undefined ? zeroHash : itemHash(item));
  }

  /** Queues a message from L1. */
  deposit(message: Partial<DelayedMessage>): void {
    const queued: DelayedMessage = {
      sender: L1_CONTRACT,
      to: L1_CONTRACT,
      mint: 0n,
      value: 0n,
      gasLimit: 1_000_000n,
      l1BlockNumber: 100n,
      l1Timestamp: this.time,
      sourceHash: zeroHash,
      data: '0x',
      ...message,
    };
    this.messages.push(queued);
    this.accumulators.push(nextAccumulator(this.accumulators.at(-1) ?? zeroHash, queued));
  }

  /** Builds a block of entries and returns it as it stands in a payload. */
  async block(entries: readonly Uint8Array[], delayed = 0n): Promise<Uint8Array> {
    this.time += 5n;
    const parent = this.builder.head.hash;
    const context = { timestamp: this.time, delayed, priceItem: 0n, producer: producer.address };
    this.builder.begin(context);
    const kept = entries.filter((entry) => this.builder.apply(entry).status !== 'skipped');
    this.builder.end();
    return this.signed(parent, delayed, new Uint8Array(Buffer.concat(kept)));
  }

  /** A block signed by the producer, whatever its content. */
  async signed(parent: Hex, delayed: bigint, content: Uint8Array): Promise<Uint8Array> {
    const head = { parent, timestamp: this.time, delayed, priceItem: 0n, contentHash: contentHash(content) };
    const signature = await producer.sign({ hash: producerDigest(CHAIN_ID, head) });
    return encodeBlock({ ...head, signature: compactSignature(signature), content });
  }

  /** Appends an item with a calldata payload. */
  postBlocks(blocks: readonly Uint8Array[]): void {
    const words = payloadToWords(encodePayload(blocks));
    this.append({ kind: 'calldata', words }, 'calldata', BigInt(words.length / 32), calldataRoot(words));
  }

  /** Appends an item with a payload in blobs. */
  postBlobs(blocks: readonly Uint8Array[]): void {
    this.appendBlobs(wordsToBlobs(payloadToWords(encodePayload(blocks))));
  }

  /** Appends an item with these blobs, whatever they hold. */
  appendBlobs(blobs: readonly Uint8Array[]): void {
    const hashes = blobs.map((blob) => bytesToHex(versionedHash(kzgLibrary().blobToKzgCommitment(blob))));
    this.append({ kind: 'blobs', blobs }, 'blobs', BigInt(blobs.length * WORDS_PER_BLOB), blobsPayloadHash(hashes));
  }

  append(payload: RecordedPayload, kind: ItemHeader['payloadKind'], words: bigint, payloadHash: Hex): void {
    const previous = this.items.at(-1);
    this.items.push({
      previous: previous === undefined ? zeroHash : itemHash(previous),
      poster: zeroAddress,
      l1BlockNumber: 100n,
      l1Timestamp: this.time + 60n,
      l1BaseFee: 10n ** 10n,
      l1BlobBaseFee: 1n,
      delayedCount: BigInt(this.messages.length),
      delayedAccumulator: this.accumulators.at(-1) ?? zeroHash,
      payloadKind: kind,
      payloadWords: words,
      payloadHash,
    });
    this.payloads.push(payload);
  }

  async packed(
    signer: PrivateKeyAccount | undefined,
    operations: readonly Operation[],
    fields: Partial<PackedTransaction> = {},
  ): Promise<Uint8Array> {
    const transaction: PackedTransaction = {
      lane: 0,
      sequence: 0n,
      deadline: ((this.time + 600n) / 64n) * 64n,
      feeToken: 'ETH',
      maxFee: 15n * 10n ** 15n,
      operations,
      ...fields,
    };
    const typedData = packedTypedData(transaction, CHAIN_ID);
    return encodePacked(transaction, await (signer ?? producer).signTypedData(typedData as never));
  }

  async ethereum(
    signer: PrivateKeyAccount | undefined,
    fields: Partial<TransactionSerializable> = {},
  ): Promise<Uint8Array> {
    const price = ['legacy', 'eip2930'].includes(fields.type ?? 'eip1559')
      ? { gasPrice: 10n ** 9n }
      : { type: 'eip1559', maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 0n };
    const transaction = { chainId: CHAIN_ID, nonce: 0, gas: 3_000_000n, ...price, ...fields };
    return frameEthereum(hexToBytes(await (signer ?? producer).signTransaction(transaction as never)));
  }
}

/** Versioned hashes joined, as a blob item commits them. */
export const joinHashes = (hashes: readonly Uint8Array[]): Uint8Array => concat(hashes as Uint8Array[]);

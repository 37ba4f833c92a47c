import {
  createGenesis,
  type DelayedMessage,
  delayedSourceHash,
  delayedWords,
  Engine,
  type GenesisInput,
  loadProgram,
  Preparer,
  type SealedBlock,
  splitRecords,
  toHex,
} from '@metachain/program';
import { type Address, type Hex, hexToBytes, zeroAddress } from 'viem';
import { chainBlockOf } from '../../chain/chain-block.js';
import { programRules } from '../../engine/program-rules.js';
import {
  type Acknowledgement,
  type BatchReference,
  type Chain,
  type Heads,
  RejectedTransaction,
} from '../../chain/chain.types.js';
import { word } from '../../index/testing/blocks.js';
import { ChainListeners } from './chain-listeners.js';

export const CHAIN_ID = 4_242;
const GENESIS_TIME = 1_800_000_000n;
const WORD_BYTES = 32;

/** The real rules in this process: no journal, no workers, one transaction after another. Blocks are sealed by the test. */
export class EngineChain implements Chain {
  readonly chainId = CHAIN_ID;
  readonly genesis: Chain['genesis'];
  private readonly listeners = new ChainListeners();
  readonly onBlock = this.listeners.onBlock;
  readonly onHeads = this.listeners.onHeads;
  readonly onReorg = this.listeners.onReorg;
  private readonly engine: Engine;
  private readonly preparer: Preparer;
  private readonly messages: Uint8Array[] = [];
  private current: Heads = { soft: 0n, safe: 0n, final: 0n };
  private time = GENESIS_TIME;
  private wires: Uint8Array[] = [];
  private consumed = 0n;
  private newest: Pick<SealedBlock, 'basePrice' | 'l1BytePrice'> = { basePrice: 1_000_000n, l1BytePrice: 0n };

  constructor(input: Partial<GenesisInput>) {
    const genesis = createGenesis({
      chainId: CHAIN_ID,
      timestamp: GENESIS_TIME,
      producer: zeroAddress,
      l1Messenger: '0x1111111111111111111111111111111111111101',
      l1StandardBridge: '0x1111111111111111111111111111111111111102',
      ...input,
    });
    const { module } = loadProgram();
    const delayedWord = (message: bigint, index: number) => {
      const words = this.messages[Number(message)];
      return words && index * WORD_BYTES < words.length
        ? words.subarray(index * WORD_BYTES, (index + 1) * WORD_BYTES)
        : undefined;
    };
    this.engine = Engine.fromGenesis(
      { module, chainId: CHAIN_ID, inputs: { itemWord: () => undefined, delayedWord } },
      genesis,
    );
    this.preparer = new Preparer(module, CHAIN_ID);
    this.genesis = { hash: genesis.hash, stateRoot: genesis.stateRoot, timestamp: GENESIS_TIME };
  }

  async submit(raw: Uint8Array): Promise<Acknowledgement> {
    const outcome = this.execute(raw);
    if (outcome instanceof RejectedTransaction) throw outcome;
    return outcome;
  }

  async submitBatch(entries: readonly Uint8Array[]): Promise<readonly (Acknowledgement | RejectedTransaction)[]> {
    return entries.map((entry) => this.execute(entry));
  }

  heads(): Heads {
    return this.current;
  }

  prices(): { basePrice: bigint; l1BytePrice: bigint } {
    return this.newest;
  }

  query: Chain['query'] = async (request) => this.engine.query({ ...request, timestamp: this.time });

  async proof(key: Hex): Promise<{ value: Hex; proof: Hex; stateRoot: Hex }> {
    if (this.engine.open)
      return {
        value: toHex(this.engine.state.store.read(hexToBytes(key)) ?? new Uint8Array(32)),
        proof: '0x',
        stateRoot: '0x',
      };
    const { value, proof } = this.engine.proof(hexToBytes(key));
    return { value: toHex(value), proof: toHex(proof), stateRoot: this.engine.stateRoot() };
  }

  /** There is no queue here: what comes too early is refused. */
  async waiting(): Promise<undefined> {
    return undefined;
  }

  async pendingNonce(account: Address): Promise<bigint> {
    const key = hexToBytes(`0x02010000${'00'.repeat(8)}${account.slice(2)}`);
    const value = this.engine.state.store.read(key) ?? new Uint8Array(32);
    return BigInt(new DataView(value.buffer, value.byteOffset).getBigUint64(0, true));
  }

  /** A message from L1, consumed by the next block. */
  deposit(message: Omit<DelayedMessage, 'sourceHash' | 'l1BlockNumber' | 'l1Timestamp'>): void {
    const sourceHash = delayedSourceHash(BigInt(this.messages.length));
    this.messages.push(delayedWords({ ...message, sourceHash, l1BlockNumber: 5n, l1Timestamp: this.time }));
  }

  /** Seals the open block. */
  async seal(): Promise<SealedBlock> {
    if (!this.engine.open) this.begin();
    const delayed = BigInt(this.messages.length) - this.consumed;
    const block = this.engine.end();
    const context = { timestamp: this.time, delayed, priceItem: 0n, producer: zeroAddress };
    const wires = [...this.wires];
    this.wires = [];
    const recorded = splitRecords(this.engine.records).map((records, position) => {
      const receipt = block.receipts[position]!;
      if (receipt.kind !== 'delayed') return { wire: wires.shift()!, records };
      return { wire: this.messages[Number(this.consumed++)]!, records, alias: word(`alias ${receipt.hash}`) };
    });
    const contentBytes = recorded.reduce((sum, { wire }) => sum + wire.length, 0);
    await this.listeners.block(chainBlockOf({ block, context, recorded, contentBytes }));
    this.newest = block;
    this.current = { ...this.current, soft: block.number };
    return block;
  }

  /** Moves finality, with the batch that did it. */
  async moveHeads(
    heads: Partial<Heads>,
    batch?: { first: bigint; last: bigint; reference: BatchReference },
  ): Promise<void> {
    this.current = { ...this.current, ...heads };
    await this.listeners.heads(this.current, batch);
  }

  private begin(): void {
    this.time += 1n;
    const delayed = BigInt(this.messages.length) - this.consumed;
    this.engine.begin({ timestamp: this.time, delayed, priceItem: 0n, producer: zeroAddress });
  }

  private execute(wire: Uint8Array): Acknowledgement | RejectedTransaction {
    if (!this.engine.open) this.begin();
    const prepared = this.preparer.recordPrepare(wire, this.time);
    const refuse = (code: number) => programRules.rejection(code);
    if (prepared.code !== 0) return refuse(prepared.code);
    const { status, code } = this.engine.apply(wire);
    if (status === 'skipped') return refuse(code);
    this.wires.push(wire);
    return { hash: prepared.hash, blockNumber: this.current.soft + 1n, index: this.wires.length - 1, status, code };
  }
}

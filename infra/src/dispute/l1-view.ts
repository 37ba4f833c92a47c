import { anvilBlobSource, BlobFetcher, L1Source, L1Watcher, MetachainInbox } from '@metachain/bridge';
import { createGenesis, loadProgram, startOfItem, type UnitInputs } from '@metachain/program';
import { DerivedInputs, lowerProvable, PayloadLoader, PersistentStateTree } from '@metachain/prover';
import type { Hash } from 'viem';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import { type ChainPoint, type ChainUnit, type OpenAt, pointAfter, runUnits } from './unit-chain.js';

/** L1 as anybody can read it, and the chain that follows from it: what the liar and the operator of the demonstration know. */
export class L1View {
  readonly program = lowerProvable(loadProgram().wasm);
  private readonly source: L1Source;
  private readonly watcher: L1Watcher;
  private readonly payloads: PayloadLoader;
  private readonly words: Uint8Array[] = [];
  private readonly genesis: ChainPoint;
  /** Honest units of each item. */
  private readonly items: (readonly ChainUnit[])[] = [];

  constructor(devnet: Devnet, genesisFile: unknown) {
    this.source = new L1Source({ urls: [devnet.l1Url] });
    const contract = new MetachainInbox(this.source, devnet.addresses);
    this.watcher = new L1Watcher({ source: this.source, contract, fromBlock: devnet.l1BlockNumber });
    this.payloads = new PayloadLoader(new BlobFetcher({ sources: [anvilBlobSource(this.source)] }));
    const { contents, hash } = createGenesis(genesisFile);
    this.genesis = { position: startOfItem(0n, hash, 0n), state: PersistentStateTree.fromRecords(contents) };
  }

  /** Reads L1 up to its head and runs the new items in the stepper. */
  async refresh(): Promise<void> {
    for await (const event of this.watcher.sync()) void event;
    for (const item of this.watcher.items.slice(this.words.length)) this.words.push(await this.payloads.load(item));
    for (let next = this.items.length; next < this.words.length; next++)
      this.items.push(this.run(this.pointAt(BigInt(next)), BigInt(next + 1)));
  }

  /** Items on L1, as of the last refresh. */
  get itemCount(): bigint {
    return BigInt(this.items.length);
  }

  /** Hash by which the inbox names an item. */
  itemHash(item: bigint): Hash {
    return this.known(this.watcher.items[Number(item)], item).accumulator;
  }

  /** Number of the delayed message that stands in an L1 transaction. */
  messageIn(transaction: Hash): bigint {
    const found = this.watcher.messages.find(({ l1 }) => l1.transactionHash === transaction);
    if (found === undefined) throw new InfraError('checkFailed', `No delayed message in ${transaction}.`);
    return found.index;
  }

  /** Honest state before an item. */
  pointAt(item: bigint): ChainPoint {
    return pointAfter(this.items[Number(item) - 1]?.at(-1), this.genesis);
  }

  /** Honest units of a range of items. */
  honestUnits(from: bigint, end: bigint): ChainUnit[] {
    return this.items.slice(Number(from), Number(end)).flat();
  }

  /** Units of a range of items as somebody's machines see them. */
  run(from: ChainPoint, end: bigint, openAt?: OpenAt): ChainUnit[] {
    return runUnits(this.program, from, end, (item) => this.inputs(item), openAt);
  }

  private inputs(item: bigint): UnitInputs {
    return new DerivedInputs(this.watcher, item, this.known(this.words[Number(item)], item));
  }

  private known<T>(value: T | undefined, item: bigint): T {
    if (value === undefined) throw new InfraError('checkFailed', `Item ${item} is not on L1 yet.`);
    return value;
  }
}

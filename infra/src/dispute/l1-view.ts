import { createGenesis, loadProgram, startOfItem } from '@metachain/program';
import { lowerProvable, PersistentStateTree } from '@metachain/prover';
import type { Hash } from 'viem';
import type { Devnet } from '../devnet/data-directory.js';
import { InboxReader } from './inbox-reader.js';
import { type ChainPoint, type ChainUnit, type OpenAt, pointAfter, runUnits } from './unit-chain.js';

/** L1 as anybody can read it, and the chain that follows from it: what the liar and the operator of the demonstration know. */
export class L1View {
  readonly program = lowerProvable(loadProgram().wasm);
  private readonly inbox: InboxReader;
  private readonly genesis: ChainPoint;
  /** Honest units of each item. */
  private readonly items: (readonly ChainUnit[])[] = [];

  constructor(devnet: Devnet, genesisFile: unknown) {
    this.inbox = new InboxReader(devnet);
    const { contents, hash } = createGenesis(genesisFile);
    this.genesis = { position: startOfItem(0n, hash, 0n), state: PersistentStateTree.fromRecords(contents) };
  }

  /** Reads L1 up to its head and runs the new items in the stepper. */
  async refresh(): Promise<void> {
    const count = await this.inbox.refresh();
    for (let next = this.items.length; next < count; next++)
      this.items.push(this.run(this.pointAt(BigInt(next)), BigInt(next + 1)));
  }

  /** Items on L1, as of the last refresh. */
  get itemCount(): bigint {
    return BigInt(this.items.length);
  }

  /** Hash by which the inbox names an item. */
  itemHash(item: bigint): Hash {
    return this.inbox.itemHash(item);
  }

  /** Number of the delayed message that stands in an L1 transaction. */
  messageIn(transaction: Hash): bigint {
    return this.inbox.messageIn(transaction);
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
    return runUnits(this.program, from, end, (item) => this.inbox.inputs(item), openAt);
  }
}

import { anvilBlobSource, BlobFetcher, L1Source, L1Watcher, MetachainInbox } from '@metachain/bridge';
import { ItemInputs, PayloadLoader } from '@metachain/prover';
import type { Hash } from 'viem';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';

/** The inbox of a devnet with all payloads, as anybody can read it from L1. */
export class InboxReader {
  private readonly watcher: L1Watcher;
  private readonly payloads: PayloadLoader;
  private readonly words: Uint8Array[] = [];

  constructor(devnet: Devnet) {
    const source = new L1Source({ urls: [devnet.l1Url] });
    const contract = new MetachainInbox(source, devnet.addresses);
    this.watcher = new L1Watcher({ source, contract, fromBlock: devnet.l1BlockNumber });
    this.payloads = new PayloadLoader(new BlobFetcher({ sources: [anvilBlobSource(source)] }));
  }

  /** Reads L1 up to its head; returns how many items there are. */
  async refresh(): Promise<number> {
    for await (const event of this.watcher.sync()) void event;
    for (const item of this.watcher.items.slice(this.words.length)) this.words.push(await this.payloads.load(item));
    return this.words.length;
  }

  /** What the units of an item read, with its proofs. Throws InfraError `checkFailed` before the item is read. */
  inputs(item: bigint): ItemInputs {
    return new ItemInputs(this.watcher, item, known(this.words[Number(item)], item));
  }

  /** Hash by which the inbox names an item. */
  itemHash(item: bigint): Hash {
    return known(this.watcher.items[Number(item)], item).accumulator;
  }

  /** Number of the delayed message that stands in an L1 transaction. */
  messageIn(transaction: Hash): bigint {
    const found = this.watcher.messages.find(({ l1 }) => l1.transactionHash === transaction);
    if (found === undefined) throw new InfraError('checkFailed', `No delayed message in ${transaction}.`);
    return found.index;
  }
}

function known<T>(value: T | undefined, item: bigint): T {
  if (value === undefined) throw new InfraError('checkFailed', `Item ${item} is not on L1 yet.`);
  return value;
}

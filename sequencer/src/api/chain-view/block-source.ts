import { Inject, Injectable } from '@nestjs/common';
import type { Hex } from 'viem';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain, Finality } from '../../chain/chain.types.js';
import type { BlockEntity } from '../../index/entities/index.js';
import { IndexReader } from '../../index/index-reader.js';
import { bloomOf } from '../../index/logs-bloom.js';
import type { BlockReference } from '../json-rpc/schemas.js';

const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`;
const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`;
const NO_LOGS = bloomOf([]);

/** Blocks as clients name them. Only what the chain calls its head is visible. */
@Injectable()
export class BlockSource {
  private readonly genesis: BlockEntity;

  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(IndexReader) private readonly index: IndexReader,
  ) {
    this.genesis = genesisBlock(chain);
  }

  /** Number of the newest block. */
  get head(): number {
    return Number(this.chain.heads().soft);
  }

  /** Number that a reference names, `pending`, or undefined if there is no such block. */
  async resolve(reference: BlockReference): Promise<number | 'pending' | undefined> {
    if (typeof reference === 'string') return this.resolveTag(reference);
    if ('hash' in reference) return (await this.byHash(reference.hash))?.number;
    return reference.number <= this.chain.heads().soft ? Number(reference.number) : undefined;
  }

  /** A block up to the head. */
  async byNumber(number: number): Promise<BlockEntity | undefined> {
    if (number === 0) return this.genesis;
    return number <= this.head ? ((await this.index.block(number)) ?? undefined) : undefined;
  }

  async byHash(hash: Hex): Promise<BlockEntity | undefined> {
    if (hash === this.genesis.hash) return this.genesis;
    const block = await this.index.blockByHash(hash);
    return block && block.number <= this.head ? block : undefined;
  }

  /** Blocks `from..to` up to the head, ascending. */
  async range(from: number, to: number): Promise<BlockEntity[]> {
    const blocks = await this.index.blocks(Math.max(from, 1), Math.min(to, this.head));
    return from === 0 ? [this.genesis, ...blocks] : blocks;
  }

  /** How final a block is. */
  finality(number: number): Finality {
    const { safe, final } = this.chain.heads();
    if (number <= final) return 'final';
    return number <= safe ? 'safe' : 'soft';
  }

  private resolveTag(tag: Extract<BlockReference, string>): number | 'pending' {
    const heads = this.chain.heads();
    switch (tag) {
      case 'latest':
        return Number(heads.soft);
      case 'safe':
        return Number(heads.safe);
      case 'finalized':
        return Number(heads.final);
      case 'earliest':
        return 0;
      case 'pending':
        return 'pending';
    }
  }
}

/** Block 0 has no record: everything of it is in the chain's configuration. Its base fee is the one now in force, for wallets look at it. */
function genesisBlock(chain: Chain): BlockEntity {
  const { genesis } = chain;
  const { basePrice, l1BytePrice } = chain.prices();
  return {
    number: 0,
    hash: genesis.hash,
    parentHash: ZERO_HASH,
    stateRoot: genesis.stateRoot,
    logHash: ZERO_HASH,
    timestamp: Number(genesis.timestamp),
    producer: ZERO_ADDRESS,
    gasUsed: '0',
    basePrice: basePrice.toString(),
    l1BytePrice: l1BytePrice.toString(),
    delayedConsumed: 0,
    transactionCount: 0,
    logCount: 0,
    contentBytes: 0,
    logsBloom: NO_LOGS,
  };
}

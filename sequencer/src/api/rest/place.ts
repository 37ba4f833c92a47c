import { Inject, Injectable } from '@nestjs/common';
import type { Finality } from '../../chain/chain.types.js';
import type { BlockEntity } from '../../index/entities/index.js';
import { BlockSource } from '../chain-view/block-source.js';

/** Where in the chain an answer holds. */
export interface Place {
  readonly height: number;
  readonly blockHash: string;
  readonly finality: Finality;
}

/** Adds height, block hash and finality to answers. */
@Injectable()
export class PlaceService {
  constructor(@Inject(BlockSource) private readonly blocks: BlockSource) {}

  /** An answer that holds at the newest block. */
  async atHead<T extends object>(make: (height: number) => Promise<T> | T): Promise<Place & T> {
    const block = (await this.blocks.byNumber(this.blocks.head))!;
    return { ...this.of(block), ...(await make(block.number)) };
  }

  /** An answer about a block. */
  at<T extends object>(block: BlockEntity, answer: T): Place & T {
    return { ...this.of(block), ...answer };
  }

  private of(block: BlockEntity): Place {
    return { height: block.number, blockHash: block.hash, finality: this.blocks.finality(block.number) };
  }
}

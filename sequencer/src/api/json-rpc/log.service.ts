import { Inject, Injectable } from '@nestjs/common';
import { IndexReader } from '../../index/index-reader.js';
import type { IndexedLog } from '../../index/log-query.js';
import { API_OPTIONS, type ApiLimits, type ApiOptions } from '../api.options.js';
import { BlockSource } from '../chain-view/block-source.js';
import type { LogFilter, LogSelection } from './log-filter.js';
import { invalidParams, limitExceeded, serverError } from './rpc.errors.js';
import type { BlockReference } from './schemas.js';

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Log queries with all bounds checked before the database is asked. */
@Injectable()
export class LogService {
  private readonly limits: ApiLimits;

  constructor(
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(IndexReader) private readonly index: IndexReader,
    @Inject(API_OPTIONS) options: ApiOptions,
  ) {
    this.limits = options.limits;
  }

  /**
   * Logs that a filter selects. Fails with -32602 for a range that is reversed or in the future, -32000 for an unknown block hash,
   * -32005 with a range that would fit for too many blocks or results.
   */
  async find(filter: LogFilter): Promise<IndexedLog[]> {
    if (filter.blockHash) {
      const block = await this.blocks.byHash(filter.blockHash);
      if (!block) throw serverError('unknown block');
      return this.between(filter, block.number, block.number);
    }
    const from = await this.bound(filter.from ?? 'latest');
    const to = await this.bound(filter.to ?? 'latest');
    if (from > to) throw invalidParams('invalid block range params: fromBlock is above toBlock');
    return this.between(filter, from, to);
  }

  /** Logs of blocks `from..to`, which exist. */
  async between(selection: LogSelection, from: number, to: number): Promise<IndexedLog[]> {
    if (to - from >= this.limits.logBlocks) {
      const fits = `[${hex(from)}, ${hex(from + this.limits.logBlocks - 1)}]`;
      throw limitExceeded(
        `block range too large: at most ${this.limits.logBlocks} blocks. Try with this block range ${fits}.`,
      );
    }
    return this.index.logs({ ...selection, from, to }, this.limits.logResults);
  }

  /** A named bound; a number above the head is an error, so that no client mistakes "not yet" for "none". */
  private async bound(reference: BlockReference): Promise<number> {
    const number = await this.blocks.resolve(reference);
    if (number === undefined) throw invalidParams(`block range extends beyond current head block ${this.blocks.head}`);
    return number === 'pending' ? this.blocks.head : number;
  }
}

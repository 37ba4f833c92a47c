import { Inject, Injectable } from '@nestjs/common';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import type { BlockEntity } from '../../index/entities/index.js';
import { IndexReader } from '../../index/index-reader.js';
import type { L1View } from '../../l1/l1-view.js';
import { API_OPTIONS, type ApiLimits, type ApiOptions, type RollupDescription } from '../api.options.js';
import { AccountState } from '../chain-view/account-state.js';
import { BlockSource } from '../chain-view/block-source.js';
import { CallService } from '../chain-view/call.service.js';
import { GasEstimator } from '../chain-view/gas-estimator.js';
import { HeadFeed } from '../chain-view/head-feed.js';
import { FilterStore } from './filter-store.js';
import { LogService } from './log.service.js';
import { serverError } from './rpc.errors.js';
import type { BlockReference } from './schemas.js';
import { TransactionGateway } from './transaction-gateway.js';

/** What the methods of JSON-RPC are made of. */
@Injectable()
export class RpcServices {
  readonly limits: ApiLimits;
  readonly rollup: RollupDescription;
  readonly version: string;
  readonly l1: L1View | undefined;

  constructor(
    @Inject(CHAIN) readonly chain: Chain,
    @Inject(BlockSource) readonly blocks: BlockSource,
    @Inject(IndexReader) readonly index: IndexReader,
    @Inject(CallService) readonly calls: CallService,
    @Inject(AccountState) readonly accounts: AccountState,
    @Inject(GasEstimator) readonly estimator: GasEstimator,
    @Inject(TransactionGateway) readonly gateway: TransactionGateway,
    @Inject(LogService) readonly logs: LogService,
    @Inject(FilterStore) readonly filters: FilterStore,
    @Inject(HeadFeed) readonly feed: HeadFeed,
    @Inject(API_OPTIONS) options: ApiOptions,
  ) {
    this.limits = options.limits;
    this.rollup = options.rollup;
    this.version = options.version;
    this.l1 = options.l1;
  }

  /** Height of the state that a reference names. Fails with -32000 `header not found`. */
  async stateAt(reference: BlockReference): Promise<number | 'pending'> {
    const number = await this.blocks.resolve(reference);
    if (number === undefined) throw serverError('header not found');
    return number;
  }

  /** The block a reference names; `pending` counts as the newest. Undefined if there is none. */
  async block(reference: BlockReference): Promise<BlockEntity | undefined> {
    const number = await this.blocks.resolve(reference);
    return number === undefined ? undefined : this.blocks.byNumber(number === 'pending' ? this.blocks.head : number);
  }
}

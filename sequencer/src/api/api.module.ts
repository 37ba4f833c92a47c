import { type DynamicModule, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { API_OPTIONS, type ApiOptions } from './api.options.js';
import { AccountState } from './chain-view/account-state.js';
import { BlockSource } from './chain-view/block-source.js';
import { CallService } from './chain-view/call.service.js';
import { GasEstimator } from './chain-view/gas-estimator.js';
import { HeadFeed } from './chain-view/head-feed.js';
import { PendingFeed } from './chain-view/pending-feed.js';
import { PublicSurface } from './http/public-surface.js';
import { RpcDispatcher } from './json-rpc/dispatcher.js';
import { FilterStore } from './json-rpc/filter-store.js';
import { LogService } from './json-rpc/log.service.js';
import { METHODS } from './json-rpc/method-table.js';
import { allMethods } from './json-rpc/methods/all-methods.js';
import { RpcServices } from './json-rpc/rpc-services.js';
import { TransactionGateway } from './json-rpc/transaction-gateway.js';
import { AccountController } from './rest/account.controller.js';
import { BalanceReader } from './rest/balance-reader.js';
import { ChainController } from './rest/chain.controller.js';
import { MarketController } from './rest/market.controller.js';
import { PlaceService } from './rest/place.js';
import { PoolBook } from './rest/pool-book.js';
import { RestErrorFilter } from './rest/rest-error.filter.js';
import { TokenBook } from './rest/token-book.js';
import { TransactionController } from './rest/transaction.controller.js';

const controllers = [MarketController, TransactionController, AccountController, ChainController];

const providers: Provider[] = [
  AccountState,
  BalanceReader,
  BlockSource,
  CallService,
  FilterStore,
  GasEstimator,
  HeadFeed,
  LogService,
  PendingFeed,
  PlaceService,
  PoolBook,
  PublicSurface,
  RpcDispatcher,
  RpcServices,
  TokenBook,
  TransactionGateway,
  // For the whole server: also a path that leads nowhere and a body that is no JSON get the same form of error.
  { provide: APP_FILTER, useClass: RestErrorFilter },
  { provide: METHODS, inject: [RpcServices], useFactory: allMethods },
];

export interface ApiModuleOptions {
  readonly options: ApiOptions;
  /** Modules that export the CHAIN provider and IndexReader. */
  readonly imports: ModuleMetadata['imports'];
}

/** JSON-RPC over HTTP and WebSocket, and REST. */
@Module({})
export class ApiModule {
  static forRoot({ options, imports }: ApiModuleOptions): DynamicModule {
    return {
      module: ApiModule,
      imports,
      controllers,
      providers: [...providers, { provide: API_OPTIONS, useValue: options }],
      exports: [RpcDispatcher, BlockSource, HeadFeed],
    };
  }
}

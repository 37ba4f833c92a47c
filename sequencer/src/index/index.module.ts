import { type DynamicModule, Inject, Module, type ModuleMetadata, type OnModuleDestroy } from '@nestjs/common';
import type { Chain } from '../chain/chain.types.js';
import { CHAIN } from '../chain/chain.token.js';
import { IndexReader } from './index-reader.js';
import { IndexService } from './index.service.js';

export interface IndexModuleOptions {
  /** `sqlite:<file>` or `postgres://...` */
  readonly url: string;
  /** Modules that export the CHAIN provider. */
  readonly imports: ModuleMetadata['imports'];
}

/** Opens the index while the application is put together, before the chain starts to make blocks. */
@Module({})
export class IndexModule implements OnModuleDestroy {
  constructor(@Inject(IndexService) private readonly index: IndexService) {}

  static forRoot({ url, imports }: IndexModuleOptions): DynamicModule {
    return {
      module: IndexModule,
      imports,
      providers: [
        { provide: IndexService, inject: [CHAIN], useFactory: (chain: Chain) => IndexService.open(url, chain) },
        { provide: IndexReader, inject: [IndexService], useFactory: (index: IndexService) => index.reader },
      ],
      exports: [IndexService, IndexReader],
    };
  }

  async onModuleDestroy(): Promise<void> {
    await this.index.close();
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { type ChainParts, ChainService } from './chain.service.js';
import { CHAIN } from './chain.token.js';
import { CHAIN_PARTS } from './chain.tokens.js';

/** Exports the one Chain. */
@Module({})
export class ChainModule {
  static forRoot(parts: ChainParts): DynamicModule {
    return {
      module: ChainModule,
      providers: [
        { provide: CHAIN_PARTS, useValue: parts },
        ChainService,
        { provide: CHAIN, useExisting: ChainService },
      ],
      exports: [CHAIN, CHAIN_PARTS, ChainService],
    };
  }
}

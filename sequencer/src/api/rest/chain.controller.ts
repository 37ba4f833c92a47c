import { Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import type { BlockEntity } from '../../index/entities/index.js';
import { IndexReader } from '../../index/index-reader.js';
import { API_OPTIONS, type ApiOptions } from '../api.options.js';
import { BlockSource } from '../chain-view/block-source.js';
import { NumberPageQuery } from './dto/common.dto.js';
import { BatchListDto, type BlockDto, BlockListDto, StatusDto } from './dto/history.dto.js';
import { PlaceService } from './place.js';
import { RestController } from './rest-controller.js';

/** Blocks, batches and the state of the chain as a whole. */
@RestController('chain')
export class ChainController {
  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(IndexReader) private readonly index: IndexReader,
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(PlaceService) private readonly places: PlaceService,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get('blocks')
  @ApiOperation({ summary: 'Blocks, newest first' })
  @ApiOkResponse({ type: BlockListDto })
  listBlocks(@Query() { before, limit }: NumberPageQuery): Promise<BlockListDto> {
    return this.places.atHead(async (height) => {
      const last = Math.min(before === undefined ? height : before - 1, height);
      const first = Math.max(0, last - limit + 1);
      const found = last < 0 ? [] : await this.blocks.range(first, last);
      return { blocks: found.reverse().map((block) => this.blockJson(block)), next: first > 0 ? first : null };
    });
  }

  @Get('batches')
  @ApiOperation({ summary: 'Batches on L1, newest first' })
  @ApiOkResponse({ type: BatchListDto })
  listBatches(@Query() { before, limit }: NumberPageQuery): Promise<BatchListDto> {
    return this.places.atHead(async () => {
      const batches = await this.index.batches(before ?? Number.MAX_SAFE_INTEGER, limit);
      return { batches, next: batches.length === limit ? batches[batches.length - 1]!.item : null };
    });
  }

  @Get('status')
  @ApiOperation({ summary: 'Heads, prices and where the chain lives on L1' })
  @ApiOkResponse({ type: StatusDto })
  status(): Promise<StatusDto> {
    const { soft, safe, final } = this.chain.heads();
    const { basePrice, l1BytePrice } = this.chain.prices();
    return this.places.atHead(() => ({
      chainId: this.chain.chainId,
      version: this.options.version,
      heads: { soft: Number(soft), safe: Number(safe), final: Number(final) },
      prices: { basePrice: basePrice.toString(), l1BytePrice: l1BytePrice.toString() },
      rollup: this.options.rollup,
    }));
  }

  private blockJson(block: BlockEntity): BlockDto {
    const {
      number,
      hash,
      parentHash,
      stateRoot,
      timestamp,
      producer,
      gasUsed,
      basePrice,
      l1BytePrice,
      transactionCount,
    } = block;
    const finality = this.blocks.finality(number);
    return {
      number,
      hash,
      parentHash,
      stateRoot,
      timestamp,
      producer,
      gasUsed,
      basePrice,
      l1BytePrice,
      transactionCount,
      finality,
    };
  }
}

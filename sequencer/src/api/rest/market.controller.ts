import { Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { erc20Abi } from '@metachain/program';
import type { Address } from 'viem';
import { BlockSource } from '../chain-view/block-source.js';
import { CallService } from '../chain-view/call.service.js';
import {
  IndexPageQuery,
  PoolDetailDto,
  type PoolDto,
  PoolListDto,
  PoolParameter,
  QuoteDto,
  QuoteQuery,
  TokenListDto,
} from './dto/market.dto.js';
import { PlaceService } from './place.js';
import { type Pool, PoolBook } from './pool-book.js';
import { quote } from './quote.js';
import { RestController } from './rest-controller.js';
import { notFound } from './rest.errors.js';
import { TokenBook } from './token-book.js';

/** Pools, tokens and quotes. */
@RestController('market')
export class MarketController {
  constructor(
    @Inject(PoolBook) private readonly pools: PoolBook,
    @Inject(TokenBook) private readonly tokens: TokenBook,
    @Inject(PlaceService) private readonly places: PlaceService,
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(CallService) private readonly calls: CallService,
  ) {}

  @Get('pools')
  @ApiOperation({ summary: 'Pools in the order of creation' })
  @ApiOkResponse({ type: PoolListDto })
  async listPools(@Query() { after, limit }: IndexPageQuery): Promise<PoolListDto> {
    const { height, pools } = await this.pools.all();
    const next = after + limit < pools.length ? after + limit : null;
    return this.place(height, { pools: pools.slice(after, after + limit).map(poolJson), next });
  }

  @Get('pools/:id')
  @ApiOperation({ summary: 'A pool by address or index' })
  @ApiOkResponse({ type: PoolDetailDto })
  async pool(@Param() { id }: PoolParameter): Promise<PoolDetailDto> {
    const { height, pools } = await this.pools.all();
    const found = pools.find(({ address, index }) => address === id.toLowerCase() || String(index) === id);
    if (!found) throw notFound(`there is no pool ${id}`);
    const totalSupply = await this.calls.read(erc20Abi, found.address, 'totalSupply', [], height);
    return this.place(height, { pool: poolJson(found), totalSupply: totalSupply.toString() });
  }

  @Get('tokens')
  @ApiOperation({ summary: 'Tokens in the order of registration; LP tokens are under pools' })
  @ApiOkResponse({ type: TokenListDto })
  listTokens(@Query() { after, limit }: IndexPageQuery): Promise<TokenListDto> {
    return this.places.atHead(async (height) => {
      const count = await this.tokens.count(height);
      const end = Math.min(count, after + limit);
      return { tokens: await this.tokens.range(after, end, height), next: end < count ? end : null };
    });
  }

  @Get('quote')
  @ApiOperation({ summary: 'Best route of up to three pools for an exact input or an exact output' })
  @ApiOkResponse({ type: QuoteDto })
  async quote(@Query() query: QuoteQuery): Promise<QuoteDto> {
    const { height, pools } = await this.pools.all();
    const request = {
      ...query,
      tokenIn: query.tokenIn.toLowerCase() as Address,
      tokenOut: query.tokenOut.toLowerCase() as Address,
    };
    return this.place(height, quote(pools, request));
  }

  private async place<T extends object>(height: number, answer: T) {
    const block = await this.blocks.byNumber(height);
    return block ? this.places.at(block, answer) : this.places.atHead(() => answer);
  }
}

const poolJson = ({ address, index, token0, token1, reserve0, reserve1 }: Pool): PoolDto => ({
  address,
  index,
  token0,
  token1,
  reserve0: reserve0.toString(),
  reserve1: reserve1.toString(),
});

import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { ADDRESS, AMOUNT, PageQuery, PlaceDto } from './common.dto.js';

export class PoolDto {
  @ApiProperty({ description: 'Also the address of the LP token' })
  address!: string;

  @ApiProperty()
  index!: number;

  @ApiProperty()
  token0!: string;

  @ApiProperty()
  token1!: string;

  @ApiProperty({ description: 'Base units, decimal' })
  reserve0!: string;

  @ApiProperty({ description: 'Base units, decimal' })
  reserve1!: string;
}

export class PoolListDto extends PlaceDto {
  @ApiProperty({ type: [PoolDto] })
  pools!: PoolDto[];

  @ApiProperty({ nullable: true, type: Number, description: 'Pass as `after` for the next page; null at the end' })
  next!: number | null;
}

export class PoolDetailDto extends PlaceDto {
  @ApiProperty({ type: PoolDto })
  pool!: PoolDto;

  @ApiProperty({ description: 'LP tokens in existence, base units, decimal' })
  totalSupply!: string;
}

export class TokenDto {
  @ApiProperty()
  address!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  symbol!: string;

  @ApiProperty()
  decimals!: number;

  @ApiProperty({ description: 'Base units, decimal' })
  totalSupply!: string;

  @ApiProperty({ nullable: true, type: String, description: 'The L1 token it stands for' })
  l1Token!: string | null;
}

export class TokenListDto extends PlaceDto {
  @ApiProperty({ type: [TokenDto] })
  tokens!: TokenDto[];

  @ApiProperty({ nullable: true, type: Number })
  next!: number | null;
}

export class IndexPageQuery extends PageQuery {
  @ApiProperty({ required: false, minimum: 0, description: 'Entries from this index on; take it from `next`' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(0xffff_ffff)
  after: number = 0;
}

export class PoolParameter {
  @ApiProperty({ description: 'Address or index of a pool' })
  @Matches(/^(0x[0-9a-fA-F]{40}|[0-9]{1,10})$/, { message: 'id must be the address or the index of a pool' })
  id!: string;
}

export class QuoteQuery {
  @ApiProperty()
  @Matches(ADDRESS, { message: 'tokenIn must be an address' })
  tokenIn!: string;

  @ApiProperty()
  @Matches(ADDRESS, { message: 'tokenOut must be an address' })
  tokenOut!: string;

  @ApiProperty({ required: false, description: 'Exact input, base units; either this or amountOut' })
  @IsOptional()
  @Matches(AMOUNT, { message: 'amountIn must be an unsigned decimal below 10^39' })
  amountIn?: string;

  @ApiProperty({ required: false, description: 'Exact output, base units' })
  @IsOptional()
  @Matches(AMOUNT, { message: 'amountOut must be an unsigned decimal below 10^39' })
  amountOut?: string;

  @ApiProperty({
    required: false,
    minimum: 0,
    maximum: 5000,
    default: 50,
    description: 'Tolerance for minimumOut or maximumIn, hundredths of a percent',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(5_000)
  slippageBps: number = 50;
}

export class QuoteDto extends PlaceDto {
  @ApiProperty({ enum: ['exactIn', 'exactOut'] })
  kind!: string;

  @ApiProperty()
  amountIn!: string;

  @ApiProperty()
  amountOut!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Exact input: least output within the tolerance, rounded down',
  })
  minimumOut!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Exact output: greatest input within the tolerance, rounded up',
  })
  maximumIn!: string | null;

  @ApiProperty({ type: [String], description: 'Pools to cross, in order' })
  pools!: string[];

  @ApiProperty({ type: [String] })
  tokens!: string[];

  @ApiProperty({ type: [String], description: 'Amount of each token on the way' })
  amounts!: string[];

  @ApiProperty({ description: "How much worse than the reserves' own price, hundredths of a percent, fees included" })
  priceImpactBps!: number;

  @ApiProperty({ description: 'The packed operation that executes it, without rounding of its amounts', type: Object })
  operation!: Record<string, unknown>;
}

import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { ADDRESS, AMOUNT, PageQuery, PlaceDto } from './common.dto.js';

const ETH = '0x4d45544101000000000000000000000000000000';
const DCEP = '0x4d45544101000000000000000000000000000002';
const POOL = '0x4d45544102000000000000000000000000000000';

export class PoolDto {
  @ApiProperty({ description: 'Also the address of the LP token', example: POOL })
  address!: string;

  @ApiProperty()
  index!: number;

  @ApiProperty({ example: ETH })
  token0!: string;

  @ApiProperty({ example: DCEP })
  token1!: string;

  @ApiProperty({ description: 'Base units, decimal', example: '499998756283230420502' })
  reserve0!: string;

  @ApiProperty({ description: 'Base units, decimal', example: '2000004979873' })
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
  @ApiProperty({ description: 'Address or index of a pool', example: '0' })
  @Matches(/^(0x[0-9a-fA-F]{40}|[0-9]{1,10})$/, { message: 'id must be the address or the index of a pool' })
  id!: string;
}

export class QuoteQuery {
  @ApiProperty({ description: 'Token to give', example: ETH })
  @Matches(ADDRESS, { message: 'tokenIn must be an address' })
  tokenIn!: string;

  @ApiProperty({ description: 'Token to get', example: DCEP })
  @Matches(ADDRESS, { message: 'tokenOut must be an address' })
  tokenOut!: string;

  @ApiProperty({
    required: false,
    description: 'Exact input, base units; either this or amountOut',
    example: '1000000000000000000',
  })
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

  @ApiProperty({ description: 'Base units, decimal', example: '1000000000000000000' })
  amountIn!: string;

  @ApiProperty({ description: 'Base units, decimal', example: '3980031880' })
  amountOut!: string;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Exact input: least output within the tolerance, rounded down',
    example: '3960131720',
  })
  minimumOut!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Exact output: greatest input within the tolerance, rounded up',
    example: null,
  })
  maximumIn!: string | null;

  @ApiProperty({ type: [String], description: 'Pools to cross, in order', example: [POOL] })
  pools!: string[];

  @ApiProperty({ type: [String], description: 'Tokens on the way, the given one first', example: [ETH, DCEP] })
  tokens!: string[];

  @ApiProperty({
    type: [String],
    description: 'Amount of each token on the way',
    example: ['1000000000000000000', '3980031880'],
  })
  amounts!: string[];

  @ApiProperty({
    description: "How much worse than the reserves' own price, hundredths of a percent, fees included",
    example: 50,
  })
  priceImpactBps!: number;

  @ApiProperty({
    description: 'The packed operation that executes it, without rounding of its amounts',
    type: Object,
    example: {
      type: 'Swap',
      pool: POOL,
      zeroForOne: true,
      amountIn: '1000000000000000000',
      minimumOut: '3960131720',
    },
  })
  operation!: Record<string, unknown>;
}

import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

export const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
export const HASH = /^0x[0-9a-fA-F]{64}$/;
/** Unsigned decimal below 2^128 has at most 39 digits. */
export const AMOUNT = /^(0|[1-9][0-9]{0,38})$/;

export const MAXIMUM_PAGE = 100;
const DEFAULT_PAGE = 20;

const EXAMPLE_HASH = '0x06eb83d86007ac5e81c2f9ce529a1d035a26673176ba38dd7598d5d86433e91c';

/** Body of every error. */
export class ErrorDto {
  @ApiProperty({ example: 'request/invalid', description: 'Stable code' })
  code!: string;

  @ApiProperty({ example: 'Bad Request' })
  error!: string;

  @ApiProperty({ example: 'the request is not valid' })
  message!: string;

  @ApiProperty({
    nullable: true,
    description: 'Fields or values that caused it',
    example: [{ field: 'amountIn', problems: ['amountIn must be an unsigned decimal below 10^39'] }],
  })
  details!: unknown;
}

/** Every answer says at which block it holds and how final that block is. */
export class PlaceDto {
  @ApiProperty({ example: 1024 })
  height!: number;

  @ApiProperty({ example: EXAMPLE_HASH })
  blockHash!: string;

  @ApiProperty({ enum: ['soft', 'quorum', 'safe', 'final'] })
  finality!: string;
}

export class AddressParameter {
  @ApiProperty({ example: '0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc' })
  @Matches(ADDRESS, { message: 'address must be 0x and 40 hex digits' })
  address!: string;
}

export class HashParameter {
  @ApiProperty({ example: EXAMPLE_HASH })
  @Matches(HASH, { message: 'hash must be 0x and 64 hex digits' })
  hash!: string;
}

export class PageQuery {
  @ApiProperty({ required: false, minimum: 1, maximum: MAXIMUM_PAGE, default: DEFAULT_PAGE })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAXIMUM_PAGE)
  limit: number = DEFAULT_PAGE;
}

export class NumberPageQuery extends PageQuery {
  @ApiProperty({ required: false, description: 'Entries below this number; take it from `next`' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  before?: number;
}

export class CursorPageQuery extends PageQuery {
  @ApiProperty({ required: false, description: 'Opaque; take it from `next` of the page before' })
  @IsOptional()
  @Matches(/^[0-9]{1,16}\.[0-9]{1,10}$/, { message: 'cursor is not one of ours' })
  cursor?: string;
}

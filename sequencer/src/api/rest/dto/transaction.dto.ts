import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { AMOUNT, PlaceDto } from './common.dto.js';

const SEQUENCE = /^(0|[1-9][0-9]{0,19})$/;
/** Hex digits of the largest transaction, 16 KiB. */
const MAXIMUM_WIRE = 2 + 2 * 16_384;

const swap = {
  type: 'Swap',
  pool: '0x4d45544102000000000000000000000000000000',
  zeroForOne: true,
  amountIn: '1000000000000000000',
  minimumOut: '3960131720',
};
const signature = `0x${'11'.repeat(64)}1b`;

/** The two forms of a submission, for the description. */
export const submissions = {
  operations: {
    summary: 'Operations and the EIP-712 signature of the wallet',
    value: {
      transaction: {
        lane: 0,
        sequence: '0',
        deadline: 1_900_000_001,
        feeToken: 'ETH',
        maxFee: '1000000000000000',
        operations: [swap],
      },
      signature,
    },
  },
  wire: { summary: 'A signed transaction as bytes', value: { wire: '0xa0' } },
};

/** What the user signed by EIP-712. */
export class PackedTransactionDto {
  @ApiProperty({ minimum: 0, maximum: 0xffff_ffff, default: 0 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(0xffff_ffff)
  lane: number = 0;

  @ApiProperty({ description: 'Decimal', example: '0' })
  @Matches(SEQUENCE, { message: 'sequence must be an unsigned decimal' })
  sequence!: string;

  @ApiProperty({ description: 'Until when it may be executed, Unix seconds', example: 1_900_000_001 })
  @IsInt()
  @Min(0)
  @Max(2 ** 40 - 1)
  deadline!: number;

  @ApiProperty({ enum: ['ETH', 'MB', 'DCEP'] })
  @IsIn(['ETH', 'MB', 'DCEP'])
  feeToken!: 'ETH' | 'MB' | 'DCEP';

  @ApiProperty({
    description: 'Base units of the fee token, decimal; must be one the wire can carry',
    example: '1000000000000000',
  })
  @Matches(AMOUNT, { message: 'maxFee must be an unsigned decimal' })
  maxFee!: string;

  @ApiProperty({
    type: [Object],
    description: 'Operations by their EIP-712 type and fields; amounts as decimals',
    example: [swap],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(32)
  @IsObject({ each: true })
  operations!: Record<string, unknown>[];
}

/** Either wire bytes, or a packed transaction with its signature. */
export class SubmitDto {
  @ApiProperty({
    required: false,
    description: 'A packed or a raw Ethereum transaction as hex; in place of `transaction` and `signature`',
  })
  @IsOptional()
  @MaxLength(MAXIMUM_WIRE)
  @Matches(/^0x([0-9a-fA-F]{2})+$/, { message: 'wire must be hex' })
  wire?: string;

  @ApiProperty({ required: false, type: PackedTransactionDto })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PackedTransactionDto)
  transaction?: PackedTransactionDto;

  @ApiProperty({
    required: false,
    description: 'r, s and v of the EIP-712 signature, 65 bytes; with `transaction`',
    example: signature,
  })
  @IsOptional()
  @Matches(/^0x[0-9a-fA-F]{130}$/, { message: 'signature must be 65 bytes of hex' })
  signature?: string;
}

export class AcknowledgementDto extends PlaceDto {
  @ApiProperty()
  hash!: string;

  @ApiProperty({ enum: ['executed', 'failed', 'queued'], description: 'The transaction is journalled in each case' })
  status!: string;

  @ApiProperty({ description: "The rules' error number, 0 when executed" })
  code!: number;

  @ApiProperty({ description: 'Block under construction that holds it' })
  blockNumber!: number;

  @ApiProperty()
  index!: number;
}

import { ApiProperty } from '@nestjs/swagger';
import { PlaceDto } from './common.dto.js';

export class FeeDto {
  @ApiProperty({ description: 'Token the fee was paid in' })
  token!: string;

  @ApiProperty({ description: 'Base units of that token, decimal' })
  total!: string;

  @ApiProperty({ description: 'Part for execution' })
  l2!: string;

  @ApiProperty({ description: 'Part for bytes on L1' })
  l1!: string;
}

export class BatchDto {
  @ApiProperty({ description: 'Inbox item' })
  item!: number;

  @ApiProperty()
  firstBlock!: number;

  @ApiProperty()
  lastBlock!: number;

  @ApiProperty()
  l1TransactionHash!: string;

  @ApiProperty()
  l1BlockNumber!: number;

  @ApiProperty()
  payloadBytes!: number;

  @ApiProperty({ description: 'Wei paid on L1 for execution and blobs' })
  costWei!: string;

  @ApiProperty()
  l1BlockHash!: string;

  @ApiProperty({ description: 'The part of it for blobs; 0 for a batch in calldata' })
  blobWei!: string;
}

export class L1CostDto {
  @ApiProperty({ description: 'Bytes on L1, the signature included' })
  bytes!: number;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Wei for a batch that holds only this transaction; null until it is on L1',
  })
  alone!: string | null;

  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Wei: bytes times cost of the batch over bytes of the batch, rounded up',
  })
  shared!: string | null;

  @ApiProperty({ nullable: true, type: Object })
  batch!: object | null;
}

export class ReceiptDto {
  @ApiProperty()
  hash!: string;

  @ApiProperty({ enum: ['ethereum', 'packed', 'delayed'] })
  kind!: string;

  @ApiProperty({ enum: ['ok', 'failed'] })
  status!: string;

  @ApiProperty({ description: "The rules' error number, 0 when it succeeded" })
  code!: number;

  @ApiProperty({ enum: ['soft', 'quorum', 'safe', 'final'] })
  finality!: string;

  @ApiProperty()
  blockNumber!: number;

  @ApiProperty({ description: 'Seconds' })
  timestamp!: number;

  @ApiProperty()
  position!: number;

  @ApiProperty()
  sender!: string;

  @ApiProperty()
  lane!: number;

  @ApiProperty({ description: 'Nonce or sequence' })
  sequence!: number;

  @ApiProperty({ type: FeeDto })
  fee!: FeeDto;

  @ApiProperty({ type: L1CostDto })
  l1!: L1CostDto;

  @ApiProperty({ type: [Object] })
  logs!: readonly object[];
}

export class ReceiptAnswerDto extends PlaceDto {
  @ApiProperty({ type: ReceiptDto })
  receipt!: ReceiptDto;
}

export class ActivityAnswerDto extends PlaceDto {
  @ApiProperty({ type: [ReceiptDto] })
  activity!: ReceiptDto[];

  @ApiProperty({ nullable: true, type: String, description: 'Cursor of the next page; null at the end' })
  next!: string | null;
}

export class BalanceDto {
  @ApiProperty()
  token!: string;

  @ApiProperty({ description: 'Base units, decimal' })
  amount!: string;
}

export class LaneDto {
  @ApiProperty()
  lane!: number;

  @ApiProperty({ description: 'Next sequence, decimal' })
  sequence!: string;
}

export class AccountAnswerDto extends PlaceDto {
  @ApiProperty()
  address!: string;

  @ApiProperty({ description: 'Next nonce of Ethereum transactions in the newest block, decimal' })
  nonce!: string;

  @ApiProperty({ description: 'The same with everything accepted since' })
  pendingNonce!: string;

  @ApiProperty({ type: [LaneDto], description: 'Lanes 0 to 2, and others used lately' })
  lanes!: LaneDto[];

  @ApiProperty({ type: [BalanceDto], description: 'Tokens and LP tokens with a balance' })
  balances!: BalanceDto[];

  @ApiProperty({ description: 'More tokens exist than were looked at' })
  truncated!: boolean;
}

export class BlockDto {
  @ApiProperty()
  number!: number;

  @ApiProperty()
  hash!: string;

  @ApiProperty()
  parentHash!: string;

  @ApiProperty()
  stateRoot!: string;

  @ApiProperty({ description: 'Seconds' })
  timestamp!: number;

  @ApiProperty()
  producer!: string;

  @ApiProperty()
  gasUsed!: string;

  @ApiProperty({ description: 'Wei per gas' })
  basePrice!: string;

  @ApiProperty({ description: 'Wei per byte on L1' })
  l1BytePrice!: string;

  @ApiProperty()
  transactionCount!: number;

  @ApiProperty({ enum: ['soft', 'quorum', 'safe', 'final'] })
  finality!: string;
}

export class BlockListDto extends PlaceDto {
  @ApiProperty({ type: [BlockDto], description: 'Newest first' })
  blocks!: BlockDto[];

  @ApiProperty({ nullable: true, type: Number, description: 'Pass as `before`' })
  next!: number | null;
}

export class BatchListDto extends PlaceDto {
  @ApiProperty({ type: [BatchDto], description: 'Newest first' })
  batches!: BatchDto[];

  @ApiProperty({ nullable: true, type: Number, description: 'Pass as `before`' })
  next!: number | null;
}

export class StatusDto extends PlaceDto {
  @ApiProperty()
  chainId!: number;

  @ApiProperty()
  version!: string;

  @ApiProperty({ description: 'Newest block of each level of finality', type: Object })
  heads!: { soft: number; safe: number; final: number };

  @ApiProperty({ description: 'Wei per gas and wei per byte on L1, decimal', type: Object })
  prices!: { basePrice: string; l1BytePrice: string };

  @ApiProperty({ description: 'L1 chain id and contracts', type: Object })
  rollup!: object;
}

import { Body, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Hex } from 'viem';
import { IndexReader } from '../../index/index-reader.js';
import { BlockSource } from '../chain-view/block-source.js';
import { nativeReceipt } from '../json-rpc/format/receipt.js';
import { TransactionGateway } from '../json-rpc/transaction-gateway.js';
import { HashParameter } from './dto/common.dto.js';
import { ReceiptAnswerDto } from './dto/history.dto.js';
import { AcknowledgementDto, SubmitDto, submissions } from './dto/transaction.dto.js';
import { PlaceService } from './place.js';
import { RestController } from './rest-controller.js';
import { notFound } from './rest.errors.js';
import { readSubmission } from './submission.js';

/** Submitting transactions and following them. */
@RestController('transactions')
export class TransactionController {
  constructor(
    @Inject(TransactionGateway) private readonly gateway: TransactionGateway,
    @Inject(IndexReader) private readonly index: IndexReader,
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(PlaceService) private readonly places: PlaceService,
  ) {}

  @Post('transactions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Submit wire bytes, or operations with a signature; answers when journalled' })
  @ApiBody({ type: SubmitDto, examples: submissions })
  @ApiOkResponse({ type: AcknowledgementDto })
  async submit(@Body() body: SubmitDto): Promise<AcknowledgementDto> {
    const { raw, envelope } = readSubmission(body, Math.floor(Date.now() / 1_000));
    const { hash, status, code, blockNumber, index } = await this.gateway.submit(raw, envelope);
    return this.places.atHead(() => ({ hash, status, code, blockNumber: Number(blockNumber), index }));
  }

  @Get('receipts/:hash')
  @ApiOperation({ summary: 'Receipt with finality, fee split and L1 cost alone and shared' })
  @ApiOkResponse({ type: ReceiptAnswerDto })
  async receipt(@Param() { hash }: HashParameter): Promise<ReceiptAnswerDto> {
    const found = await this.index.transaction(hash.toLowerCase() as Hex, this.blocks.head);
    if (!found) throw notFound('no sealed block holds this transaction');
    const { transaction, block } = found;
    const batch = await this.index.batchOf(block.number);
    const receipt = nativeReceipt(transaction, block, { finality: this.blocks.finality(block.number), batch });
    return this.places.at(block, { receipt });
  }
}

import { Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Address } from 'viem';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import { type ActivityCursor, IndexReader } from '../../index/index-reader.js';
import { AccountState } from '../chain-view/account-state.js';
import { BlockSource } from '../chain-view/block-source.js';
import { nativeReceipt } from '../json-rpc/format/receipt.js';
import { BalanceReader } from './balance-reader.js';
import { AddressParameter, CursorPageQuery } from './dto/common.dto.js';
import { AccountAnswerDto, ActivityAnswerDto, type LaneDto } from './dto/history.dto.js';
import { PlaceService } from './place.js';
import { RestController } from './rest-controller.js';

/** What an account holds and did. */
@RestController('accounts', 'v1/accounts')
export class AccountController {
  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(IndexReader) private readonly index: IndexReader,
    @Inject(AccountState) private readonly state: AccountState,
    @Inject(BalanceReader) private readonly balances: BalanceReader,
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(PlaceService) private readonly places: PlaceService,
  ) {}

  @Get(':address')
  @ApiOperation({ summary: 'Balances, nonces and lanes' })
  @ApiOkResponse({ type: AccountAnswerDto })
  account(@Param() parameter: AddressParameter): Promise<AccountAnswerDto> {
    const address = parameter.address.toLowerCase() as Address;
    return this.places.atHead(async (height) => {
      const [{ nonce, sequences }, pending, used, held] = await Promise.all([
        this.state.counters(address, height),
        this.chain.pendingNonce(address),
        this.index.lanes(address, height),
        this.balances.of(address, height),
      ]);
      const lanes = new Map(sequences.map((sequence, lane) => [lane, sequence]));
      for (const lane of used) lanes.set(lane, await this.state.sequence(address, lane, height));
      return { address, nonce: nonce.toString(), pendingNonce: pending.toString(), lanes: laneList(lanes), ...held };
    });
  }

  @Get(':address/activity')
  @ApiOperation({ summary: 'Transactions the account took part in, newest first' })
  @ApiOkResponse({ type: ActivityAnswerDto })
  activity(
    @Param() { address }: AddressParameter,
    @Query() { cursor, limit }: CursorPageQuery,
  ): Promise<ActivityAnswerDto> {
    return this.places.atHead(async (height) => {
      const found = await this.index.activity(address.toLowerCase() as Address, height, readCursor(cursor), limit);
      const batches = await Promise.all(found.map(({ block }) => this.index.batchOf(block.number)));
      const activity = found.map(({ transaction, block }, index) =>
        nativeReceipt(transaction, block, { finality: this.blocks.finality(block.number), batch: batches[index] }),
      );
      const last = found.length === limit ? found[found.length - 1]!.transaction : undefined;
      return { activity, next: last ? `${last.blockNumber}.${last.position}` : null };
    });
  }
}

function readCursor(cursor: string | undefined): ActivityCursor | undefined {
  if (cursor === undefined) return undefined;
  const [blockNumber, position] = cursor.split('.').map(Number) as [number, number];
  return { blockNumber, position };
}

const laneList = (lanes: ReadonlyMap<number, bigint>): LaneDto[] =>
  [...lanes]
    .sort(([left], [right]) => left - right)
    .map(([lane, sequence]) => ({ lane, sequence: sequence.toString() }));

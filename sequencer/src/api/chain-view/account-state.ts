import { Inject, Injectable } from '@nestjs/common';
import {
  balanceKey,
  concatBytes,
  entityOf,
  fixedBytes,
  littleEndian,
  readLittleEndian,
  systemAddresses,
  toHex,
} from '@metachain/program';
import { type Address, type Hex, hexToBytes } from 'viem';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import { BlockSource } from './block-source.js';
import { CallService } from './call.service.js';

/** Lanes whose next sequence stands beside the nonce (docs/spec/state.md). */
export const INLINE_LANES = 3;
const WORD = 32;
const TOKEN = 1;
const POOL = 2;

const padded = (...parts: Uint8Array[]): Hex => {
  const key = concatBytes(...parts);
  return toHex(concatBytes(key, new Uint8Array(WORD - key.length)));
};

/** `2, 1, 0, 0, 0 u64, address`: nonce u64, then the next sequence of lanes 0, 1 and 2. */
const accountKey = (account: Address): Hex =>
  padded(Uint8Array.of(2, 1, 0, 0), new Uint8Array(8), fixedBytes(account, 20));
/** `2, 2, 0, 0, lane / 4 u64, address`: the next sequences of four lanes. */
const laneKey = (account: Address, lane: number): Hex =>
  padded(Uint8Array.of(2, 2, 0, 0), littleEndian(BigInt(lane >>> 2), 8), fixedBytes(account, 20));
const TOKEN_COUNT = padded(Uint8Array.of(4, 5));
const POOL_COUNT = padded(Uint8Array.of(5, 4));

const fixedContracts = new Set<string>(Object.values(systemAddresses));

/** Nonce and the sequences of the first lanes. */
export interface AccountCounters {
  readonly nonce: bigint;
  readonly sequences: readonly bigint[];
}

/** Reads state words that the specification names. */
@Injectable()
export class AccountState {
  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(CallService) private readonly calls: CallService,
  ) {}

  /** Balance of a token (ETH by default) in base units. */
  async balance(account: Address, block: number | 'pending', token: Address = systemAddresses.eth): Promise<bigint> {
    return readLittleEndian((await this.word(toHex(balanceKey(token, account)), block)).subarray(0, 16));
  }

  /** Nonce and sequences in the state of a block, without what waits. */
  async counters(account: Address, block: number | 'pending'): Promise<AccountCounters> {
    const word = await this.word(accountKey(account), block);
    const sequences = Array.from({ length: INLINE_LANES }, (_, lane) =>
      readLittleEndian(word.subarray(8 * (lane + 1), 8 * (lane + 2))),
    );
    return { nonce: readLittleEndian(word.subarray(0, 8)), sequences };
  }

  /** Next sequence of a lane in the state of a block. */
  async sequence(account: Address, lane: number, block: number | 'pending'): Promise<bigint> {
    if (lane < INLINE_LANES) return (await this.counters(account, block)).sequences[lane]!;
    const offset = 8 * (lane & 3);
    return readLittleEndian((await this.word(laneKey(account, lane), block)).subarray(offset, offset + 8));
  }

  tokenCount(block: number | 'pending' = this.blocks.head): Promise<number> {
    return this.count(TOKEN_COUNT, block);
  }

  poolCount(block: number | 'pending' = this.blocks.head): Promise<number> {
    return this.count(POOL_COUNT, block);
  }

  /** True for every address at which the chain itself answers calls. */
  async isContract(account: Address, block: number | 'pending'): Promise<boolean> {
    if (fixedContracts.has(account)) return true;
    const entity = entityOf(account);
    if (entity?.kind === TOKEN) return entity.index < (await this.tokenCount(block));
    return entity?.kind === POOL && entity.index < (await this.poolCount(block));
  }

  /** A state word and its proof. `pending` is the newest block: what is not sealed has no root. */
  proof(key: Hex, block: number | 'pending'): ReturnType<Chain['proof']> {
    return this.calls.bounded(this.chain.proof(key, BigInt(block === 'pending' ? this.blocks.head : block)));
  }

  private async count(key: Hex, block: number | 'pending'): Promise<number> {
    return Number(readLittleEndian((await this.word(key, block)).subarray(0, 4)));
  }

  private async word(key: Hex, block: number | 'pending'): Promise<Uint8Array> {
    return hexToBytes((await this.proof(key, block)).value);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import type { CallRequest } from '../json-rpc/schemas.js';
import { CallService } from './call.service.js';

/** Bytes on L1 of an Ethereum transaction beside its calldata: envelope, signature, framing. */
const ENVELOPE_BYTES = 160n;
/** Bytes of an access list's address and key in RLP, the heads of their lists included. */
const ADDRESS_BYTES = 29n;
const KEY_BYTES = 33n;
/** EIP-2930, and what the rules charge for a byte of a transaction beside its place on L1. */
const ADDRESS_GAS = 2_400n;
const KEY_GAS = 1_900n;
const BYTE_GAS = 8n;

/** Gas limits for eth_estimateGas. */
@Injectable()
export class GasEstimator {
  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(CallService) private readonly calls: CallService,
  ) {}

  /**
   * Gas limit that suffices for the call: what the rules measure (execution, and bytes on L1 at the prices now in force) and half of
   * the L1 part again, because the L1 price may rise until the transaction is ordered. An access list, which the call does not know, comes on top
   * with Ethereum's gas for it. Fails as the call does.
   */
  async gas(request: CallRequest, block: number | 'pending'): Promise<bigint> {
    const { gasUsed } = await this.calls.run(request, block);
    const { data, input } = request;
    const bytes = ENVELOPE_BYTES + BigInt((input ?? data ?? '0x').length / 2 - 1);
    return gasUsed + this.l1Gas(bytes) / 2n + this.listGas(request.accessList ?? []);
  }

  private listGas(list: NonNullable<CallRequest['accessList']>): bigint {
    const addresses = BigInt(list.length);
    const keys = BigInt(list.reduce((sum, { storageKeys }) => sum + storageKeys.length, 0));
    const bytes = addresses * ADDRESS_BYTES + keys * KEY_BYTES;
    return addresses * ADDRESS_GAS + keys * KEY_GAS + bytes * BYTE_GAS + (this.l1Gas(bytes) * 3n) / 2n;
  }

  private l1Gas(bytes: bigint): bigint {
    const { basePrice, l1BytePrice } = this.chain.prices();
    return basePrice === 0n ? 0n : (bytes * l1BytePrice) / basePrice;
  }
}

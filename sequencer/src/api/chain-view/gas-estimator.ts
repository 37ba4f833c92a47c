import { Inject, Injectable } from '@nestjs/common';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import type { CallRequest } from '../json-rpc/schemas.js';
import { CallService } from './call.service.js';

/** Bytes on L1 of an Ethereum transaction beside its calldata: envelope, signature, framing. */
const ENVELOPE_BYTES = 160n;

/** Gas limits for eth_estimateGas. */
@Injectable()
export class GasEstimator {
  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(CallService) private readonly calls: CallService,
  ) {}

  /**
   * Gas limit that suffices for the call: what the rules measure (execution, and bytes on L1 at the prices now in force) and half of
   * the L1 part again, because the L1 price may rise until the transaction is ordered. Fails as the call does.
   */
  async gas(request: CallRequest, block: number | 'pending'): Promise<bigint> {
    const { gasUsed } = await this.calls.run(request, block);
    return gasUsed + this.l1Gas(request) / 2n;
  }

  private l1Gas({ data, input }: CallRequest): bigint {
    const { basePrice, l1BytePrice } = this.chain.prices();
    const bytes = ENVELOPE_BYTES + BigInt((input ?? data ?? '0x').length / 2 - 1);
    return basePrice === 0n ? 0n : (bytes * l1BytePrice) / basePrice;
  }
}

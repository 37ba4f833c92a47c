import { Inject, Injectable } from '@nestjs/common';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import type { CallRequest } from '../json-rpc/schemas.js';
import { CallService } from './call.service.js';

/** Bytes on L1 of an Ethereum transaction beside its calldata: envelope, signature, framing. */
const ENVELOPE_BYTES = 130n;
/** The L1 price may rise until the transaction is ordered; a limit is only a limit. Percent on top of the L1 part. */
const L1_MARGIN_PERCENT = 50n;

/** Gas limits for eth_estimateGas: the measured execution and the bytes on L1 at the prices now in force. */
@Injectable()
export class GasEstimator {
  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(CallService) private readonly calls: CallService,
  ) {}

  /** Gas limit that suffices for the call. Fails as the call does. */
  async gas(request: CallRequest, block: number | 'pending'): Promise<bigint> {
    const { gasUsed } = await this.calls.run(request, block);
    return gasUsed + this.l1Gas(request);
  }

  private l1Gas({ data, input }: CallRequest): bigint {
    const { basePrice, l1BytePrice } = this.chain.prices();
    const text = input ?? data ?? '0x';
    const bytes = ENVELOPE_BYTES + BigInt(text.length / 2 - 1);
    const price = basePrice === 0n ? 1n : basePrice;
    return (bytes * l1BytePrice * (100n + L1_MARGIN_PERCENT)) / (price * 100n) + 1n;
  }
}

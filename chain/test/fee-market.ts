import type { Hex } from 'viem';

import { account, littleEndianHex, tokenRef } from './ledger.ts';
import { Market } from './market.ts';

/** A market whose transactions cost something, and what the tests of fees share. */

export const [ETH, MB, DCEP] = [tokenRef(0), tokenRef(1), tokenRef(2)];
export const [trader, payer, producer, poster] = [account(1), account(2), account(3), account(4)];
export const ETHER = 10n ** 18n;
export const GWEI = 10n ** 9n;
/** Wei per gas. */
export const BASE_PRICE = 1_000_000n;

/** Fees over a market; parameters as a genesis writes them. */
export class FeeMarket extends Market {
  constructor({ blobScalar = 1_032_258n, overheadScalar = 20_000n, basePrice = BASE_PRICE } = {}) {
    super();
    const scalars = littleEndianHex(blobScalar, 4) + littleEndianHex(overheadScalar, 4) + littleEndianHex(200n, 4);
    this.setWord('0601', littleEndianHex(basePrice, 8) + scalars);
    this.setWord('0602', poster.slice(2));
    this.mint(ETH, payer, 100n * ETHER);
    this.mint(MB, payer, 1_000_000n * ETHER);
  }

  /** An inbox item as L1 committed it. */
  item(index: bigint, baseFee: bigint, blobBaseFee: bigint): void {
    [100n, 1_800_000_000n, baseFee, blobBaseFee].forEach((value, word) =>
      this.inputs.set((1n << 56n) | (index << 16n) | BigInt(word + 2), value),
    );
  }

  begin(priceItem = 0n, by: Hex = producer): void {
    this.run('openBlock', priceItem, this.address(0, by));
    this.run('beginFees');
  }

  /** Charges the payer for a weight and bytes; the fee, or the error number. */
  charge(weight: bigint, bytes: number, token = ETH): { code: number; fee: bigint; l1: bigint; gas: bigint } {
    this.run('measureCharge', weight, bytes);
    let { code } = this.run('priceCharge', token);
    const at = (name: string): bigint => this.number128(this.run(name).code);
    const [fee, l1] = [at('feeAmount'), at('l1FeeAmount')];
    if (code === 0) ({ code } = this.run('payCharge', this.address(0, payer)));
    return { code, fee, l1, gas: BigInt(this.run('chargedGas').code) };
  }

  /** Opens pool 0 of ETH and another token with these reserves; its mean price counts from half an hour later. */
  openFeePool(token: bigint, ether: bigint, other: bigint): void {
    this.mint(ETH, trader, ether);
    this.mint(token, trader, other);
    this.createPool(ETH, token);
    this.add(trader, 0, ether, other);
  }
}

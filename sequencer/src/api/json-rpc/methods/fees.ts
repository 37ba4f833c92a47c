import { z } from 'zod';
import { gasPriceOracleAbi, systemAddresses } from '@metachain/program';
import { BLOCK_GAS_LIMIT } from '../format/block.js';
import { quantity } from '../format/hex.js';
import { method, type MethodTable } from '../method.js';
import { invalidParams } from '../rpc.errors.js';
import type { RpcServices } from '../rpc-services.js';
import { blockReference, count } from '../schemas.js';

const MAXIMUM_PERCENTILES = 100;
const percentiles = z
  .array(z.number().min(0).max(100))
  .max(MAXIMUM_PERCENTILES, `over the query limit ${MAXIMUM_PERCENTILES}`);

/** Prices. There is no auction: first come, first served, so a priority fee buys nothing and is zero. */
export function feeMethods(services: RpcServices): MethodTable {
  const { chain, blocks, calls, limits } = services;
  return {
    eth_gasPrice: method([], () => quantity(chain.prices().basePrice)),
    eth_maxPriorityFeePerGas: method([], () => '0x0'),
    eth_blobBaseFee: method([], async () =>
      quantity(await calls.read(gasPriceOracleAbi, systemAddresses.gasPriceOracle, 'blobBaseFee', [])),
    ),
    eth_feeHistory: method([count, blockReference, percentiles.optional()], async ([wanted, newest, rewards]) => {
      const last = await blocks.resolve(newest);
      if (last === undefined) throw invalidParams('request beyond head block');
      const end = last === 'pending' ? blocks.head : last;
      return feeHistory(services, Math.min(wanted, limits.feeHistoryBlocks, end + 1), end, rewards);
    }),
  };
}

async function feeHistory(
  { chain, blocks }: RpcServices,
  wanted: number,
  end: number,
  rewards: readonly number[] | undefined,
) {
  const found = wanted === 0 ? [] : await blocks.range(end - wanted + 1, end);
  const next = await blocks.byNumber(end + 1);
  const nextPrice = next ? next.basePrice : chain.prices().basePrice;
  const history = {
    oldestBlock: quantity(wanted === 0 ? 0 : end - wanted + 1),
    baseFeePerGas: [...found.map((block) => quantity(block.basePrice)), quantity(nextPrice)],
    gasUsedRatio: found.map((block) => Number(block.gasUsed) / Number(BLOCK_GAS_LIMIT)),
    baseFeePerBlobGas: [...found, next].map(() => '0x0'),
    blobGasUsedRatio: found.map(() => 0),
  };
  return rewards && rewards.length > 0 ? { ...history, reward: found.map(() => rewards.map(() => '0x0')) } : history;
}

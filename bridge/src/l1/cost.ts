import type { Hash } from 'viem';
import { z } from 'zod';

import { MalformedLogError } from '../errors.js';
import type { L1Source } from './source.js';
import type { L1Cost } from './types.js';

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/)
  .transform(BigInt);
const receiptSchema = z.object({
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  blobGasUsed: quantity.nullish(),
  blobGasPrice: quantity.nullish(),
});

/** What a mined transaction cost its sender, in wei, as enough endpoints say. Throws MalformedLogError when L1 has no receipt for it. */
export async function fetchL1Cost(source: L1Source, transactionHash: Hash): Promise<L1Cost> {
  const read = (answer: unknown) => receiptSchema.nullish().parse(answer);
  const receipt = await source.agreed('eth_getTransactionReceipt', [transactionHash], read);
  if (!receipt) throw new MalformedLogError(`receipt of ${transactionHash} is missing or malformed`);
  const { gasUsed, effectiveGasPrice, blobGasUsed, blobGasPrice } = receipt;
  const executionWei = gasUsed * effectiveGasPrice;
  const blobWei = (blobGasUsed ?? 0n) * (blobGasPrice ?? 0n);
  return { executionWei, blobWei, totalWei: executionWei + blobWei };
}

import { nativeReceipt } from '../format/receipt.js';
import { quantity } from '../format/hex.js';
import { method, type MethodTable } from '../method.js';
import { invalidParams } from '../rpc.errors.js';
import type { RpcServices } from '../rpc-services.js';
import { address, hash, optionalBlock, smallQuantity } from '../schemas.js';
import { acknowledgementJson } from '../transaction-gateway.js';

/** Native operations and what only this chain knows. */
export function nativeMethods(services: RpcServices): MethodTable {
  const { gateway, index, blocks, accounts, chain } = services;
  return {
    /** Packed wire bytes (docs/spec/transactions.md); answers when the transaction is journalled. */
    metachain_sendTransaction: async (params) => {
      if (params.length > 1) throw invalidParams('too many arguments, want at most 1');
      return acknowledgementJson(await gateway.submit(params[0], 'packed'));
    },
    metachain_getReceipt: method([hash], async ([transactionHash]) => {
      const found = await index.transaction(transactionHash, blocks.head);
      if (!found) return null;
      const { transaction, block } = found;
      return nativeReceipt(transaction, block, {
        finality: blocks.finality(block.number),
        batch: await index.batchOf(block.number),
      });
    }),
    /** Next sequence of a lane, in the state of a block. */
    metachain_getSequence: method([address, smallQuantity, optionalBlock], async ([account, lane, reference]) => {
      return quantity(await accounts.sequence(account, lane, await services.stateAt(reference)));
    }),
    metachain_prices: method([], () => {
      const { basePrice, l1BytePrice } = chain.prices();
      return { basePrice: quantity(basePrice), l1BytePrice: quantity(l1BytePrice) };
    }),
    metachain_heads: method([], () => {
      const { soft, safe, final } = chain.heads();
      return { soft: quantity(soft), safe: quantity(safe), final: quantity(final) };
    }),
  };
}

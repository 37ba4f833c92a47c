import type { Hex } from 'viem';
import { z } from 'zod';
import type { BlockEntity } from '../../../index/entities/index.js';
import { receiptJson } from '../format/receipt.js';
import { transactionJson, waitingTransactionJson } from '../format/transaction.js';
import { ethereumRaw } from '../format/wire.js';
import { method, type MethodTable } from '../method.js';
import { serverError } from '../rpc.errors.js';
import type { RpcServices } from '../rpc-services.js';
import { type BlockReference, blockReference, count, hash } from '../schemas.js';
import { waitForReceipt } from '../wait-for-receipt.js';

/** Transactions and receipts; submissions go through the dispatcher's gateway, in one hop for a whole batch. */
export function transactionMethods(services: RpcServices): MethodTable {
  const { chain, index, blocks, gateway } = services;
  const find = (transactionHash: Hex) => index.transaction(transactionHash, blocks.head);

  const at = async (reference: BlockReference, position: number) => {
    const block = await services.block(reference);
    const row = block && (await index.transactionAt(block.number, position));
    return row ? transactionJson(row, block, chain.chainId) : null;
  };

  const waiting = async (transactionHash: Hex) => {
    const found = await chain.waiting(transactionHash);
    if (!found) return null;
    // A deadline is cut to the hours around the time at which it is read.
    return waitingTransactionJson(transactionHash, found, Math.floor(Date.now() / 1_000), chain.chainId);
  };

  const receiptOf = async (transactionHash: Hex) => {
    const found = await find(transactionHash);
    return found ? receiptJson(found.transaction, found.block, chain.chainId) : null;
  };

  const receiptsOf = async (block: BlockEntity | undefined) => {
    if (!block) return null;
    const rows = await index.transactions(block.number);
    return rows.map((row) => receiptJson(row, block, chain.chainId));
  };

  const sendSync = async (raw: unknown, timeout: number | undefined) => {
    const { hash: transactionHash } = await gateway.submit(raw, 'ethereum');
    const milliseconds = Math.min(timeout ?? services.limits.syncTimeoutMs, services.limits.syncTimeoutMs);
    return waitForReceipt(services.feed, transactionHash, () => receiptOf(transactionHash), milliseconds);
  };

  return {
    eth_getTransactionByHash: method([hash], async ([transactionHash]) => {
      const found = await find(transactionHash);
      return found ? transactionJson(found.transaction, found.block, chain.chainId) : waiting(transactionHash);
    }),
    eth_getTransactionByBlockNumberAndIndex: method([blockReference, count], ([reference, position]) =>
      at(reference, position),
    ),
    eth_getTransactionByBlockHashAndIndex: method([hash, count], ([blockHash, position]) =>
      at({ hash: blockHash }, position),
    ),
    eth_getRawTransactionByHash: method([hash], async ([transactionHash]) => {
      const row = (await find(transactionHash))?.transaction;
      return row ? (row.kind === 'ethereum' ? ethereumRaw(row.wire) : row.wire) : null;
    }),
    eth_getTransactionReceipt: method([hash], ([transactionHash]) => receiptOf(transactionHash)),
    eth_getBlockReceipts: method([blockReference], async ([reference]) => receiptsOf(await services.block(reference))),
    eth_sendRawTransaction: async (params) => {
      if (params.length > 1) throw serverError('too many arguments, want at most 1');
      return (await gateway.submit(params[0], 'ethereum')).hash;
    },
    eth_sendRawTransactionSync: method([z.string(), z.int().min(1).optional()], ([raw, timeout]) =>
      sendSync(raw, timeout),
    ),
  };
}

import { z } from 'zod';
import type { BlockEntity } from '../../../index/entities/index.js';
import { headerJson, pendingBlockJson } from '../format/block.js';
import { quantity } from '../format/hex.js';
import { transactionJson } from '../format/transaction.js';
import { method, type MethodTable } from '../method.js';
import type { RpcServices } from '../rpc-services.js';
import { blockReference, count, hash } from '../schemas.js';

/** Blocks and their headers. */
export function blockMethods(services: RpcServices): MethodTable {
  const { chain, blocks, index } = services;

  const blockJson = async (block: BlockEntity, full: boolean): Promise<Record<string, unknown>> => {
    if (!full) {
      const hashes = await index.transactionHashes(block.number);
      return { ...headerJson(block, hashes), transactions: hashes };
    }
    const rows = await index.transactions(block.number);
    const header = headerJson(
      block,
      rows.map((row) => row.hash),
    );
    return { ...header, transactions: rows.map((row) => transactionJson(row, block, chain.chainId)) };
  };

  const pending = async () => {
    const parent = await blocks.byNumber(blocks.head);
    return pendingBlockJson(parent!, chain.prices().basePrice, Math.floor(Date.now() / 1_000));
  };

  const byReference = async (reference: z.output<typeof blockReference>, full: boolean) => {
    if (reference === 'pending') return pending();
    const block = await services.block(reference);
    return block ? blockJson(block, full) : null;
  };

  const countOf = async (reference: z.output<typeof blockReference>) => {
    if (reference === 'pending') return '0x0';
    const block = await services.block(reference);
    return block ? quantity(block.transactionCount) : null;
  };
  const unclesOf = async (reference: z.output<typeof blockReference>) =>
    (await services.block(reference)) ? '0x0' : null;
  const full = z
    .boolean()
    .optional()
    .transform((value) => value ?? false);

  return {
    eth_blockNumber: method([], () => quantity(blocks.head)),
    eth_getBlockByNumber: method([blockReference, full], ([reference, withTransactions]) =>
      byReference(reference, withTransactions),
    ),
    eth_getBlockByHash: method([hash, full], ([blockHash, withTransactions]) =>
      byReference({ hash: blockHash }, withTransactions),
    ),
    eth_getBlockTransactionCountByNumber: method([blockReference], ([reference]) => countOf(reference)),
    eth_getBlockTransactionCountByHash: method([hash], ([blockHash]) => countOf({ hash: blockHash })),
    eth_getUncleCountByBlockNumber: method([blockReference], ([reference]) => unclesOf(reference)),
    eth_getUncleCountByBlockHash: method([hash], ([blockHash]) => unclesOf({ hash: blockHash })),
    eth_getUncleByBlockNumberAndIndex: method([blockReference, count], () => null),
    eth_getUncleByBlockHashAndIndex: method([hash, count], () => null),
  };
}

import { parseRecords, type ProgramReceipt } from '@metachain/program';
import type { Hex } from 'viem';
import type { EngineBlock } from '../engine/engine.types.js';
import type { ChainBlock, SealedTransaction } from './chain.types.js';

/** Joins a block's receipts with the bytes they belong to: the delayed messages come first, then the transactions in order. */
export function toChainBlock({
  block: header,
  records,
  context,
  messages,
  wires,
  contentBytes,
}: EngineBlock): ChainBlock {
  const block = { ...header, receipts: parseRecords(records).receipts };
  let message = 0;
  let wire = 0;
  const transactions = block.receipts.map((receipt): SealedTransaction => {
    if (receipt.kind !== 'delayed') return { wire: wires[wire++]!, receipt };
    return delayed(receipt, messages[message++]);
  });
  return { block, context, transactions, contentBytes };
}

function delayed(receipt: ProgramReceipt, input: EngineBlock['messages'][number] | undefined): SealedTransaction {
  if (!input) return { wire: new Uint8Array(0), receipt };
  const alias: Hex = `0x${Buffer.from(input.alias).toString('hex')}`;
  return { wire: input.words, receipt, ...(input.alias.length > 0 && { alias }) };
}

import { parseRecords, splitRecords } from '@metachain/program';
import type { Hex } from 'viem';
import type { EngineBlock } from '../engine/engine.types.js';
import { entriesOf } from '../engine/engine-views.js';
import type { ChainBlock, RecordedTransaction, SealedTransaction } from './chain.types.js';

/** A block of recorded transactions, which are parsed once, when `transactions` is first read. */
export function chainBlockOf(parts: Omit<ChainBlock, 'transactions'>): ChainBlock {
  let parsed: readonly SealedTransaction[] | undefined;
  return {
    ...parts,
    get transactions() {
      return (parsed ??= parts.recorded.map(parseTransaction));
    },
  };
}

/** Joins a block's records with the bytes they belong to: the delayed messages come first, then the transactions in order. */
export function toChainBlock(engineBlock: EngineBlock): ChainBlock {
  const { block, context, messages, content } = engineBlock;
  const wires = entriesOf(engineBlock);
  const recorded = splitRecords(engineBlock.records).map((records, position): RecordedTransaction => {
    const message = messages[position];
    return message ? delayed(records, message) : { wire: wires[position - messages.length]!, records };
  });
  return chainBlockOf({ block, context, recorded, contentBytes: content.length });
}

function parseTransaction({ wire, records, alias }: RecordedTransaction): SealedTransaction {
  const [receipt] = parseRecords(records).receipts;
  return { wire, receipt: receipt!, ...(alias && { alias }) };
}

function delayed(records: Uint8Array, { words, alias }: EngineBlock['messages'][number]): RecordedTransaction {
  const hash: Hex = `0x${Buffer.from(alias).toString('hex')}`;
  return { wire: words, records, ...(alias.length > 0 && { alias: hash }) };
}

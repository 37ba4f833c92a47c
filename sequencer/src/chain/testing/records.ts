import type { ProgramEvent, ProgramReceipt } from '@metachain/program';
import type { Hex } from 'viem';
import { ByteWriter } from '../../journal/bytes.js';
import type { RecordedTransaction, SealedTransaction } from '../chain.types.js';

const KINDS = ['ethereum', 'packed', 'delayed'] as const;
const [EVENT, RECEIPT] = [1, 2];
const MASK = (1n << 64n) - 1n;

/** A transaction as the rules would have recorded it (docs/spec/logs.md), for chains without rules. */
export function recordedTransaction({ wire, receipt, alias }: SealedTransaction): RecordedTransaction {
  return { wire, records: encodeReceipt(receipt), ...(alias && { alias }) };
}

function encodeReceipt(receipt: ProgramReceipt): Uint8Array {
  const writer = new ByteWriter();
  for (const event of receipt.events) writeEvent(writer, event);
  writer.u8(RECEIPT!);
  writer.u8(KINDS.indexOf(receipt.kind) + 1);
  writer.u8(receipt.status === 'ok' ? 0 : 1);
  writer.u8(receipt.operations);
  writer.u32(receipt.code);
  for (const value of [receipt.gasUsed, receipt.l1Gas, receipt.effectiveGasPrice]) writer.u64(value);
  writer.u64(receipt.fee & MASK);
  writer.u64(receipt.fee >> 64n);
  writer.u64(receipt.feeToken);
  writer.fixed(bytes(receipt.hash));
  writer.fixed(bytes(receipt.sender));
  writer.u64(receipt.nonce);
  writer.u32(receipt.lane);
  return writer.take();
}

function writeEvent(writer: ByteWriter, { address, topics, data }: ProgramEvent): void {
  writer.u8(EVENT!);
  writer.u8(topics.length);
  const length = bytes(data).length;
  writer.u8(length & 0xff);
  writer.u8(length >> 8);
  for (const part of [address, ...topics, data]) writer.fixed(bytes(part));
}

const bytes = (hex: Hex): Buffer => Buffer.from(hex.slice(2), 'hex');

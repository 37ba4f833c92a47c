import type { ProgramEvent, ProgramReceipt } from '@metachain/program';
import type { Hex } from 'viem';

/** Fields of a receipt that are not columns, in the order of the JSON array. Arrays keep a row small; the order is never changed. */
type Stored = [
  status: 0 | 1,
  operations: number,
  code: number,
  gasUsed: string,
  l1Gas: string,
  effectiveGasPrice: string,
  fee: string,
  feeToken: string,
  hash: Hex,
  events: [address: Hex, topics: readonly Hex[], data: Hex][],
];

/** Receipt as read from the index. `hash` is the rules' own, also for deposits. */
export type IndexedReceipt = Omit<ProgramReceipt, 'kind' | 'sender' | 'nonce' | 'lane'>;

/** JSON text of a receipt. */
export function writeReceipt(receipt: ProgramReceipt): string {
  const stored: Stored = [
    receipt.status === 'ok' ? 1 : 0,
    receipt.operations,
    receipt.code,
    receipt.gasUsed.toString(),
    receipt.l1Gas.toString(),
    receipt.effectiveGasPrice.toString(),
    receipt.fee.toString(),
    receipt.feeToken.toString(),
    receipt.hash,
    receipt.events.map((event) => [event.address, event.topics, event.data]),
  ];
  return JSON.stringify(stored);
}

/** Inverse of writeReceipt. */
export function readReceipt(text: string): IndexedReceipt {
  const [status, operations, code, gasUsed, l1Gas, effectiveGasPrice, fee, feeToken, hash, events] = JSON.parse(
    text,
  ) as Stored;
  return {
    status: status === 1 ? 'ok' : 'failed',
    operations,
    code,
    gasUsed: BigInt(gasUsed),
    l1Gas: BigInt(l1Gas),
    effectiveGasPrice: BigInt(effectiveGasPrice),
    fee: BigInt(fee),
    feeToken: BigInt(feeToken),
    hash,
    events: events.map(([address, topics, data]): ProgramEvent => ({ address, topics, data })),
  };
}

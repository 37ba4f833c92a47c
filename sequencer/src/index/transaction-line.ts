import { type ProgramEvent, type ProgramReceipt, toHex } from '@metachain/program';
import type { Hex } from 'viem';
import type { SealedTransaction } from '../chain/chain.types.js';

/** What the place of a transaction in its block adds to it. */
export interface LinePlace {
  /** Number of its first log inside the block. */
  readonly firstLog: number;
  /** Gas used by the block up to and with it. */
  readonly cumulativeGas: number;
}

/** A transaction with its receipt as the index holds it. */
export interface IndexedTransaction extends LinePlace {
  readonly blockNumber: number;
  readonly position: number;
  /** The hash clients know: of a deposit the op-stack one, else the receipt's. */
  readonly hash: Hex;
  readonly kind: ProgramReceipt['kind'];
  readonly sender: Hex;
  readonly lane: number;
  /** Nonce of an Ethereum transaction, sequence of a packed one. */
  readonly sequence: number;
  /** Wire bytes as hex. */
  readonly wire: Hex;
  readonly receipt: IndexedReceipt;
}

/** Receipt without what the transaction says already. `hash` is the rules' own, also for deposits. */
export type IndexedReceipt = Omit<ProgramReceipt, 'kind' | 'sender' | 'nonce' | 'lane'>;

/** Fields of a line in their order, which is never changed. Arrays keep a line short. */
type Line = [
  hash: Hex,
  kind: ProgramReceipt['kind'],
  sender: Hex,
  lane: number,
  sequence: number,
  firstLog: number,
  cumulativeGas: number,
  wire: Hex,
  status: 'ok' | 'failed',
  operations: number,
  code: number,
  gasUsed: string,
  l1Gas: string,
  effectiveGasPrice: string,
  fee: string,
  feeToken: string,
  receiptHash: Hex,
  events: [address: Hex, topics: Hex[], data: Hex][],
];

/** JSON of a transaction, one line. Put together by hand: nothing in it needs escaping, and this runs for every transaction. */
export function writeLine({ wire, receipt, alias }: SealedTransaction, { firstLog, cumulativeGas }: LinePlace): string {
  const {
    hash,
    kind,
    sender,
    lane,
    nonce,
    status,
    operations,
    code,
    gasUsed,
    l1Gas,
    effectiveGasPrice,
    fee,
    feeToken,
  } = receipt;
  const identity = `"${alias ?? hash}","${kind}","${sender}",${lane},${nonce},${firstLog},${cumulativeGas},"${toHex(wire)}"`;
  const outcome = `"${status}",${operations},${code},"${gasUsed}","${l1Gas}","${effectiveGasPrice}","${fee}","${feeToken}","${hash}"`;
  return `[${identity},${outcome},[${receipt.events.map(eventJson).join(',')}]]`;
}

const eventJson = ({ address, topics, data }: ProgramEvent): string =>
  `["${address}",[${topics.length === 0 ? '' : `"${topics.join('","')}"`}],"${data}"]`;

/** Inverse of writeLine. */
export function readLine(line: string, blockNumber: number, position: number): IndexedTransaction {
  const [hash, kind, sender, lane, sequence, firstLog, cumulativeGas, wire, ...outcome] = JSON.parse(line) as Line;
  const [status, operations, code, gasUsed, l1Gas, effectiveGasPrice, fee, feeToken, receiptHash, events] = outcome;
  const receipt: IndexedReceipt = {
    status,
    operations,
    code,
    gasUsed: BigInt(gasUsed),
    l1Gas: BigInt(l1Gas),
    effectiveGasPrice: BigInt(effectiveGasPrice),
    fee: BigInt(fee),
    feeToken: BigInt(feeToken),
    hash: receiptHash,
    events: events.map(([address, topics, data]) => ({ address, topics, data })),
  };
  return { blockNumber, position, hash, kind, sender, lane, sequence, firstLog, cumulativeGas, wire, receipt };
}

import { amountBytes } from './amount.js';
import { type FieldKind, shapeOfCode } from './operations.js';

export const SIGNATURE_BYTES = 64;
export const FULL_DEADLINE_BYTES = 5;
/** Bits of the tag (docs/spec/transactions.md). `direction` of a single swap; without one it says that a count of operations follows. */
export const tagBits = { swap: 0x20, direction: 0x10, lane: 0x02, fullDeadline: 0x01 } as const;

type End = (bytes: Uint8Array, at: number) => number;

const varintEnd: End = (bytes, at) => {
  let end = at;
  while (bytes[end]! >= 128) end++;
  return end + 1;
};

const amountEnd: End = (bytes, at) => at + amountBytes(bytes[at]!);

const poolsEnd: End = (bytes, at) => {
  let end = at + 1;
  for (let pool = bytes[at]!; pool > 0 && end < bytes.length; pool--) end = varintEnd(bytes, end);
  return end;
};

const fieldEnd: Record<FieldKind, End> = {
  token: varintEnd,
  pool: varintEnd,
  pools: poolsEnd,
  account: (_bytes, at) => at + 20,
  direction: (_bytes, at) => at + 1,
  amount: amountEnd,
};

/** An unknown operation has no end: it lies behind all bytes. */
const operationEnd: End = (bytes, at) => {
  const shape = shapeOfCode(bytes[at]!);
  if (shape === undefined) return bytes.length + 1;
  let end = at + 1;
  for (const { kind } of shape.fields) end = fieldEnd[kind](bytes, end);
  return end;
};

const operationsEnd = (bytes: Uint8Array, at: number, tag: number): number => {
  if ((tag & tagBits.swap) !== 0) return amountEnd(bytes, amountEnd(bytes, varintEnd(bytes, at)));
  if ((tag & tagBits.direction) === 0) return operationEnd(bytes, at);
  let end = at + 1;
  for (let count = bytes[at]!; count > 0 && end < bytes.length; count--) end = operationEnd(bytes, end);
  return end;
};

/**
 * Where the packed transaction that starts at `at` ends; beyond the bytes when it is cut off. Many times faster than reading it, and
 * right for whatever `readPacked` accepts; of other bytes the answer means nothing.
 */
export const packedEnd = (bytes: Uint8Array, at: number): number => {
  const tag = bytes[at]!;
  let end = at + 1;
  if ((tag & tagBits.lane) !== 0) end = varintEnd(bytes, end);
  end = varintEnd(bytes, end);
  end += (tag & tagBits.fullDeadline) !== 0 ? FULL_DEADLINE_BYTES : 1;
  return operationsEnd(bytes, end + 1, tag) + SIGNATURE_BYTES;
};

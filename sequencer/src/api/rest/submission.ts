import { encodePacked, entryOf, isDeadlineReadable, type Operation, operationShapes, toHex } from '@metachain/program';
import { type Hex, hexToBytes } from 'viem';
import type { Envelope } from '../json-rpc/transaction-gateway.js';
import { AMOUNT, ADDRESS } from './dto/common.dto.js';
import type { PackedTransactionDto, SubmitDto } from './dto/transaction.dto.js';
import { invalidRequest } from './rest.errors.js';

const ETHEREUM_TAG = 0x01;

/** Bytes to submit and how they are wrapped. */
export interface Submission {
  readonly raw: Hex;
  readonly envelope: Envelope;
}

/** Reads a request. Fails with request/invalid, or a codec error for values without an encoding. `now` in seconds. */
export function readSubmission({ wire, transaction, signature }: SubmitDto, now: number): Submission {
  if (wire !== undefined) {
    if (transaction || signature) throw invalidRequest('give either wire, or transaction and signature');
    const bytes = hexToBytes(wire as Hex);
    const packed = bytes[0]! >= 0x80 && entryOf(bytes)[0] !== ETHEREUM_TAG;
    return { raw: wire as Hex, envelope: packed ? 'packed' : 'ethereum' };
  }
  if (!transaction || !signature) throw invalidRequest('give either wire, or transaction and signature');
  return { raw: toHex(encode(transaction, signature as Hex, now)), envelope: 'packed' };
}

function encode(transaction: PackedTransactionDto, signature: Hex, now: number): Uint8Array {
  const { lane, sequence, deadline, feeToken, maxFee, operations } = transaction;
  const numbers = { lane, sequence: BigInt(sequence), deadline: BigInt(deadline), maxFee: BigInt(maxFee) };
  if (!isDeadlineReadable(numbers.deadline, BigInt(now)))
    throw invalidRequest('a deadline this far from now must not be a multiple of 64 s', { deadline });
  return encodePacked({ ...numbers, feeToken, operations: operations.map(readOperation) }, signature);
}

/** An operation by its EIP-712 type: exactly the fields of that type, addresses as hex, amounts as decimals. */
function readOperation(input: Record<string, unknown>, position: number): Operation {
  const shape = operationShapes.find(({ type }) => type === input.type);
  if (!shape)
    throw invalidRequest(`operation ${position}: unknown type`, { known: operationShapes.map(({ type }) => type) });
  const surplus = Object.keys(input).filter(
    (name) => name !== 'type' && !shape.fields.some((field) => field.name === name),
  );
  if (surplus.length > 0)
    throw invalidRequest(`operation ${position}: unknown fields ${surplus.slice(0, 5).join(', ')}`);
  const fields = shape.fields.map(({ name, kind }) => [
    name,
    readField(kind, Object.hasOwn(input, name) ? input[name] : undefined, `operation ${position}: ${name}`),
  ]);
  return { type: shape.type, ...Object.fromEntries(fields) } as Operation;
}

type FieldKind = (typeof operationShapes)[number]['fields'][number]['kind'];

function readField(kind: FieldKind, value: unknown, place: string): unknown {
  switch (kind) {
    case 'direction':
      if (typeof value !== 'boolean') throw invalidRequest(`${place} must be true or false`);
      return value;
    case 'amount':
      if (typeof value !== 'string' || !AMOUNT.test(value))
        throw invalidRequest(`${place} must be an unsigned decimal as text`);
      return BigInt(value);
    case 'pools':
      if (!Array.isArray(value) || value.length > 3)
        throw invalidRequest(`${place} must be a list of two or three pools`);
      return value.map((entry) => readField('pool', entry, place));
    default:
      if (typeof value !== 'string' || !ADDRESS.test(value)) throw invalidRequest(`${place} must be an address`);
      return value.toLowerCase();
  }
}

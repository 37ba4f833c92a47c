import type { Address, Hex } from 'viem';
import { z } from 'zod';

/** Hex digits of the largest data argument: a transaction is at most 16 KiB, a call's data no more. */
const MAXIMUM_DATA_CHARACTERS = 2 + 2 * 131_072;

const QUANTITY = /^0x(0|[1-9a-f][0-9a-f]{0,63})$/i;
const DATA = /^0x([0-9a-f]{2})*$/i;

/** Unsigned integer of at most 256 bits without leading zeros. */
export const quantity = z
  .string()
  .regex(QUANTITY, 'hex quantity expected: 0x-prefixed, at most 64 digits, no leading zeros')
  .transform((text) => BigInt(text));

/** Quantity that fits a number. */
export const smallQuantity = quantity.refine((value) => value <= 0xffff_ffffn, 'number too large').transform(Number);

/** Index or count that clients also send as a JSON number. */
export const count = z.union([z.int().min(0).max(0xffff_ffff), smallQuantity], 'hex quantity expected');

export const data = z
  .string()
  .max(MAXIMUM_DATA_CHARACTERS, 'data too long')
  .regex(DATA, 'hex data expected: 0x-prefixed with an even number of digits')
  .transform((text) => text.toLowerCase() as Hex);

/** Addresses are accepted in any letter case; a checksum is not enforced. */
export const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/i, 'address expected: 0x and 40 hex digits')
  .transform((text) => text.toLowerCase() as Address);

export const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/i, 'hash expected: 0x and 64 hex digits')
  .transform((text) => text.toLowerCase() as Hex);

/** A storage slot may be written as a quantity or as 32 bytes. */
export const slot = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i, 'storage key expected: 0x and at most 64 hex digits')
  .transform((text) => `0x${text.slice(2).toLowerCase().padStart(64, '0')}` as Hex);

const tag = z.enum(['latest', 'pending', 'earliest', 'safe', 'finalized']);

/** A block as clients name it: tag, number or (EIP-1898) an object. */
export type BlockReference = z.output<typeof tag> | { readonly number: bigint } | { readonly hash: Hex };

const byNumber = quantity.transform((number) => ({ number }));
const object = z.union([
  z.strictObject({ blockNumber: quantity }).transform(({ blockNumber }) => ({ number: blockNumber })),
  z
    .strictObject({ blockHash: hash, requireCanonical: z.boolean().optional() })
    .transform(({ blockHash }) => ({ hash: blockHash })),
]);

export const blockReference: z.ZodType<BlockReference> = z.union(
  [tag, byNumber, object],
  'block expected: latest, pending, earliest, safe, finalized, a hex number or {blockHash}',
);

/** Block parameter that may be left out. */
export const optionalBlock = blockReference.optional().transform((value): BlockReference => value ?? 'latest');

/** Entries of an access list: more do not fit a transaction of 16 KiB. */
const MAXIMUM_ACCESS_ENTRIES = 1_024;

const accessList = z
  .array(z.object({ address, storageKeys: z.array(hash).max(MAXIMUM_ACCESS_ENTRIES) }))
  .max(MAXIMUM_ACCESS_ENTRIES);

/** A message call. An access list costs gas and, like the fee fields, does not change the result. Fee fields are accepted and checked. */
export const callRequest = z.object({
  from: address.nullish(),
  to: address.nullish(),
  gas: quantity.nullish(),
  gasPrice: quantity.nullish(),
  maxFeePerGas: quantity.nullish(),
  maxPriorityFeePerGas: quantity.nullish(),
  value: quantity.nullish(),
  nonce: quantity.nullish(),
  data: data.nullish(),
  input: data.nullish(),
  accessList: accessList.nullish(),
});

export type CallRequest = z.output<typeof callRequest>;

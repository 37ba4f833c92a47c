import { EntitySchema } from 'typeorm';
import { numeric } from './columns.js';
import type { BinaryType } from './transaction-chunk.entity.js';

/** Hashes of a block's transactions. */
export interface TransactionHashes {
  readonly blockNumber: number;
  /** 32 bytes for each transaction: the hash clients know, of a deposit the op-stack one, else the receipt's. */
  readonly hashes: Uint8Array;
}

export const TRANSACTION_HASHES = 'transaction_hashes';

export const HASH_BYTES = 32;

export const transactionHashesEntity = (binary: BinaryType): EntitySchema<TransactionHashes> =>
  new EntitySchema<TransactionHashes>({
    name: TRANSACTION_HASHES,
    columns: {
      blockNumber: { name: 'block_number', type: 'bigint', transformer: numeric, primary: true },
      hashes: { type: binary },
    },
  });

/** Each hash of a block, views into the bytes. */
export const splitHashes = (hashes: Uint8Array): Uint8Array[] =>
  Array.from({ length: hashes.length / HASH_BYTES }, (_, place) =>
    hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
  );

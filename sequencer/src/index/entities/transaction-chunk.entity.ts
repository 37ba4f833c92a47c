import { EntitySchema } from 'typeorm';
import { numeric } from './columns.js';

/** Transactions in one row of the table, so that one is found without reading the others. */
export const CHUNK_SIZE = 32;

/** A run of a block's transactions with their receipts and logs; positions `chunk * 32 ...`. */
export interface TransactionChunk {
  readonly blockNumber: number;
  readonly chunk: number;
  /** One frame for each transaction, see transaction-frame.ts. */
  readonly body: Uint8Array;
}

export const TRANSACTION_CHUNKS = 'transaction_chunks';

/** What a database calls a column of bytes: the one type that SQLite and PostgreSQL do not share. */
export type BinaryType = 'blob' | 'bytea';

export const transactionChunkEntity = (binary: BinaryType): EntitySchema<TransactionChunk> =>
  new EntitySchema<TransactionChunk>({
    name: TRANSACTION_CHUNKS,
    columns: {
      blockNumber: { name: 'block_number', type: 'bigint', transformer: numeric, primary: true },
      chunk: { type: 'integer', primary: true },
      body: { type: binary },
    },
  });

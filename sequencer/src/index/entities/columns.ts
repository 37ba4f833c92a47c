import type { ColumnOptions, ValueTransformer } from 'typeorm';

/** Usable for primary columns too: nothing in the index is nullable. */
type Options = ColumnOptions & { readonly nullable?: false };

/** PostgreSQL returns a bigint as text; every number kept here (heights, seconds, sequences) stays below 2^53. */
export const numeric: ValueTransformer = {
  to: (value: number | undefined) => value,
  from: (value: string | number) => Number(value),
};

/** Integer column of 64 bits that reads as a number. */
export const wholeNumber = (name: string): Options => ({ name, type: 'bigint', transformer: numeric });

/** 32-byte hash as 0x-prefixed lower-case hex. */
export const hash = (name: string): Options => ({ name, type: 'varchar', length: 66 });

/** Address as 0x-prefixed lower-case hex. */
export const address = (name: string): Options => ({ name, type: 'varchar', length: 42 });

/** Unsigned integer of any size as decimal digits: no database here has u128. */
export const amount = (name: string): Options => ({ name, type: 'varchar', length: 80 });

import type { ColumnOptions, ValueTransformer } from 'typeorm';

/** PostgreSQL returns a bigint as text; every number kept here (heights, seconds, sequences) stays below 2^53. */
const numeric: ValueTransformer = {
  to: (value: number | undefined) => value,
  from: (value: string | number) => Number(value),
};

/** Integer column of 64 bits that reads as a number. */
export const wholeNumber = (name: string): ColumnOptions => ({ name, type: 'bigint', transformer: numeric });

/** 32-byte hash as 0x-prefixed lower-case hex. */
export const hash = (name: string): ColumnOptions => ({ name, type: 'varchar', length: 66 });

/** Address as 0x-prefixed lower-case hex. */
export const address = (name: string): ColumnOptions => ({ name, type: 'varchar', length: 42 });

/** Unsigned integer of any size as decimal digits: no database here has u128. */
export const amount = (name: string): ColumnOptions => ({ name, type: 'varchar', length: 80 });

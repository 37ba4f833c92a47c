/** Memory of the core: the first 128 KiB are fixed, the table follows. Addresses in bytes. The first 328 bytes are Keccak's own. */

/** A key and a value that JavaScript hands over or takes back. */
export const KEY: usize = 0x200;
export const VALUE: usize = 0x220;
/** What JavaScript reads: records, room for records, entries of the journal, room for entries; u32 each, then the address of the journal. */
export const SIZES: usize = 0x240;
/** Hash of the input at INPUT. */
export const DIGEST: usize = 0x280;
/** Ends of keys to warm: 32 bytes each, of which the last 20 count. */
export const WARM: usize = 0x400;
export const WARM_CAPACITY: u32 = 16;
/** One guess per aligned place in the program's 256 KiB: the address of a record, u32. */
export const GUESSES: usize = 0x1000;
export const GUESS_MASK: u32 = 8_191;
/** Input of a hash, at most 16,384 bytes and a word. */
export const INPUT: usize = 0xa000;
/** The part of a memo at hand. */
export const WINDOW: usize = 0x10000;
export const WINDOW_CAPACITY: u32 = 0x10000;
/** Records of 64 bytes, key then value; behind them the index, then the journal. */
export const RECORDS: usize = 0x20000;

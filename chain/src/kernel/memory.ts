/**
 * Central memory map: 256 KiB, fixed. Every buffer of the rules has its place here, so two buffers cannot overlap by accident
 * and a reader of a memory proof can tell what a leaf holds. All starts are multiples of 32, as the host demands.
 */

/** Literals and tables emitted by the compiler live from here (`--memoryBase`) to `KERNEL`. */
export const LITERALS: usize = 0x00400;

/** Block context, running totals, call context, key and hash scratch. */
export const KERNEL: usize = 0x08000;
/** Scratch of chain/src/math. */
export const MATH: usize = 0x09000;
/** Log records not yet handed to the host. */
export const LOG: usize = 0x0a000;
export const LOG_CAPACITY: u32 = 4096;

/** Scratch of each module, 4 KiB; bridge has 8 KiB. A module may use only its own. */
export const AUTH: usize = 0x0b000;
export const FEES: usize = 0x0c000;
export const BANK: usize = 0x0d000;
export const TOKEN: usize = 0x0e000;
export const SWAP: usize = 0x0f000;
export const BRIDGE: usize = 0x10000;
/** Scratch of program/assembly, 4 KiB. */
export const PROGRAM: usize = 0x12000;
/** Decoded operations of a packed transaction: 32 records of 128 bytes. */
export const OPERATIONS: usize = 0x13000;
/** Free for later modules: 0x14000 to 0x18000. */

/** Transaction buffer (`buffer(1)`): one entry, or a query request. */
export const TRANSACTION: usize = 0x18000;
export const TRANSACTION_CAPACITY: u32 = 16_448;
/** Return buffer (`buffer(2)`): a 32-byte head, then return data. */
export const RETURN: usize = 0x1d000;
export const RETURN_HEAD: u32 = 32;
export const RETURN_CAPACITY: u32 = 16_384;
/** Bytes to be hashed: raw transactions, signing payloads, EIP-712 type strings. */
export const PREIMAGE: usize = 0x22000;
export const PREIMAGE_CAPACITY: u32 = 16_384;
/** Results of the calls of a multicall while they are collected. */
export const MULTICALL: usize = 0x26000;
export const MULTICALL_CAPACITY: u32 = 16_384;
/** Sliding window over the payload of a batch (`run` only). */
export const WINDOW: usize = 0x2a000;
export const WINDOW_CAPACITY: u32 = 0x8000;
/** One chunk of a block's content while its hash is checked (`run` only): 32 + 16,352 bytes. */
export const CHUNK: usize = 0x32000;
/** Header and data of one delayed message: 9 words + 4,096 bytes. */
export const DELAYED: usize = 0x36000;
export const END: usize = 0x40000;

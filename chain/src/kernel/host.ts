/**
 * The host operations: everything the rules can ask of the machine that runs them (docs/spec/program.md).
 * Pointers are multiples of 32 and the whole range lies in memory, else the machine traps; V8, the stepper and L1 agree on that.
 */

/** Reads the word stored under a 32-byte key into `out`; zero if absent. */
export declare function state_get(key: usize, out: usize): void;
/** Writes a word. Traps in a read-only instance. */
export declare function state_set(key: usize, value: usize): void;
/** Remembers state and log hash. One level: traps if one is open. */
export declare function checkpoint(): void;
/** Returns to the open checkpoint and closes it. */
export declare function rollback(): void;
/** Closes the open checkpoint and keeps what was written. */
export declare function commit(): void;
/** Reads an input word; `index = space << 56 | number << 16 | word`. */
export declare function read_input(index: u64, out: usize): void;
/** Keccak-256 of `length <= 16,384` bytes. */
export declare function keccak(pointer: usize, length: u32, out: usize): void;
/** `digest || v || r || s` -> address left-padded to 32 bytes, or zero. */
export declare function ecrecover(pointer: usize, out: usize): void;
/** Digest of (key, message) pairs -> first byte 1 or 0. */
export declare function bls_verify(pointer: usize, out: usize): void;
/** Appends a record of `length <= 4,096` bytes to the block's log. */
export declare function log(pointer: usize, length: u32): void;

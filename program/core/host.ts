/** What the core and the bridge ask of JavaScript (src/state/state-core.ts, src/engine/bridge.ts). */

/** Makes room for one more record (0) or journal entry (1) by calling `resize`. */
export declare function grow(what: u32): void;
/** Moves the window of the replay to the entry at hand. */
export declare function refill(): void;
/** Keccak-256 within the core's memory. */
export declare function keccak(pointer: usize, length: u32, out: usize): void;
/** Says why an operation is refused; never returns. */
export declare function refuse(reason: u32): void;
/** A recovery that was not recorded, in the program's memory. */
export declare function recover(pointer: usize, out: usize): void;

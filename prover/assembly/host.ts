/** Performs a host operation whose arguments start at `registers`. Returns 0, or 1 to trap. */
export declare function host(operation: u32, registers: usize): u32;

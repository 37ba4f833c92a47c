/** The core as the bridge sees it: see answer.ts, table.ts and replay.ts. */

export declare let answer0: u64;
export declare let answer1: u64;
export declare let answer2: u64;
export declare let answer3: u64;
export declare function get(place: u32, k0: u64, k1: u64, k2: u64, k3: u64): void;
export declare function set(place: u32, k0: u64, k1: u64, k2: u64, k3: u64, v0: u64, v1: u64, v2: u64, v3: u64): usize;
export declare function isNext(head: u32): bool;
export declare function matches(offset: usize, a: u64, b: u64, c: u64, d: u64): bool;
export declare function matchesPart(offset: usize, count: i32, a: u64, b: u64, c: u64, d: u64): bool;
export declare function take(length: u32): void;
export declare function absorb(offset: usize, a: u64, b: u64, c: u64, d: u64): void;
export declare function digest(length: u32): void;

/**
 * Error numbers of the kernel, 1000-1999. A function that can fail returns 0 or one of these; 0 means it was done.
 * 10xx calls and ABI, 11xx arithmetic and addresses, 12xx blocks.
 */

/** Done. */
export const OK: u32 = 0;

/** The address has no code and the call carries data. */
export const ERR_NO_CONTRACT: u32 = 1001;
/** The contract has no function with this selector. */
export const ERR_UNKNOWN_SELECTOR: u32 = 1002;
/** Calldata ends before the arguments do. */
export const ERR_ABI_TRUNCATED: u32 = 1003;
/** An argument has bits set outside its type. */
export const ERR_ABI_DIRTY: u32 = 1004;
/** An offset or length points outside the calldata. */
export const ERR_ABI_OFFSET: u32 = 1005;
/** An array or byte string is longer than this function takes. */
export const ERR_ABI_TOO_LONG: u32 = 1006;
/** An amount is 2^128 or more. */
export const ERR_AMOUNT_RANGE: u32 = 1007;
/** The function changes state and was called in a read-only context. */
export const ERR_READ_ONLY: u32 = 1008;
/** The function takes no ETH. */
export const ERR_NOT_PAYABLE: u32 = 1009;
/** The answer does not fit the return buffer. */
export const ERR_RETURN_TOO_LONG: u32 = 1010;
/** A call inside a multicall failed and was not allowed to. */
export const ERR_MULTICALL_FAILED: u32 = 1011; /** Multicall3 answers in `eth_call` only, and not inside itself. */
export const ERR_QUERY_ONLY: u32 = 1012;

/** A result does not fit its type. */
export const ERR_OVERFLOW: u32 = 1101;
/** Division by zero. */
export const ERR_DIVISION_BY_ZERO: u32 = 1102;
/** The address names no token, pool or module. */
export const ERR_NOT_AN_ENTITY: u32 = 1103;

/** The block would exceed its weight limit. */
export const ERR_BLOCK_FULL: u32 = 1201;
/** The first byte of the entry names no kind of transaction, or the entry is cut short. */
export const ERR_UNDECODABLE: u32 = 1202;
/** The unit that made the message's call trapped: its ether was credited, its call was not made. */
export const ERR_CALL_NOT_MADE: u32 = 1203;

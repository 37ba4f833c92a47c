/** Error numbers of the bank, 3000-3999: 30xx balances, 31xx allowances. */

/** The account holds less than the amount. */
export const ERR_INSUFFICIENT_BALANCE: u32 = 3001;
/** A balance or supply would reach 2^128. */
export const ERR_BALANCE_OVERFLOW: u32 = 3002;
/** The recipient is a system address, from which nothing could be taken back. */
export const ERR_RECIPIENT_FORBIDDEN: u32 = 3003;
/** More is burned than exists: only possible if an invariant is broken. */
export const ERR_SUPPLY_UNDERFLOW: u32 = 3004;
/** The recipient is the zero address. */
export const ERR_RECIPIENT_ZERO: u32 = 3005;

/** The spender may move less than the amount. */
export const ERR_INSUFFICIENT_ALLOWANCE: u32 = 3101;
/** The spender is the zero address. */
export const ERR_SPENDER_ZERO: u32 = 3102;

/** Injection token of the table of all methods. */
export const METHODS = 'RPC_METHODS';

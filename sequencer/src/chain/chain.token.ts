/** Injection token of the one `Chain`. */
export const CHAIN = 'CHAIN';

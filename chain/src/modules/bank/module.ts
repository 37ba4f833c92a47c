/** What the program uses of the bank: ETH of calls and of delayed messages. */
export { balanceOf, mintQuietly, moveBalance } from './keeper';
export { bankReason } from './reasons';

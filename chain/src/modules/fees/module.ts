/** What the program uses of fees: admission, payment, weights and the block hooks. */
export { ERR_INSUFFICIENT_FUNDS } from './errors';
export { checkFunds, checkGas, checkMaximumFee, endFees, measureCharge, payCharge, priceCharge } from './keeper';
export { FEE, charge } from './types';
export { delayedWeight, ethereumWeight, operationWeight, packedBaseWeight } from './weights';
export { beginFees } from './prices';

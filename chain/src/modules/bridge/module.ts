/** What the program dispatches to. */
export { callMessenger } from './messenger';
export { callMessagePasser } from './passer';
export { callStandardBridge } from './standard-bridge';
export { callTokenFactory } from './token-factory';
export { callGasPriceOracle, callL1Block } from './oracle';

/** What the program uses of the bridge: the predeploys it dispatches to, and the packed operation. */
export { callMessenger } from './messenger';
export { callMessagePasser } from './passer';
export { callStandardBridge } from './standard-bridge';
export { callTokenFactory } from './token-factory';
export { callGasPriceOracle, callL1Block } from './oracle';
export { withdraw } from './messages';
export { bridgeReason } from './reasons';

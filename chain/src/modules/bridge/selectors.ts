/** Selectors of the op-stack predeploys (a test recomputes them). */
/** `messenger()` */
export const MESSENGER: u32 = 0x3cb747bf;
/** `otherBridge()` */
export const OTHER_BRIDGE: u32 = 0xc89701a2;
/** `l1TokenBridge()` */
export const L1_TOKEN_BRIDGE: u32 = 0x36c717c1;
/** `paused()` */
export const PAUSED: u32 = 0x5c975abb;
/** `version()` */
export const VERSION: u32 = 0x54fd4d50;
/** `finalizeDeposit(address,address,address,address,uint256,bytes)` */
export const FINALIZE_DEPOSIT: u32 = 0x662a633a;
/** `withdraw(address,uint256,uint32,bytes)` */
export const WITHDRAW: u32 = 0x32b7006d;
/** `withdrawTo(address,address,uint256,uint32,bytes)` */
export const WITHDRAW_TO: u32 = 0xa3a79548;
/** `otherMessenger()` */
export const OTHER_MESSENGER: u32 = 0xdb505d80;
/** `l1CrossDomainMessenger()` */
export const L1_CROSS_DOMAIN_MESSENGER: u32 = 0xa7119869;
/** `messageNonce()` */
export const MESSAGE_NONCE: u32 = 0xecc70428;
/** `xDomainMessageSender()` */
export const X_DOMAIN_MESSAGE_SENDER: u32 = 0x6e296e45;
/** `successfulMessages(bytes32)` */
export const SUCCESSFUL_MESSAGES: u32 = 0xb1b1b209;
/** `failedMessages(bytes32)` */
export const FAILED_MESSAGES: u32 = 0xa4e7f8bd;
/** `sendMessage(address,bytes,uint32)` */
export const SEND_MESSAGE: u32 = 0x3dbb202b;
/** `relayMessage(uint256,address,address,uint256,uint256,bytes)` */
export const RELAY_MESSAGE: u32 = 0xd764ad0b;
/** `baseGas(bytes,uint32)` */
export const BASE_GAS: u32 = 0xb28ade25;
/** `initiateWithdrawal(address,uint256,bytes)` */
export const INITIATE_WITHDRAWAL: u32 = 0xc2b3e5ac;
/** `sentMessages(bytes32)` */
export const SENT_MESSAGES: u32 = 0x82e3702d;
/** `decimals()` */
export const DECIMALS: u32 = 0x313ce567;
/** `baseFee()` */
export const BASE_FEE: u32 = 0x6ef25c3a;
/** `baseFeeScalar()` */
export const BASE_FEE_SCALAR: u32 = 0xc5985918;
/** `blobBaseFee()` */
export const BLOB_BASE_FEE: u32 = 0xf8206140;
/** `blobBaseFeeScalar()` */
export const BLOB_BASE_FEE_SCALAR: u32 = 0x68d5dca6;
/** `gasPrice()` */
export const GAS_PRICE: u32 = 0xfe173b97;
/** `getL1Fee(bytes)` */
export const GET_L1_FEE: u32 = 0x49948e0e;
/** `getL1GasUsed(bytes)` */
export const GET_L1_GAS_USED: u32 = 0xde26c4a1;
/** `isEcotone()` */
export const IS_ECOTONE: u32 = 0x4ef6e224;
/** `isFjord()` */
export const IS_FJORD: u32 = 0x960e3a23;
/** `l1BaseFee()` */
export const L1_BASE_FEE: u32 = 0x519b4bd3;
/** `getL1FeeUpperBound(uint256)` */
export const GET_L1_FEE_UPPER_BOUND: u32 = 0xf1c7a58b;
/** `getOperatorFee(uint256)` */
export const GET_OPERATOR_FEE: u32 = 0x275aedd2;
/** `number()` */
export const NUMBER: u32 = 0x8381f58a;
/** `timestamp()` */
export const TIMESTAMP: u32 = 0xb80777ea;
/** `basefee()` */
export const BASEFEE: u32 = 0x5cf24969;
/** `hash()` */
export const HASH: u32 = 0x09bd5a60;
/** `sequenceNumber()` */
export const SEQUENCE_NUMBER: u32 = 0x64ca23ef;
/** `batcherHash()` */
export const BATCHER_HASH: u32 = 0xe81b2c6d;
/** `MESSENGER()` */
export const MESSENGER_GETTER: u32 = 0x927ede2d;
/** `OTHER_BRIDGE()` */
export const OTHER_BRIDGE_GETTER: u32 = 0x7f46ddb2;
/** `OTHER_MESSENGER()` */
export const OTHER_MESSENGER_GETTER: u32 = 0x9fce812c;
/** `MESSAGE_VERSION()` */
export const MESSAGE_VERSION_GETTER: u32 = 0x3f827a5a;
/** `DECIMALS()` */
export const DECIMALS_GETTER: u32 = 0x2e0f2625;
/** `bridgeERC20(address,address,uint256,uint32,bytes)` */
export const BRIDGE_ERC20: u32 = 0x87087623;
/** `bridgeERC20To(address,address,address,uint256,uint32,bytes)` */
export const BRIDGE_ERC20_TO: u32 = 0x540abf73;
/** `bridgeETH(uint32,bytes)` */
export const BRIDGE_ETH: u32 = 0x09fc8843;
/** `bridgeETHTo(address,uint32,bytes)` */
export const BRIDGE_ETH_TO: u32 = 0xe11013dd;
/** `finalizeBridgeERC20(address,address,address,address,uint256,bytes)` */
export const FINALIZE_BRIDGE_ERC20: u32 = 0x0166a07a;
/** `finalizeBridgeETH(address,address,uint256,bytes)` */
export const FINALIZE_BRIDGE_ETH: u32 = 0x1635f5fd;

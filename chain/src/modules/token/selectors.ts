/** Selectors of the ERC-20 face, the wrapped-ether face and the token factory (a test recomputes them). */
/** `name()` */
export const NAME: u32 = 0x06fdde03;
/** `symbol()` */
export const SYMBOL: u32 = 0x95d89b41;
/** `decimals()` */
export const DECIMALS: u32 = 0x313ce567;
/** `totalSupply()` */
export const TOTAL_SUPPLY: u32 = 0x18160ddd;
/** `balanceOf(address)` */
export const BALANCE_OF: u32 = 0x70a08231;
/** `allowance(address,address)` */
export const ALLOWANCE: u32 = 0xdd62ed3e;
/** `transfer(address,uint256)` */
export const TRANSFER: u32 = 0xa9059cbb;
/** `transferFrom(address,address,uint256)` */
export const TRANSFER_FROM: u32 = 0x23b872dd;
/** `approve(address,uint256)` */
export const APPROVE: u32 = 0x095ea7b3;
/** `l1Token()` */
export const L1_TOKEN: u32 = 0xc01e1bd6;
/** `l2Bridge()` */
export const L2_BRIDGE: u32 = 0xae1f6aaf;
/** `remoteToken()` */
export const REMOTE_TOKEN: u32 = 0xd6c0b2c4;
/** `bridge()` */
export const BRIDGE: u32 = 0xe78cea92;
/** `supportsInterface(bytes4)` */
export const SUPPORTS_INTERFACE: u32 = 0x01ffc9a7;
/** `deposit()` */
export const DEPOSIT: u32 = 0xd0e30db0;
/** `withdraw(uint256)` */
export const WITHDRAW: u32 = 0x2e1a7d4d;
/** `version()` */
export const VERSION: u32 = 0x54fd4d50;
/** `createOptimismMintableERC20(address,string,string)` */
export const CREATE_MINTABLE_TOKEN: u32 = 0xce5ac90f;
/** `createOptimismMintableERC20WithDecimals(address,string,string,uint8)` */
export const CREATE_MINTABLE_TOKEN_WITH_DECIMALS: u32 = 0x8cf0629c;
/** `createStandardL2Token(address,string,string)` */
export const CREATE_STANDARD_L2_TOKEN: u32 = 0x896f93d1;
/** `REMOTE_TOKEN()` */
export const REMOTE_TOKEN_GETTER: u32 = 0x033964be;
/** `BRIDGE()` */
export const BRIDGE_GETTER: u32 = 0xee9a31a2;

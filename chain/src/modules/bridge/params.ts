/** Constants of the bridge, those of the op-stack's messengers where it has them. */

/** Version of withdrawals and messages, in the top 16 bits of their nonces. */
export const MESSAGE_VERSION: u64 = 1;

/** Longest data of a withdrawal: its event fits one log record. */
export const MAXIMUM_WITHDRAWAL_BYTES: u32 = 3776;
/** Longest message of the messenger, and longest extra data of the standard bridge: what is left of that after the wrapping. */
export const MAXIMUM_MESSAGE_BYTES: u32 = 3520;
export const MAXIMUM_EXTRA_BYTES: u32 = 3264;
/** Longest message from L1: delayed messages carry at most 4,096 bytes of data. */
export const MAXIMUM_RELAYED_BYTES: u32 = 3868;

/** Gas on L1 of a withdrawal made by plain transfer to the message passer, or by the packed operation for ETH. */
export const PLAIN_WITHDRAWAL_GAS: u64 = 100_000;
/** Minimum gas on L1 of a token withdrawal made by plain transfer to the standard bridge, or by the packed operation. */
export const PLAIN_BRIDGE_GAS: u64 = 200_000;

/** Parts of `baseGas`. */
export const RELAY_CONSTANT_OVERHEAD: u64 = 200_000;
export const MINIMUM_GAS_DYNAMIC_NUMERATOR: u64 = 64;
export const MINIMUM_GAS_DYNAMIC_DENOMINATOR: u64 = 63;
export const MINIMUM_GAS_CALLDATA_OVERHEAD: u64 = 16;
export const RELAY_CALL_OVERHEAD: u64 = 40_000;
export const RELAY_RESERVED_GAS: u64 = 40_000;
export const RELAY_GAS_CHECK_BUFFER: u64 = 5_000;

/** Bytes that signing adds to an unsigned Ethereum transaction (r, s, v with their heads) and the entry's own head. */
export const SIGNED_ENTRY_BYTES: u64 = 70;
/** L1 gas that the oracle's `getL1GasUsed` reports per byte, as calldata of non-zero bytes. */
export const L1_GAS_PER_BYTE: u64 = 16;

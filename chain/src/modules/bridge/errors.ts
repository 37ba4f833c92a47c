/** Error numbers of the bridge, 7000-7999: 70xx withdrawals, 71xx messages from L1, 72xx standard bridge. */

/** The data of a withdrawal is longer than MAXIMUM_WITHDRAWAL_BYTES. */
export const ERR_WITHDRAWAL_TOO_LONG: u32 = 7001;
/** A gas limit does not fit its type. */
export const ERR_GAS_LIMIT_RANGE: u32 = 7002;
/** The recipient on L1 is the zero address. */
export const ERR_L1_RECIPIENT_ZERO: u32 = 7003;
/** The amount is zero. */
export const ERR_WITHDRAWAL_ZERO: u32 = 7004;

/** Only messages of version 1 are relayed. */
export const ERR_MESSAGE_VERSION: u32 = 7101;
/** The message was relayed before. */
export const ERR_MESSAGE_RELAYED: u32 = 7102;
/** Only a failed message may be relayed by others than the L1 messenger. */
export const ERR_MESSAGE_NOT_FAILED: u32 = 7103;
/** The value sent along differs from the message's. */
export const ERR_MESSAGE_VALUE: u32 = 7104;
/** The messenger and the message passer may not be called by a message. */
export const ERR_UNSAFE_TARGET: u32 = 7105;
/** No message is being relayed. */
export const ERR_NO_SENDER: u32 = 7106;
/** The target of a message is a system address that takes none. */
export const ERR_TARGET_TAKES_NO_MESSAGE: u32 = 7107;

/** Only the messenger, for the bridge on L1, may finalise a deposit. */
export const ERR_NOT_OTHER_BRIDGE: u32 = 7201;
/** The token is not one that stands for this L1 token. */
export const ERR_TOKEN_PAIR: u32 = 7202;
/** The ETH sent along differs from the amount. */
export const ERR_ETHER_AMOUNT: u32 = 7203;
/** The token exists on this chain alone. */
export const ERR_TOKEN_NOT_BRIDGED: u32 = 7204;

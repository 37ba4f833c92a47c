import * as errors from './errors';

function messageReason(code: u32): string {
  switch (code) {
    case errors.ERR_MESSAGE_VERSION:
      return 'CrossDomainMessenger: only version 1 messages are supported';
    case errors.ERR_MESSAGE_RELAYED:
      return 'CrossDomainMessenger: message has already been relayed';
    case errors.ERR_MESSAGE_NOT_FAILED:
      return 'CrossDomainMessenger: message cannot be replayed';
    case errors.ERR_MESSAGE_VALUE:
      return 'CrossDomainMessenger: value differs from the message';
    case errors.ERR_UNSAFE_TARGET:
      return 'CrossDomainMessenger: cannot send message to blocked system address';
    case errors.ERR_NO_SENDER:
      return 'CrossDomainMessenger: xDomainMessageSender is not set';
    case errors.ERR_TARGET_TAKES_NO_MESSAGE:
      return 'CrossDomainMessenger: target takes no message';
    default:
      return '';
  }
}

/** What an error of the bridge means, for revert reasons; empty when unknown. */
export function bridgeReason(code: u32): string {
  if (code >= 7100 && code < 7200) return messageReason(code);
  switch (code) {
    case errors.ERR_WITHDRAWAL_TOO_LONG:
      return 'withdrawal data too long';
    case errors.ERR_GAS_LIMIT_RANGE:
      return 'gas limit out of range';
    case errors.ERR_L1_RECIPIENT_ZERO:
      return 'recipient is the zero address';
    case errors.ERR_WITHDRAWAL_ZERO:
      return 'amount is zero';
    case errors.ERR_NOT_OTHER_BRIDGE:
      return 'StandardBridge: function can only be called from the other bridge';
    case errors.ERR_TOKEN_PAIR:
      return 'StandardBridge: wrong remote token for Optimism Mintable ERC20 local token';
    case errors.ERR_ETHER_AMOUNT:
      return 'StandardBridge: value differs from the amount';
    case errors.ERR_TOKEN_NOT_BRIDGED:
      return 'StandardBridge: token exists on this chain alone';
    default:
      return '';
  }
}

import { BRIDGE } from '../../kernel/memory';

/** Addresses, state words and the encoding buffer of the bridge. */

/** Next nonces, without their version. */
@unmanaged
export class NoncesWord {
  messenger: u64;
  passer: u64;
  unused0: u64;
  unused1: u64;
}

/** Flags of a message from L1. */
export const RELAYED: u8 = 1;
export const FAILED: u8 = 2;

export const NONCES_WORD: usize = BRIDGE + 0x100;
export const FLAGS_WORD: usize = BRIDGE + 0x120;
/** An L1 contract's address, left-padded. */
export const L1_WORD: usize = BRIDGE + 0x140;
export const L1_ADDRESS: usize = L1_WORD + 12;
/** Hash of the withdrawal or message at hand. */
export const HASH: usize = BRIDGE + 0x160;
export const FLAG: usize = BRIDGE + 0x180;

/**
 * A withdrawal as it is hashed: `abi.encode(nonce, sender, target, value, gasLimit, data)`. Its data starts at WITHDRAWAL_DATA; a
 * message of the messenger inside that data at MESSAGE; extra data of the standard bridge inside that message at EXTRA. So all three
 * layers are written in place.
 */
export const WITHDRAWAL: usize = BRIDGE + 0x400;
export const WITHDRAWAL_DATA: usize = WITHDRAWAL + 7 * 32;
export const MESSAGE: usize = WITHDRAWAL_DATA + 4 + 7 * 32;
export const EXTRA: usize = MESSAGE + 4 + 7 * 32;

export const MESSENGER_ADDRESS: usize = memory.data<u8>(
  [0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
  32,
);
export const BRIDGE_ADDRESS: usize = memory.data<u8>(
  [0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10],
  32,
);
export const TOKEN_FACTORY_ADDRESS: usize = memory.data<u8>(
  [0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12],
  32,
);
export const PASSER_ADDRESS: usize = memory.data<u8>(
  [0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16],
  32,
);
/** The op-stack's name of ETH in calls of the standard bridge. */
export const LEGACY_ETHER: usize = memory.data<u8>(
  [0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0, 0],
  32,
);

export function noncesWord(): NoncesWord {
  return changetype<NoncesWord>(NONCES_WORD);
}

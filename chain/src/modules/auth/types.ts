import { AUTH } from '../../kernel/memory';

/** What a decoder leaves about the transaction at hand. Lives in the scratch of auth until the transaction ends. */
@unmanaged
export class Transaction {
  /** 1 Ethereum, 2 packed, 3 delayed message: as in the receipt record. */
  kind: u32;
  /** Bytes of the entry on the wire, tag included: what it costs on L1. */
  bytes: u32;
  /** Nonce of the account, or sequence of the lane. */
  nonce: u64;
  lane: u32;
  operations: u32;
  /** Ethereum: gas limit. */
  gasLimit: u64;
  /** Packed: seconds. */
  deadline: u64;
  /** Packed: token reference in which the fee is paid, and its limit in base units. */
  feeToken: u64;
  maximumFee: u64;
  /** Ethereum: calldata. */
  data: u32;
  dataLength: u32;
  /** Ethereum: addresses and keys of the access list. */
  accessAddresses: u32;
  accessKeys: u32;
}

const TRANSACTION_RECORD: usize = AUTH;
/** Transaction hash, 32 bytes. */
export const TRANSACTION_HASH: usize = AUTH + 0x80;
/** Sender: 12 zero bytes, then the address. Directly behind the hash, which for a packed transaction is made of `digest || sender word`. */
export const SENDER_WORD: usize = AUTH + 0xa0;
export const SENDER: usize = AUTH + 0xac;
/** Ethereum: recipient address. */
export const RECIPIENT: usize = AUTH + 0xc0;
/** Ethereum: value, maximum fee and priority fee per gas as u256. */
export const VALUE: usize = AUTH + 0xe0;
export const MAXIMUM_PRICE: usize = AUTH + 0x100;
export const PRIORITY_PRICE: usize = AUTH + 0x120;
/** `digest || v || r || s` for the host. */
export const RECOVERY: usize = AUTH + 0x140;
export const RECOVERY_V: usize = AUTH + 0x160;
export const RECOVERY_R: usize = AUTH + 0x180;
export const RECOVERY_S: usize = AUTH + 0x1a0;
/** Key and word of the sender's account. */
export const ACCOUNT_KEY: usize = AUTH + 0x1c0;
export const ACCOUNT_WORD: usize = AUTH + 0x1e0;
/** Scratch of the decoders, 0x200 bytes. */
export const DECODE: usize = AUTH + 0x200;
/** Structs being hashed: at most 38 words. */
export const STRUCT: usize = AUTH + 0x400;
/** One operation's struct: at most 8 words. */
export const OPERATION_STRUCT: usize = AUTH + 0x900;

/** The transaction at hand. */
export function transaction(): Transaction {
  return changetype<Transaction>(TRANSACTION_RECORD);
}

export const KIND_ETHEREUM: u32 = 1;
export const KIND_PACKED: u32 = 2;
export const KIND_DELAYED: u32 = 3;

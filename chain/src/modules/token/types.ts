import { TOKEN } from '../../kernel/memory';

/** A registered token. Name and symbol follow in words of their own. */
@unmanaged
export class TokenWord {
  /** 1 when the token exists. */
  exists: u8;
  decimals: u8;
  /** Bytes. */
  nameLength: u8;
  symbolLength: u8;
  unused0: u32;
  unused1: u32;
  /** L1 token address, 20 bytes; all zero for tokens of this chain alone. */
  l1Token0: u32;
  l1Token1: u64;
  l1Token2: u64;
}

export const TOKEN_WORD: usize = TOKEN + 0x100;
/** L1 token address inside TOKEN_WORD. */
export const TOKEN_WORD_L1_TOKEN: usize = TOKEN_WORD + 12;
export const COUNT_WORD: usize = TOKEN + 0x120;
/** Name, two words, and symbol. */
export const NAME_WORDS: usize = TOKEN + 0x140;
export const SYMBOL_WORD: usize = TOKEN + 0x180;
export const L1_TOKEN_WORD: usize = TOKEN + 0x1a0;

export function tokenWord(): TokenWord {
  return changetype<TokenWord>(TOKEN_WORD);
}

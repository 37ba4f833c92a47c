/**
 * Answers of `keccak` and `ecrecover` recorded while a signature worker prepared a transaction, replayed when the engine applies it.
 *
 * Entries of 32-bit words: `kind << 16 | length in bytes`, the input padded to whole words, the 32-byte answer. Plain typed array, so it
 * can be transferred between threads.
 */
export type Memo = Int32Array;

export const memoKinds = { keccak: 1, ecrecover: 2 } as const;

const ANSWER_WORDS = 8;
const lastMask = (length: number): number => ((length & 3) === 0 ? -1 : (1 << ((length & 3) * 8)) - 1);

/** Collects entries. */
export class MemoRecorder {
  private words = new Int32Array(1_024);
  private length = 0;

  reset(): void {
    this.length = 0;
  }

  /** Takes what is asked: `length` bytes from word `input` of the memory. Before the operation, which may write its answer there. */
  ask(kind: number, memory: Int32Array, input: number, length: number): void {
    const size = (length + 3) >> 2;
    this.reserve(1 + size + ANSWER_WORDS);
    const { words } = this;
    const start = this.length + 1;
    words[this.length] = (kind << 16) | length;
    for (let word = 0; word < size; word++) words[start + word] = memory[input + word]!;
    if (size > length >> 2) words[start + size - 1]! &= lastMask(length);
    this.length = start + size;
  }

  /** Takes the answer, which stands at word `out` of the memory. */
  answered(memory: Int32Array, out: number): void {
    const { words, length } = this;
    for (let word = 0; word < ANSWER_WORDS; word++) words[length + word] = memory[out + word]!;
    this.length = length + ANSWER_WORDS;
  }

  finish(): Memo {
    return this.words.slice(0, this.length);
  }

  private reserve(words: number): void {
    if (this.length + words <= this.words.length) return;
    const grown = new Int32Array(Math.max(this.words.length * 2, this.length + words));
    grown.set(this.words);
    this.words = grown;
  }
}

/** Takes memos whose answers are replayed in order. */
export interface MemoReplay {
  /** Takes a memo as words, or as the bytes of one. */
  load(memo: Memo | Uint8Array): void;
  /** Takes the memo that stands in words `from .. to` of a larger array. */
  loadPart(words: Int32Array, from: number, to: number): void;
  /** Forgets what is left. */
  clear(): void;
}

/** Replays entries in order. A call that is not the next entry, byte for byte, is answered by computing it. */
export class MemoReplayer implements MemoReplay {
  private memo: Memo = new Int32Array(0);
  private position = 0;
  private limit = 0;

  load(memo: Memo | Uint8Array): void {
    this.memo = memo instanceof Int32Array ? memo : wordsOf(memo);
    this.position = 0;
    this.limit = this.memo.length;
  }

  loadPart(words: Int32Array, from: number, to: number): void {
    this.memo = words;
    this.position = from;
    this.limit = Math.min(to, words.length);
  }

  clear(): void {
    this.position = this.limit;
  }

  /** Copies the recorded answer to word `out` if the input at word `input` is the next entry's. */
  answer(kind: number, memory: Int32Array, input: number, length: number, out: number): boolean {
    const { memo, position } = this;
    if (position >= this.limit || memo[position] !== ((kind << 16) | length)) return false;
    const words = (length + 3) >> 2;
    const start = position + 1;
    const whole = length >> 2;
    for (let word = 0; word < whole; word++) if (memo[start + word] !== memory[input + word]) return false;
    if (words !== whole && ((memo[start + whole]! ^ memory[input + whole]!) & lastMask(length)) !== 0) return false;
    const from = start + words;
    for (let word = 0; word < ANSWER_WORDS; word++) memory[out + word] = memo[from + word]!;
    this.position = from + ANSWER_WORDS;
    return true;
  }
}

/** Bytes of a memo as words; copied only where they are not aligned. A cut-off rest is dropped. */
export const wordsOf = (bytes: Uint8Array): Memo => {
  const aligned = (bytes.byteOffset & 3) === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
};

/** The recovered key's word and the answer recorded last, as views into the memo. */
export const memoAnswers = (memo: Memo): { recovered: Uint8Array | undefined; last: Uint8Array | undefined } => {
  let [recovered, last] = [-1, -1];
  for (let position = 0; position < memo.length; position = last + ANSWER_WORDS) {
    last = position + 1 + (((memo[position]! & 0xffff) + 3) >> 2);
    if (memo[position]! >>> 16 === memoKinds.ecrecover) recovered = last;
  }
  const view = (word: number) =>
    word < 0 ? undefined : new Uint8Array(memo.buffer, memo.byteOffset + word * 4, ANSWER_WORDS * 4);
  return { recovered: view(recovered), last: view(last) };
};

/** One recorded entry, for the few who look into a memo. */
export interface MemoEntry {
  readonly kind: number;
  readonly input: Uint8Array;
  readonly answer: Uint8Array;
}

export const memoEntries = (memo: Memo): MemoEntry[] => {
  const bytes = new Uint8Array(memo.buffer, memo.byteOffset, memo.byteLength);
  const entries: MemoEntry[] = [];
  for (let position = 0; position < memo.length;) {
    const length = memo[position]! & 0xffff;
    const answer = position + 1 + ((length + 3) >> 2);
    entries.push({
      kind: memo[position]! >>> 16,
      input: bytes.slice((position + 1) * 4, (position + 1) * 4 + length),
      answer: bytes.slice(answer * 4, answer * 4 + 32),
    });
    position = answer + ANSWER_WORDS;
  }
  return entries;
};

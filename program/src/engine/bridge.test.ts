import { beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { zeroAddress, zeroHash } from 'viem';

import { concatBytes, toHex } from '../codec/bytes.js';
import { keccak256 } from '../crypto/keccak.js';
import { genesisHead } from './seal.js';
import { type Command, script, scriptProgram } from '../testing/script-program.js';
import { Engine } from './engine.js';
import type { Memo } from './memo.js';
import { Preparer } from './preparer.js';
import type { ProgramModule } from './wasm.js';

let module: ProgramModule;
beforeAll(async () => {
  module = await scriptProgram();
});

const CHAIN = 7_770;
const [INPUT, KEY, VALUE] = [0x4000, 0x8000, 0x8020];
const context = { timestamp: 9n, delayed: 0n, priceItem: 0n, producer: zeroAddress };

const open = (): Engine => {
  const engine = Engine.fromGenesis(
    { module, chainId: CHAIN },
    { contents: new Uint8Array(), head: genesisHead(zeroHash) },
  );
  engine.begin(context);
  return engine;
};

const keyBytes = (key: number): Uint8Array => Uint8Array.of(key, ...new Uint8Array(31));
/** Writes the input and hashes it. */
const hashing = (words: readonly number[], length: number): Command[] => [
  ...words.map((word, index): Command => ['store', INPUT + index * 4, 0, word]),
  ['keccak', INPUT, length, VALUE],
];
/** The same, and stores the hash under `key`. */
const keeping = (words: readonly number[], length: number, key: number): Uint8Array =>
  script(...hashing(words, length), ['store', KEY, 0, key], ['state_set', KEY, VALUE]);
const bytesOf = (words: readonly number[], length: number): Uint8Array => {
  const bytes = new Uint8Array(Math.max(length, words.length * 4));
  bytes.set(new Uint8Array(Uint32Array.from(words).buffer));
  return bytes.subarray(0, length);
};
/** The memo with the last word of its only answer changed: what is then stored tells whether it was used. */
const marked = (memo: Memo): Memo => {
  const copy = memo.slice();
  copy[copy.length - 1] = 0x12345678;
  return copy;
};
const isMarked = (value: Uint8Array | undefined): boolean => toHex(value!.slice(28)) === '0x78563412';

describe('hot operations without JavaScript', () => {
  it('hash ranges of any length, and take an answer only for the very same bytes', () => {
    const preparer = new Preparer(module, CHAIN);
    const words = fc.array(fc.integer({ min: 1, max: 0xffffffff }), { minLength: 75, maxLength: 75 });
    fc.assert(
      fc.property(words, fc.nat({ max: 300 }), fc.nat(), (list, length, spot) => {
        const engine = open();
        const stored = (): Uint8Array => engine.state.store.read(keyBytes(1))!;
        const memo = marked(preparer.recordMemo(script(...hashing(list, length)), 0n));
        engine.apply(keeping(list, length, 1));
        expect(stored()).toEqual(keccak256(bytesOf(list, length)));
        engine.apply(keeping(list, length, 1), memo);
        expect(isMarked(stored())).toBe(true);
        const at = spot % (list.length * 4);
        const bent = list.map((word, index) => (index === at >> 2 ? (word ^ (1 << ((at & 3) * 8))) >>> 0 : word));
        engine.apply(keeping(bent, length, 1), memo);
        expect(isMarked(stored())).toBe(at >= length);
        if (at < length) expect(stored()).toEqual(keccak256(bytesOf(bent, length)));
      }),
      { numRuns: 60 },
    );
  });

  it('replay a memo that is many times what the core holds at once', () => {
    const preparer = new Preparer(module, CHAIN);
    const lengths = Array.from({ length: 40 }, (_, index) => 16_384 - index);
    const memos = lengths.map((length, key) => marked(preparer.recordMemo(script(...hashing([key + 1], length)), 0n)));
    const whole = concatBytes(...memos.map((memo) => new Uint8Array(memo.buffer, memo.byteOffset, memo.byteLength)));
    const engine = open();
    engine.apply(concatBytes(...lengths.map((length, key) => keeping([key + 1], length, key))), whole);
    for (let key = 0; key < 40; key++) expect(isMarked(engine.state.store.read(keyBytes(key)))).toBe(true);
  });

  it('compute what a cut memo does not hold', () => {
    const memo = marked(new Preparer(module, CHAIN).recordMemo(script(...hashing([7], 40)), 0n));
    for (let length = 0; length < memo.length; length++) {
      const engine = open();
      engine.apply(keeping([7], 40, 1), memo.slice(0, length));
      expect(engine.state.store.read(keyBytes(1))).toEqual(keccak256(bytesOf([7], 40)));
    }
  });
});

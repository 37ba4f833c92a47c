import { PayloadTooLargeError } from '../errors.js';
import { BLOB_BYTES, BLOB_WORDS } from './kzg.js';

/** Payload bytes in a word: byte 0 of a field element stays zero (docs/spec/batch.md). */
export const BYTES_PER_WORD = 31;
/** Payload bytes that fit one blob. */
export const PAYLOAD_BYTES_PER_BLOB = BLOB_WORDS * BYTES_PER_WORD;
/** Largest calldata payload in bytes of words, a limit of the Inbox. */
export const MAX_CALLDATA_BYTES = 102_400;

/** Packs payload bytes into words of 32 bytes whose byte 0 is zero; the last one is padded with zeros. */
export function payloadToWords(payload: Uint8Array): Uint8Array {
  const words = new Uint8Array(Math.ceil(payload.length / BYTES_PER_WORD) * 32);
  for (let from = 0, to = 1; from < payload.length; from += BYTES_PER_WORD, to += 32) {
    words.set(payload.subarray(from, from + BYTES_PER_WORD), to);
  }
  return words;
}

/** Payload bytes of words laid one after another. A word whose byte 0 is not zero ends the payload. */
export function wordsToPayload(words: Uint8Array): Uint8Array {
  const count = Math.floor(words.length / 32);
  const payload = new Uint8Array(count * BYTES_PER_WORD);
  for (let word = 0; word < count; word++) {
    if (words[word * 32] !== 0) return payload.subarray(0, word * BYTES_PER_WORD);
    payload.set(words.subarray(word * 32 + 1, word * 32 + 32), word * BYTES_PER_WORD);
  }
  return payload;
}

/** Splits a payload into blobs. Throws PayloadTooLargeError beyond `maxBlobs` (6 a transaction by default). */
export function payloadToBlobs(payload: Uint8Array, maxBlobs = 6): readonly Uint8Array[] {
  const limit = maxBlobs * PAYLOAD_BYTES_PER_BLOB;
  if (payload.length > limit) throw new PayloadTooLargeError(payload.length, limit);
  const words = payloadToWords(payload);
  return Array.from({ length: Math.max(1, Math.ceil(words.length / BLOB_BYTES)) }, (_, i) => {
    const blob = new Uint8Array(BLOB_BYTES);
    blob.set(words.subarray(i * BLOB_BYTES, (i + 1) * BLOB_BYTES));
    return blob;
  });
}

/** Words of a calldata payload. Throws PayloadTooLargeError beyond the Inbox's limit. */
export function payloadToCalldata(payload: Uint8Array): Uint8Array {
  const words = payloadToWords(payload);
  if (words.length > MAX_CALLDATA_BYTES) throw new PayloadTooLargeError(words.length, MAX_CALLDATA_BYTES);
  return words;
}

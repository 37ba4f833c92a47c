import { CodecError } from '../errors.js';

export const WORD_BYTES = 32;
const PAYLOAD_BYTES_PER_WORD = 31;
export const WORDS_PER_BLOB = 4_096;
export const BLOB_BYTES = WORDS_PER_BLOB * WORD_BYTES;

/** Payload bytes as field elements: byte 0 of each 32-byte word zero, 31 payload bytes after it, the last word zero-padded. */
export const payloadToWords = (payload: Uint8Array): Uint8Array => {
  const count = Math.ceil(payload.length / PAYLOAD_BYTES_PER_WORD);
  const out = new Uint8Array(count * WORD_BYTES);
  for (let index = 0; index < count; index++) {
    const start = index * PAYLOAD_BYTES_PER_WORD;
    out.set(payload.subarray(start, start + PAYLOAD_BYTES_PER_WORD), index * WORD_BYTES + 1);
  }
  return out;
};

/** Inverse of payloadToWords: a word whose byte 0 is not zero ends the payload. Padding stays. Fails: codec/length. */
export const wordsToPayload = (words: Uint8Array): Uint8Array => {
  if (words.length % WORD_BYTES !== 0) throw new CodecError('codec/length', 'no whole number of words');
  const out = new Uint8Array((words.length / WORD_BYTES) * PAYLOAD_BYTES_PER_WORD);
  for (let index = 0; index < words.length / WORD_BYTES; index++) {
    const start = index * WORD_BYTES;
    if (words[start] !== 0) return out.slice(0, index * PAYLOAD_BYTES_PER_WORD);
    out.set(words.subarray(start + 1, start + WORD_BYTES), index * PAYLOAD_BYTES_PER_WORD);
  }
  return out;
};

/** Words laid into blobs of 4,096 words; the last blob is zero-padded. */
export const wordsToBlobs = (words: Uint8Array): Uint8Array[] => {
  const blobs: Uint8Array[] = [];
  for (let offset = 0; offset < words.length; offset += BLOB_BYTES) {
    const blob = new Uint8Array(BLOB_BYTES);
    blob.set(words.subarray(offset, offset + BLOB_BYTES));
    blobs.push(blob);
  }
  return blobs;
};

/** Words of blobs, blob by blob. Fails: codec/length for a blob of another size. */
export const blobsToWords = (blobs: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(blobs.length * BLOB_BYTES);
  blobs.forEach((blob, index) => {
    if (blob.length !== BLOB_BYTES) throw new CodecError('codec/length', `a blob of ${blob.length} bytes`);
    out.set(blob, index * BLOB_BYTES);
  });
  return out;
};

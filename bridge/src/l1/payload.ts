import { BLOB_BYTES, payloadToWords, WORDS_PER_BLOB } from '@metachain/program';

import { PayloadTooLargeError } from '../errors.js';

/** Payload bytes that fit one blob: 31 a word. */
export const PAYLOAD_BYTES_PER_BLOB = WORDS_PER_BLOB * 31;
/** Largest calldata payload in bytes of words, a limit of the Inbox. */
export const MAX_CALLDATA_BYTES = 102_400;

/** Splits a payload into blobs, the last one zero-padded. Throws PayloadTooLargeError beyond `maxBlobs` (6 a transaction by default). */
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

import { describe, expect, it } from '@jest/globals';
import { wordsToPayload } from '@metachain/program';

import { PayloadTooLargeError } from '../errors.js';
import { versionedHashOf } from './kzg.js';
import { MAX_CALLDATA_BYTES, PAYLOAD_BYTES_PER_BLOB, payloadToBlobs, payloadToCalldata } from './payload.js';

describe('payload words', () => {
  it('fills blobs to the last byte and refuses one more', () => {
    const full = new Uint8Array(2 * PAYLOAD_BYTES_PER_BLOB).fill(255);
    const blobs = payloadToBlobs(full, 2);
    expect(blobs).toHaveLength(2);
    expect(wordsToPayload(Buffer.concat(blobs))).toEqual(full);
    expect(() => payloadToBlobs(new Uint8Array(full.length + 1), 2)).toThrow(PayloadTooLargeError);
  });

  it('never makes a blob that is not canonical', () => {
    expect(versionedHashOf(payloadToBlobs(new Uint8Array(500).fill(255))[0]!)).toMatch(/^0x01[0-9a-f]{62}$/);
  });

  it('refuses calldata beyond the limit of the Inbox', () => {
    const most = Math.floor(MAX_CALLDATA_BYTES / 32) * 31;
    expect(payloadToCalldata(new Uint8Array(most)).length).toBeLessThanOrEqual(MAX_CALLDATA_BYTES);
    expect(() => payloadToCalldata(new Uint8Array(most + 1))).toThrow(PayloadTooLargeError);
  });
});

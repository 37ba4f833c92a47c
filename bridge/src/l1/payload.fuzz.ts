import { describe, expect, it } from '@jest/globals';
import { inboxAbi } from '@metachain/contracts';
import { calldataRoot, type ItemHeader, wordsToPayload } from '@metachain/program';
import fc from 'fast-check';
import { bytesToHex, encodeFunctionData, type Hex, zeroHash } from 'viem';

import { MalformedLogError } from '../errors.js';
import { PayloadReader } from './payload-reader.js';
import { payloadToBlobs, payloadToCalldata, PAYLOAD_BYTES_PER_BLOB } from './payload.js';
import type { L1Source } from './source.js';

const runs = Number(process.env.FUZZ_RUNS ?? 300);
const inbox = `0x${'1b'.repeat(20)}` as const;

const payload = fc.uint8Array({ minLength: 1, maxLength: 3_000 });
const callOf = (words: Uint8Array): Hex =>
  encodeFunctionData({
    abi: inboxAbi,
    functionName: 'appendBatch',
    args: [1n, zeroHash, 0n, zeroHash, bytesToHex(words)],
  });

/** What the reader makes of a transaction with this call, for an item that commits to these words. */
async function readWords(input: Hex, words: Uint8Array): Promise<Uint8Array> {
  const source = { size: 1, request: async () => ({ input, to: inbox }), distrust: () => {} } as unknown as L1Source;
  const item = { payloadKind: 'calldata', payloadHash: calldataRoot(words) } as ItemHeader;
  const found = await new PayloadReader(source, inbox).read(zeroHash, item);
  return found.kind === 'calldata' ? found.words() : new Uint8Array();
}

/** The payload, then nothing but the zeros that fill its last word or blob: its decoder ends where the blocks do. */
function expectPadded(found: Uint8Array, bytes: Uint8Array): void {
  expect(Buffer.from(found.subarray(0, bytes.length)).equals(Buffer.from(bytes))).toBe(true);
  expect(found.subarray(bytes.length).every((byte) => byte === 0)).toBe(true);
}

describe('payloads', () => {
  it('come back from calldata as they were', () => {
    fc.assert(
      fc.property(payload, (bytes) => {
        const words = payloadToCalldata(bytes);
        expect(words.length % 32).toBe(0);
        expectPadded(wordsToPayload(words), bytes);
      }),
      { numRuns: runs },
    );
  });

  it('come back from blobs, also around the end of one', () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: PAYLOAD_BYTES_PER_BLOB - 40, max: PAYLOAD_BYTES_PER_BLOB + 40 }),
    );
    fc.assert(
      fc.property(size, fc.integer({ min: 0, max: 255 }), (length, fill) => {
        const bytes = new Uint8Array(length).fill(fill);
        const blobs = payloadToBlobs(bytes);
        expect(blobs).toHaveLength(Math.ceil(length / PAYLOAD_BYTES_PER_BLOB));
        expectPadded(wordsToPayload(Buffer.concat(blobs)), bytes);
      }),
      { numRuns: Math.ceil(runs / 10) },
    );
  });
});

describe('the call of a batch', () => {
  it('gives its words, whatever follows them', async () => {
    await fc.assert(
      fc.asyncProperty(payload, fc.uint8Array({ maxLength: 100 }), async (bytes, tail) => {
        const words = payloadToCalldata(bytes);
        const read = await readWords(`${callOf(words)}${bytesToHex(tail).slice(2)}`, words);
        expect(Buffer.from(read)).toEqual(Buffer.from(words));
      }),
      { numRuns: runs },
    );
  });

  it('gives the committed words or is refused, wherever it was changed or cut', async () => {
    const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        payload,
        position,
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (bytes, share, mask, cut) => {
          const words = payloadToCalldata(bytes);
          const call = Buffer.from(callOf(words).slice(2), 'hex');
          const at = Math.floor(call.length * share);
          const changed = cut ? call.subarray(0, at) : call;
          if (!cut) changed[at]! ^= mask;
          const outcome = await readWords(bytesToHex(changed), words).catch((error: unknown) => error);
          if (outcome instanceof Uint8Array) expect(Buffer.from(outcome)).toEqual(Buffer.from(words));
          else expect(outcome).toBeInstanceOf(MalformedLogError);
        },
      ),
      { numRuns: runs },
    );
  });
});

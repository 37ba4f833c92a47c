import { describe, expect, it } from '@jest/globals';
import {
  createGenesis,
  Engine,
  itemHash,
  itemHeaderWords,
  type ItemHeader,
  loadProgram,
  payloadToWords,
} from '@metachain/program';
import fc from 'fast-check';
import { zeroHash, type Hex } from 'viem';

import { genesisBoundary } from './boundary.js';
import { Replayer } from './replayer.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);
const account: Hex = '0x1111111111111111111111111111111111111112';
const { module } = loadProgram();
const genesis = createGenesis({
  chainId: 7_773,
  timestamp: 1_800_000_000,
  producer: account,
  l1Messenger: account,
  l1StandardBridge: account,
});

const headerOf = (payload: Uint8Array): ItemHeader => ({
  previous: zeroHash,
  poster: account,
  l1BlockNumber: 1n,
  l1Timestamp: 1_800_000_100n,
  l1BaseFee: 1n,
  l1BlobBaseFee: 1n,
  delayedCount: 0n,
  delayedAccumulator: zeroHash,
  payloadKind: payload.length === 0 ? 'none' : 'calldata',
  payloadWords: BigInt(payload.length / 32),
  payloadHash: zeroHash,
});

const replay = (payload: Uint8Array) => {
  const header = headerOf(payload);
  const engine = Engine.fromGenesis({ module, chainId: genesis.config.chainId }, genesis);
  const inputs = { items: [{ words: itemHeaderWords(header) }], messages: [] };
  const item = { index: 0n, accumulator: itemHash(header) };
  return new Replayer(engine, genesisBoundary(genesis.stateRoot, genesis.hash), inputs).replay(item as never, payload);
};

/** Bytes that get past the first checks more often than plain noise: a version, a marker, a parent that fits, noise behind. */
const almostBlocks = fc
  .tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(0, 1, 9), fc.boolean(), fc.uint8Array({ maxLength: 2_000 }))
  .map(([version, marker, fits, rest]) => {
    const parent = fits ? Buffer.from(genesis.hash.slice(2), 'hex') : Buffer.alloc(32, 7);
    return payloadToWords(Uint8Array.from([version, marker, ...parent, ...rest]));
  });
const anyWords = fc.uint8Array({ maxLength: 3_200 }).map((bytes) => bytes.slice(0, bytes.length - (bytes.length % 32)));

describe('a payload that nobody signed', () => {
  it('ends after one unit and leaves the state as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(almostBlocks, anyWords), async (payload) => {
        const { units, blocks, boundary } = await replay(payload);
        expect([units, blocks]).toEqual([1, 0]);
        expect(boundary).toMatchObject({
          item: 1n,
          stateRoot: genesis.stateRoot,
          headerHash: genesis.hash,
          blockNumber: 0n,
        });
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concat, encodeAbiParameters, keccak256 as viemKeccak, parseAbiParameters, toHex as viemHex } from 'viem';

import {
  balanceKey,
  entityOf,
  poolAddress,
  referenceAddress,
  systemAddresses,
  tokenAddress,
  tokenReference,
} from './address.js';
import {
  compactSignature,
  contentHash,
  decodeBlock,
  decodePayload,
  encodeBlock,
  encodePayload,
  producerDigest,
} from './block.js';
import { toHex } from './bytes.js';
import { delayedHash, delayedSourceHash, delayedWords, nextAccumulator } from './delayed.js';
import { calldataRoot, itemHash, itemHeaderWords } from './item.js';
import { parseRecords } from './records.js';
import { outputRoot, tupleHash } from './tuple.js';
import { nodesToProof, proofToNodes, withdrawalHash, withdrawalKey, withdrawalSlot } from './withdrawal.js';
import { blobsToWords, payloadToWords, wordsToBlobs, wordsToPayload } from './words.js';

const hash = (byte: string) => `0x${byte.repeat(32)}` as const;
const address = `0x${'ab'.repeat(20)}` as const;

describe('addresses', () => {
  it('compute and read entities', () => {
    expect(tokenAddress(1)).toBe(`0x4d45544101${'00'.repeat(11)}00000001`);
    expect(entityOf(poolAddress(77))).toEqual({ kind: 2, index: 77 });
    expect(entityOf(address)).toBeUndefined();
    expect(referenceAddress(tokenReference(poolAddress(9)))).toBe(poolAddress(9));
    expect(() => tokenReference(systemAddresses.router)).toThrow('no token');
  });

  it('place a balance under its key', () => {
    expect(toHex(balanceKey(tokenAddress(2), address))).toBe(`0x030100000200000001000000${'ab'.repeat(20)}`);
  });
});

describe('words and blobs', () => {
  it('carry any payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (payload) => {
        const words = payloadToWords(payload);
        const back = wordsToPayload(words);
        expect(Buffer.from(back.subarray(0, payload.length))).toEqual(Buffer.from(payload));
        expect(back.subarray(payload.length).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });

  it('fill blobs of 4,096 words', () => {
    const words = payloadToWords(new Uint8Array(31 * 4_097).fill(7));
    const blobs = wordsToBlobs(words);
    expect(blobs.map((blob) => blob.length)).toEqual([131_072, 131_072]);
    expect(Buffer.from(blobsToWords(blobs).subarray(0, words.length))).toEqual(Buffer.from(words));
  });

  it('end the payload at a word with a first byte', () => {
    const words = payloadToWords(new Uint8Array(62).fill(1));
    words[32] = 1;
    expect(wordsToPayload(words).length).toBe(31);
  });
});

describe('blocks', () => {
  const head = { parent: hash('01'), timestamp: 1_800_000_000n, delayed: 2n, priceItem: 3n };
  const content = new Uint8Array(20_000).fill(5);

  it('read back as written, alone and in a payload', () => {
    const block = encodeBlock({ ...head, signature: `0x${'33'.repeat(64)}`, content });
    expect(decodeBlock(block)).toEqual({
      ...head,
      content,
      contentHash: contentHash(content),
      signature: `0x${'33'.repeat(64)}`,
    });
    const payload = new Uint8Array([...encodePayload([block, block]), 0, 0]);
    expect(decodePayload(payload)).toHaveLength(2);
    block[block.length - 1]! ^= 1;
    expect(() => decodeBlock(block)).toThrow('does not have its hash');
  });

  it('hash content in chunks and sign numbers as words', () => {
    const first = viemKeccak(concat([hash('00'), toHex(content.subarray(0, 16_352))]));
    expect(contentHash(content)).toBe(viemKeccak(concat([first, toHex(content.subarray(16_352))])));
    expect(contentHash(new Uint8Array())).toBe(hash('00'));
    const separator = viemKeccak(
      encodeAbiParameters(parseAbiParameters('bytes32, bytes32, bytes32, uint256'), [
        viemKeccak(viemHex('EIP712Domain(string name,string version,uint256 chainId)')),
        viemKeccak(viemHex('MetaChain')),
        viemKeccak(viemHex('1')),
        5n,
      ]),
    );
    const digest = viemKeccak(
      encodeAbiParameters(parseAbiParameters('bytes32, bytes32, uint256, uint256, uint256, bytes32'), [
        separator,
        head.parent,
        head.timestamp,
        head.delayed,
        head.priceItem,
        contentHash(content),
      ]),
    );
    expect(producerDigest(5, { ...head, contentHash: contentHash(content) })).toBe(digest);
  });

  it('compact a signature', () => {
    expect(compactSignature(`0x${'11'.repeat(64)}1c`)).toBe(`0x${'11'.repeat(32)}91${'11'.repeat(31)}`);
  });
});

describe('items and delayed messages', () => {
  const message = {
    sender: address,
    to: address,
    mint: 1n,
    value: 2n,
    gasLimit: 3n,
    l1BlockNumber: 4n,
    l1Timestamp: 5n,
    sourceHash: delayedSourceHash(6n),
    data: '0x1234' as const,
  };

  it('hash as the contracts do', () => {
    const words = delayedWords(message);
    expect(words.length).toBe(10 * 32);
    expect(delayedHash(message)).toBe(viemKeccak(concat([toHex(words.subarray(0, 9 * 32)), viemKeccak('0x1234')])));
    expect(nextAccumulator(hash('00'), message)).toBe(viemKeccak(concat([hash('00'), delayedHash(message)])));
    const item = {
      previous: hash('00'),
      poster: address,
      l1BlockNumber: 1n,
      l1Timestamp: 2n,
      l1BaseFee: 3n,
      l1BlobBaseFee: 4n,
      delayedCount: 5n,
      delayedAccumulator: hash('06'),
      payloadKind: 'calldata' as const,
      payloadWords: 7n,
      payloadHash: hash('08'),
    };
    expect(itemHeaderWords(item).length).toBe(11 * 32);
    expect(itemHash(item)).toBe(viemKeccak(toHex(itemHeaderWords(item))));
  });

  it('root calldata words over the next power of two', () => {
    const [a, b, c, zero] = [hash('01'), hash('02'), hash('03'), hash('00')];
    const words = Buffer.from(concat([a, b, c]).slice(2), 'hex');
    expect(calldataRoot(words)).toBe(viemKeccak(concat([viemKeccak(concat([a, b])), viemKeccak(concat([c, zero]))])));
    expect(calldataRoot(words.subarray(0, 32))).toBe(a);
  });
});

describe('assertions and withdrawals', () => {
  it('hash their parts', () => {
    const parts = {
      stateRoot: hash('01'),
      headerHash: hash('02'),
      programHash: hash('03'),
      blockNumber: 4n,
      itemIndex: 5n,
      payloadOffset: 6,
      unitIndex: 7,
    };
    expect(tupleHash(parts)).toBe(
      viemKeccak(
        concat([
          ...[hash('01'), hash('02'), hash('03')],
          ...(['0x0000000000000004', '0x0000000000000005', '0x00000006', '0x00000007'] as const),
        ]),
      ),
    );
    expect(outputRoot(hash('01'), hash('02'))).toBe(
      viemKeccak(concat([hash('00'), hash('01'), hash('01'), hash('02')])),
    );
  });

  it('key and slot follow the withdrawal hash; proofs travel as RLP', () => {
    const id = withdrawalHash({
      nonce: 1n << 240n,
      sender: address,
      target: address,
      value: 1n,
      gasLimit: 2n,
      data: '0x',
    });
    expect(toHex(withdrawalKey(id))).toBe(`0x0701${id.slice(2, 62)}`);
    expect(withdrawalSlot(id)).toBe(viemKeccak(concat([id, hash('00')])));
    const proof = new Uint8Array(3_000).map((_, at) => at);
    expect(proofToNodes(proof)).toHaveLength(3);
    expect(nodesToProof(proofToNodes(proof))).toEqual(proof);
  });
});

describe('records', () => {
  it('refuse unknown tags and cut-off records', () => {
    expect(() => parseRecords(Uint8Array.of(9))).toThrow('unknown record');
    expect(() => parseRecords(Uint8Array.of(3, 1))).toThrow();
    expect(() => parseRecords(Uint8Array.of(1, 5, 0, 0))).toThrow('5 topics');
  });
});

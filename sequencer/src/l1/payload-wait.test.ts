import { afterEach, expect, it, jest } from '@jest/globals';
import { BlobUnavailableError, type InboxItem } from '@metachain/bridge';
import { Logger } from '@nestjs/common';
import { zeroHash } from 'viem';
import type { ChainService } from '../chain/chain.service.js';
import { L1FeedService } from './l1-feed.service.js';
import type { L1Parts } from './l1.tokens.js';

const HASH = `0x01${'ab'.repeat(31)}` as const;
const BLOB_BYTES = 131_072;
const SLOT = 77n;

const item = {
  index: 5n,
  timestamp: 9n,
  payload: { kind: 'blobs', versionedHashes: [HASH] },
  l1: { transactionHash: zeroHash, blockNumber: 3n },
} as unknown as InboxItem;

/** A feed whose blobs nobody has before the given look, and whose L1 drops the item at another one. */
function feed({ foundAt = Infinity, droppedAt = Infinity }) {
  let looks = 0;
  const fetch = async () => {
    if (++looks < foundAt) throw new BlobUnavailableError(HASH, 3n, SLOT, ['beacon: status 404']);
    return [new Uint8Array(BLOB_BYTES)];
  };
  const watcher = { holds: async () => looks < droppedAt };
  const chain = { onBlock: () => undefined, onReorg: () => undefined, onHeads: () => undefined };
  const parts = { blobs: { fetch }, watcher, pollMilliseconds: 1 } as unknown as L1Parts;
  const said: { event: string; item: string; reason: string }[] = [];
  jest.spyOn(Logger.prototype, 'error').mockImplementation((line: (typeof said)[number]) => void said.push(line));
  return { service: new L1FeedService(parts, chain as unknown as ChainService), said, looks: () => looks };
}
afterEach(() => void jest.restoreAllMocks());

it('waits for a payload that no source has, names item, slot and blob each time, and goes on once it is there', async () => {
  const { service, said } = feed({ foundAt: 4 });
  expect(await service.payloadWords(item)).toHaveLength(BLOB_BYTES);
  expect(said).toHaveLength(3);
  for (const line of said) {
    expect(line).toMatchObject({ event: 'payload_unavailable', item: '5' });
    for (const part of [HASH, `${SLOT}`, 'status 404']) expect(line.reason).toContain(part);
  }
});

it('gives the wait up when L1 drops the item', async () => {
  const { service, looks } = feed({ droppedAt: 3 });
  expect(await service.payloadWords(item)).toBeUndefined();
  expect(looks()).toBe(3);
});

it('gives the wait up at shutdown', async () => {
  const { service } = feed({});
  const waiting = service.payloadWords(item);
  await service.stop();
  expect(await waiting).toBeUndefined();
});

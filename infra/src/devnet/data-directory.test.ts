import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirectory, type Devnet } from './data-directory.js';

const address = `0x${'ab'.repeat(20)}` as const;
const devnet: Devnet = {
  version: 1,
  chainId: 19_779,
  l1ChainId: 31_337,
  l1Url: 'http://127.0.0.1:8545',
  rpcUrl: 'http://127.0.0.1:9545',
  proverUrl: 'http://127.0.0.1:9546',
  programHash: `0x${'cd'.repeat(32)}`,
  l1BlockNumber: 7n,
  addresses: {
    inbox: address,
    rollup: address,
    l2OutputOracle: address,
    portal: address,
    l1CrossDomainMessenger: address,
    l1StandardBridge: address,
  },
  dispute: { oneStepProver: address, disputeGame: address },
  testTokens: { dcep: address, merchantToken: address },
  programRegistered: false,
  marketOpen: false,
};

let parent: string;
let directory: DataDirectory;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'metachain-test-'));
  directory = new DataDirectory(join(parent, 'devnet'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('data directory', () => {
  it('is empty at first and reads back what was written', () => {
    directory.open(false);
    expect(directory.read()).toBeUndefined();
    directory.write(devnet);
    expect(directory.read()).toEqual(devnet);
  });

  it('is emptied by a reset', () => {
    directory.open(false);
    directory.write(devnet);
    directory.open(true);
    expect(directory.read()).toBeUndefined();
  });

  it('is not deleted when it is something else', () => {
    const photos = new DataDirectory(parent);
    writeFileSync(join(parent, 'photo.jpg'), '');
    expect(() => photos.open(true)).toThrow('does not look like a devnet');
    expect(existsSync(join(parent, 'photo.jpg'))).toBe(true);
  });

  it('says what to do with a file of another version', () => {
    directory.open(false);
    writeFileSync(directory.file('devnet.json'), '{"version":0}');
    expect(() => directory.read()).toThrow('npm start -- --reset');
  });
});

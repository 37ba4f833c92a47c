import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { getAddress, zeroAddress } from 'viem';

import { loadConfig, parseConfig } from './config.js';

const names = ['inbox', 'rollup', 'l2OutputOracle', 'portal', 'l1CrossDomainMessenger', 'l1StandardBridge'];
const base = {
  genesis: 'genesis.json',
  l1: {
    urls: ['http://127.0.0.1:8545'],
    chainId: 1,
    addresses: Object.fromEntries(names.map((name) => [name, zeroAddress])),
    fromBlock: 0,
  },
};

describe('the configuration of disputes', () => {
  it('is absent by default: the prover only watches', () => {
    expect(parseConfig(base).dispute).toBeUndefined();
  });

  it('must say how much may be bonded', () => {
    expect(() => parseConfig({ ...base, dispute: {} })).toThrow('dispute.maximumBond');
    for (const maximumBond of ['-1', '1.5', 7]) {
      expect(() => parseConfig({ ...base, dispute: { maximumBond } })).toThrow('dispute.maximumBond');
    }
    const maximumBond = '2000000000000000000';
    expect(parseConfig({ ...base, dispute: { maximumBond } }).dispute).toEqual({
      devnet: false,
      maximumBond: BigInt(maximumBond),
      owners: [],
      dryRun: false,
      maxFeeGwei: 300,
      urgentFeeGwei: 3_000,
      urgentSeconds: 3_600,
      pollMilliseconds: 2_000,
      resubmitSeconds: 45,
    });
  });

  it('moves for nobody but who is named in it', () => {
    const owned = (owners: unknown) => parseConfig({ ...base, dispute: { maximumBond: '1', owners } }).dispute?.owners;
    const owner = getAddress(`0x${'ab'.repeat(20)}`);
    expect(owned([owner, owner.toLowerCase()])).toEqual([owner, owner.toLowerCase()]);
    expect(() => owned([owner.toLowerCase().replace('ab', 'AB')])).toThrow('dispute.owners.0');
    expect(() => owned(['0x12'])).toThrow('dispute.owners.0');
    expect(() => owned(Array(17).fill(owner))).toThrow('dispute.owners');
  });

  it('names key files relative to itself', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'prover-config-'));
    const dispute = { keystore: 'key.json', passwordFile: 'password', maximumBond: '1' };
    await writeFile(join(directory, 'prover.json'), JSON.stringify({ ...base, dispute }));
    await writeFile(join(directory, 'genesis.json'), '{}');
    const { config } = await loadConfig(join(directory, 'prover.json'));
    expect(config.dispute).toMatchObject({
      keystore: join(directory, 'key.json'),
      passwordFile: join(directory, 'password'),
    });
    await rm(directory, { recursive: true });
  });
});

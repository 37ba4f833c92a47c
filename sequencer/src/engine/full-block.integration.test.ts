import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { frameEthereum, type GenesisInput, ruleErrors } from '@metachain/program';
import { hexToBytes, parseEther, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { StampingPreparer } from '../signatures/preparer.js';
import { EngineHost } from './engine-host.js';
import { loadGenesis } from './genesis.js';
import { fromStamped } from './prepared.js';
import { programFactory } from './program-machine.js';
import { namedRules, programRules } from './program-rules.js';

const user = privateKeyToAccount(`0x${'0c'.repeat(32)}`);
const NOW = BigInt(Math.floor(Date.now() / 1_000));
const CHAIN_ID = 88_003;
const TRANSFERS = 12;

const genesis: GenesisInput = {
  chainId: CHAIN_ID,
  timestamp: Number(NOW) - 100,
  producer: user.address,
  l1Messenger: user.address,
  l1StandardBridge: user.address,
  // A few transfers fill such a block.
  blockWeightLimit: 40_000n,
  allocations: [{ token: 0, account: user.address, amount: parseEther('10').toString() }],
};
const options = {
  chainId: CHAIN_ID,
  directory: mkdtempSync(join(tmpdir(), 'full-block-')),
  genesis: JSON.stringify(genesis, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  producer: user.address,
  segmentBytes: 1 << 20,
  replayAbove: 0n,
  slotMilliseconds: 1_000,
  maxContentBytes: 500_000,
  maxDelayed: 64,
  snapshotEveryBlocks: 100,
  snapshotEveryTransactions: 1_000,
  archive: true,
  queuePerAccount: 4,
  queueTotal: 4,
  priceBumpPercent: 10,
};

const transfer = async (nonce: number) => {
  const fields = { chainId: CHAIN_ID, nonce, to: user.address, value: 1n, gas: 150_000n, maxFeePerGas: parseGwei('5') };
  const signed = await user.signTransaction({ ...fields, maxPriorityFeePerGas: 0n, type: 'eip1559' });
  const wire = frameEthereum(hexToBytes(signed));
  return fromStamped(wire, new StampingPreparer(loadGenesis(options.genesis)).prepare(wire, NOW));
};

describe('the sequencer and the numbers of the rules', () => {
  it('puts what a full block refuses into the next one', async () => {
    const { host } = await EngineHost.start(options, programFactory(options), programRules, () => undefined);
    const outcomes = await host.submit(
      await Promise.all(Array.from({ length: TRANSFERS }, (_, nonce) => transfer(nonce))),
    );
    const placed = outcomes.map((outcome) => ('blockNumber' in outcome ? outcome.blockNumber : outcome.message));
    await host.stop();
    expect(placed).toEqual([...placed].sort());
    expect(placed[0]).toBe(1n);
    expect(Number(placed.at(-1))).toBeGreaterThan(1);
  });

  it('names every number as the rules do', () => {
    const { messages, ...named } = namedRules;
    expect(Object.values(named).map((code) => ruleErrors[code]?.name)).toEqual(Object.keys(named));
    expect(messages.filter((code) => ruleErrors[code] === undefined)).toEqual([]);
    expect(ruleErrors[1202]?.name).toBe('UNDECODABLE');
  });
});

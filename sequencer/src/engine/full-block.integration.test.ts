import { describe, expect, it } from '@jest/globals';
import { ruleErrors } from '@metachain/program';
import { privateKeyToAccount } from 'viem/accounts';
import { engineOptions, genesisOf, signedTransfer } from '../testing/engine-setup.js';
import { EngineHost } from './engine-host.js';
import { programFactory } from './program-machine.js';
import { namedRules, programRules } from './program-rules.js';

const user = privateKeyToAccount(`0x${'0c'.repeat(32)}`);
const TRANSFERS = 12;

// A few transfers fill such a block.
const options = engineOptions('full-block', { ...genesisOf(88_003, user, user, 100), blockWeightLimit: 40_000n });

describe('the sequencer and the numbers of the rules', () => {
  it('puts what a full block refuses into the next one', async () => {
    const { host } = await EngineHost.start(options, programFactory(options), programRules, () => undefined);
    const outcomes = await host.submit(
      await Promise.all(
        Array.from({ length: TRANSFERS }, (_, nonce) => signedTransfer(options, user, nonce, { gas: 150_000n })),
      ),
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

import { describe, expect, it } from '@jest/globals';

import { ProverMetrics } from '../metrics/metrics.js';

const noGames = { games: [], waiting: [] };
const nothingToDo = { tasks: [], bondsNeeded: 0n, bondsAvailable: 0n };

describe('what alerts about the money of disputes read', () => {
  it('tells a prover without an account from one whose account is empty', async () => {
    const { dispute, registry } = new ProverMetrics('test', false);
    expect(await registry.metrics()).not.toMatch(/^dispute_balance_wei /m);
    dispute.publish({ balance: 7n, games: [] }, nothingToDo, noGames);
    expect(await registry.metrics()).toMatch(/^dispute_balance_wei 7$/m);
    dispute.publish({ balance: 0n, games: [] }, nothingToDo, noGames);
    expect(await registry.metrics()).toMatch(/^dispute_balance_wei 0$/m);
  });

  it('counts spending from 0, kind by kind', async () => {
    const { dispute, registry } = new ProverMetrics('test', false);
    const spent = async (kind: string) =>
      new RegExp(`^dispute_spent_wei_total{kind="${kind}"} (\\d+)$`, 'm').exec(await registry.metrics())?.[1];
    expect(await spent('split')).toBe('0');
    dispute.paid('split in game 3', 5n);
    dispute.paid('split in game 4', 6n);
    expect(await spent('split')).toBe('11');
    expect(await spent('assertSibling')).toBe('0');
  });
});

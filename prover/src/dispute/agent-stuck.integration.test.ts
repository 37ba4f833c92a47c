import { describe, expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, rollupAbi } from '@metachain/contracts';
import { getAbiItem, toFunctionSelector } from 'viem';

import { asserterAccount, NEVER } from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';
import { type Fate, startUnfairEndpoint } from '../testing/unfair-endpoint.js';
import type { GameEvent } from './types.js';

jest.setTimeout(180_000);

const REJECTED = 3;
const assertState = toFunctionSelector(getAbiItem({ abi: rollupAbi, name: 'assertState' }));

let stage: DisputeStage;
useDisputeStage((opened) => (stage = opened));

/** Plays against a liar until the lie is rejected, on an L1 that never takes the agent's own assertion beside it. */
async function playWithout(fate: Fate) {
  const { fixture } = stage;
  const lie = stage.forged({ unit: 0n, step: 9_999n });
  const id = await fixture.assertEnd(lie);
  const liar = fixture.party(asserterAccount, lie);
  const endpoint = await startUnfairEndpoint(fixture.rollup.anvil.url, assertState, fate);
  const stop = new AbortController();
  const events: GameEvent[] = [];
  const agent = await stage.agent({
    url: endpoint.url,
    settings: { resubmitSeconds: 1 },
    patienceMilliseconds: 500,
    onEvent: (event) => events.push(event),
  });
  try {
    for (let turn = 0; turn < 200 && (await fixture.status(id)) !== REJECTED; turn++) {
      const before = await fixture.totalMoves();
      await agent.turn(stop.signal).catch(unlessItWaits);
      await liar.player.turn(NEVER);
      if ((await fixture.totalMoves()) === before) await idle();
    }
    return { status: await fixture.status(id), treated: endpoint.treated(), events };
  } finally {
    stop.abort();
    await endpoint.stop();
  }
}

/** Where the machine is slow, what the last turn sent is still on its way: the next one does it. */
function unlessItWaits(error: unknown): void {
  if (!String(error).includes('waits for what is on its way')) throw error;
}

/** The liar has no last move; before that, it is the agent's turn, which no time is passed for: it would lose. */
async function idle(): Promise<void> {
  if ((await stage.fixture.phase(0n)) === 'asserterMoves')
    await stage.fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
  else await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('an agent whose own assertion is stuck', () => {
  it.each<Fate>(['swallowed', 'reverts'])('wins its game all the same when it is %s', async (fate) => {
    const { status, treated, events } = await playWithout(fate);
    expect(status).toBe(REJECTED);
    expect(treated).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === 'moved').length).toBeGreaterThan(3);
  });
});

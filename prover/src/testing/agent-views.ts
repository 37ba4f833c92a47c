import type { Address } from 'viem';

import { type AgentView, type AssertionStanding, type Plan, planTasks } from '../dispute/agent-plan.js';

/** The account that plans, and one that does not. */
export const us: Address = `0x${'11'.repeat(20)}`;
export const other: Address = `0x${'22'.repeat(20)}`;
export const ETHER = 10n ** 18n;
/** Seconds. */
export const NOW = 10_000n;
export const WINDOW = 1_000n;

/** A right assertion of somebody else, made a moment ago. */
export const assertion = (id: bigint, parent: bigint, fields: Partial<AssertionStanding> = {}): AssertionStanding => ({
  id,
  parent,
  claim: id,
  right: true,
  status: 'pending',
  bondOwner: other,
  createdAt: NOW - 10n,
  openGames: 0,
  ...fields,
});

/** Assertion 0. */
export const genesis = assertion(0n, 0n, { status: 'confirmed' });

export const wrong = { right: false } as const;
export const ours = { bondOwner: us } as const;
/** Made a window ago. */
export const old = { createdAt: NOW - WINDOW } as const;

/** What an account sees of assertions after genesis; money for all of it unless `fields` say otherwise. An assertion takes an ether, a game half of one. */
export const viewOf = (assertions: readonly AssertionStanding[], fields: Partial<AgentView> = {}): AgentView => ({
  account: us,
  now: NOW,
  challengeWindow: WINDOW,
  assertionBond: ETHER,
  gameBond: ETHER / 2n,
  latestConfirmed: 0n,
  assertions: [genesis, ...assertions],
  games: [],
  balance: 10n * ETHER,
  maximumBond: 5n * ETHER,
  credit: { rollup: 0n, game: 0n },
  awaited: [],
  ...fields,
});

/** What it does about them. */
export const plan = (assertions: readonly AssertionStanding[], fields: Partial<AgentView> = {}): Plan =>
  planTasks(viewOf(assertions, fields));

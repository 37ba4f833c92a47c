import { describe, expect, it } from '@jest/globals';
import { assertion, ETHER, NOW, old, ours, plan, us, WINDOW, wrong } from '../testing/agent-views.js';
import type { AgentView, AssertionStanding } from './agent-plan.js';

describe('planTasks', () => {
  it('leaves right assertions alone until their window is over', () => {
    expect(plan([assertion(1n, 0n)])).toMatchObject({ tasks: [], bondsNeeded: 0n });
  });

  it('asserts what is right beside what is wrong, then challenges that', () => {
    expect(plan([assertion(1n, 0n, wrong)])).toEqual({
      tasks: [
        { kind: 'assertSibling', id: 1n },
        { kind: 'challenge', id: 1n },
      ],
      bondsNeeded: (3n * ETHER) / 2n,
      bondsAvailable: 5n * ETHER,
    });
  });

  it('challenges every wrong sibling, with one right one for all of them', () => {
    const { tasks } = plan([assertion(1n, 0n, wrong), assertion(2n, 0n, wrong)]);
    expect(tasks.map(({ kind }) => kind)).toEqual(['assertSibling', 'challenge', 'challenge']);
    const standing = plan([assertion(1n, 0n, wrong), assertion(2n, 0n, ours), assertion(3n, 0n, wrong)]);
    expect(standing.tasks).toEqual([
      { kind: 'challenge', id: 1n },
      { kind: 'challenge', id: 3n },
    ]);
  });

  it('trusts nobody else to stand beside a lie, and has its own bond there before it challenges any copy', () => {
    const lies = Array.from({ length: 20 }, (_, index) => assertion(BigInt(index + 2), 0n, { ...wrong, claim: 2n }));
    const { tasks } = plan([assertion(1n, 0n), ...lies], { maximumBond: 2n * ETHER });
    expect(tasks.map(({ kind }) => kind)).toEqual(['assertSibling', 'challenge', 'challenge']);
    const lost = assertion(22n, 0n, { ...ours, claim: 1n, status: 'rejected' });
    expect(plan([assertion(1n, 0n), ...lies, lost]).tasks[0]).toEqual({ kind: 'assertSibling', id: 21n });
  });

  it('has its own bond behind all that it waits for, the oldest first, as far as its bonds go', () => {
    const chain = [assertion(1n, 0n), assertion(2n, 1n), assertion(3n, 1n, { claim: 2n }), assertion(4n, 2n)];
    const beside = (ids: bigint[], fields: Partial<AgentView>) =>
      expect(plan(chain, fields).tasks).toEqual(ids.map((id) => ({ kind: 'assertSibling', id })));
    beside([], {});
    beside([1n, 2n, 4n], { awaited: [4n] });
    beside([1n, 2n], { awaited: [3n, 1n, 99n] });
    beside([1n], { awaited: [4n], maximumBond: ETHER });
    beside([], { awaited: [4n], maximumBond: 0n });
  });

  it('puts none behind what is waited for that has one, is decided or wrong, or may not be claimed any more', () => {
    const tasks = (...chain: AssertionStanding[]) => plan(chain, { awaited: [2n] }).tasks;
    const backed = assertion(3n, 0n, { ...ours, claim: 1n });
    expect(tasks(assertion(1n, 0n), assertion(2n, 1n, ours), backed)).toEqual([]);
    expect(tasks(assertion(1n, 0n, { status: 'bonded' }), assertion(2n, 1n, { status: 'confirmed' }))).toEqual([]);
    expect(tasks(assertion(1n, 0n, { status: 'rejected' }), assertion(2n, 1n))).toEqual([]);
    expect(tasks(assertion(1n, 0n, { ...wrong, ...ours, ...old }), assertion(2n, 1n))).toEqual([]);
    expect(tasks(assertion(1n, 0n, { ...old, openGames: 1 }), assertion(2n, 1n, old))).toEqual([]);
  });

  it('leaves alone what falls with its parent', () => {
    const { tasks } = plan([assertion(1n, 0n, wrong), assertion(2n, 1n, wrong), assertion(3n, 2n)]);
    expect(tasks).toEqual([
      { kind: 'assertSibling', id: 1n },
      { kind: 'challenge', id: 1n },
    ]);
  });

  it('opens one game at a time against an assertion, and another when the first was lost', () => {
    const sibling = assertion(2n, 0n, ours);
    const game = { assertionId: 1n, role: 'challenger' as const };
    expect(plan([assertion(1n, 0n, wrong), sibling], { games: [{ ...game, outcome: undefined }] }).tasks).toEqual([]);
    expect(plan([assertion(1n, 0n, wrong), sibling], { games: [{ ...game, outcome: 'lost' }] }).tasks).toEqual([
      { kind: 'challenge', id: 1n },
    ]);
  });

  it('cannot challenge after the window, unless a sibling stands', () => {
    expect(plan([assertion(1n, 0n, { ...wrong, ...old })]).tasks).toEqual([]);
    expect(plan([assertion(1n, 0n, { ...wrong, ...old }), assertion(2n, 0n)]).tasks).toEqual([
      { kind: 'challenge', id: 1n },
    ]);
  });

  it('keeps within its bonds, lost ones included, and says what is missing', () => {
    const games = [{ assertionId: 1n, role: 'challenger' as const, outcome: 'lost' as const }];
    const limited = plan([assertion(1n, 0n, wrong)], { games, maximumBond: (7n * ETHER) / 5n });
    expect(limited).toEqual({
      tasks: [{ kind: 'challenge', id: 1n }],
      bondsNeeded: (3n * ETHER) / 2n,
      bondsAvailable: (9n * ETHER) / 10n,
    });
    expect(plan([assertion(1n, 0n, wrong)], { balance: ETHER / 2n }).tasks).toEqual([]);
    const owner = plan([assertion(1n, 0n, { bondOwner: us }), assertion(2n, 1n, wrong)], { maximumBond: ETHER });
    expect(owner).toMatchObject({ tasks: [], bondsAvailable: 0n });
  });

  it('confirms what is due, its own at once and that of others when they do not', () => {
    expect(plan([assertion(1n, 0n, { ...old, bondOwner: us })]).tasks).toEqual([{ kind: 'confirm', id: 1n }]);
    expect(plan([assertion(1n, 0n, old)]).tasks).toEqual([]);
    expect(plan([assertion(1n, 0n, { createdAt: NOW - WINDOW - WINDOW / 8n })]).tasks).toEqual([
      { kind: 'confirm', id: 1n },
    ]);
    expect(plan([assertion(1n, 0n, { ...old, bondOwner: us, openGames: 1 })]).tasks).toEqual([]);
    expect(plan([assertion(1n, 0n, { ...old, bondOwner: us, ...wrong })]).tasks).toEqual([]);
  });

  it('takes its bonds back from a rejected branch, root first', () => {
    const rejected = assertion(1n, 0n, { ...wrong, status: 'rejected' });
    const branch = [rejected, assertion(2n, 1n, wrong), assertion(3n, 2n, { ...wrong, bondOwner: us })];
    expect(plan(branch).tasks).toEqual([{ kind: 'rejectOrphan', id: 2n }]);
    branch[1] = assertion(2n, 1n, { ...wrong, status: 'rejected' });
    expect(plan(branch).tasks).toEqual([{ kind: 'rejectOrphan', id: 3n }]);
    branch[2] = assertion(3n, 2n, wrong);
    expect(plan(branch).tasks).toEqual([]);
  });

  describe('with several bonds behind one claim', () => {
    const copy = (id: bigint, claim: bigint, fields: Partial<AssertionStanding> = {}) =>
      assertion(id, 0n, { claim, ...fields });

    it('challenges each wrong one, also when the first has lost its bond', () => {
      const lies = [assertion(1n, 0n, wrong), copy(2n, 1n, wrong), copy(3n, 1n, wrong), assertion(4n, 0n, ours)];
      const kinds = (tasks: readonly { kind: string; id?: bigint }[]) => tasks.map(({ kind, id }) => `${kind} ${id}`);
      const all = plan(lies);
      expect(kinds(all.tasks)).toEqual(['challenge 1', 'challenge 2', 'challenge 3']);
      expect(all.bondsNeeded).toBe((3n * ETHER) / 2n);
      lies[0] = assertion(1n, 0n, { ...wrong, status: 'outlived' });
      lies[1] = copy(2n, 1n, { ...wrong, status: 'rejected' });
      expect(kinds(plan(lies).tasks)).toEqual(['challenge 3']);
      // They stay open to challenge as long as a rival claim stands, not as long as a copy does.
      const late = lies.slice(0, 3).map((lie) => ({ ...lie, ...old }));
      expect(kinds(plan([...late, assertion(4n, 0n, ours)]).tasks)).toEqual(['challenge 3']);
      expect(plan(late).tasks).toEqual([]);
    });

    it('sees the right claim that only copies keep standing', () => {
      const outlived = assertion(1n, 0n, { status: 'outlived' });
      expect(plan([outlived, copy(2n, 1n, ours), assertion(3n, 0n, wrong)]).tasks).toEqual([
        { kind: 'challenge', id: 3n },
      ]);
    });

    it('confirms through a bond that nobody disputes, its own first', () => {
      const disputed = assertion(1n, 0n, { ...old, openGames: 1 });
      const foreign = copy(2n, 1n, { createdAt: NOW - 2n * WINDOW });
      const ours = copy(3n, 1n, { ...old, bondOwner: us });
      expect(plan([disputed, foreign, ours]).tasks).toEqual([{ kind: 'confirm', id: 3n }]);
      expect(plan([disputed, foreign]).tasks).toEqual([{ kind: 'confirm', id: 2n }]);
      expect(plan([disputed, copy(2n, 1n, { bondOwner: us })]).tasks).toEqual([]);
      const outlived = assertion(1n, 0n, { ...old, status: 'outlived', bondOwner: us });
      expect(plan([outlived, foreign, ours]).tasks).toEqual([{ kind: 'confirm', id: 3n }]);
      expect(plan([outlived, foreign, ours, assertion(4n, 0n)]).tasks).toEqual([]);
    });

    it('takes its bonds back once the claim is confirmed and their games are over', () => {
      const confirmed = [
        assertion(1n, 0n, { status: 'bonded', bondOwner: us }),
        copy(2n, 1n, { bondOwner: us }),
        copy(3n, 1n, { bondOwner: us, openGames: 1 }),
        copy(4n, 1n),
        copy(5n, 1n, { bondOwner: us, status: 'confirmed' }),
      ];
      const { tasks, bondsAvailable } = plan(confirmed, { latestConfirmed: 1n });
      expect(tasks).toEqual([
        { kind: 'returnBond', id: 1n },
        { kind: 'returnBond', id: 2n },
      ]);
      expect(bondsAvailable).toBe(2n * ETHER);
    });

    it('takes copies back from a rejected branch behind their original', () => {
      const rejected = assertion(1n, 0n, { ...wrong, status: 'rejected' });
      const ours = assertion(3n, 1n, { claim: 2n, ...wrong, bondOwner: us, openGames: 1 });
      const orphan = assertion(2n, 1n, { ...wrong, status: 'outlived' });
      expect(plan([rejected, orphan, ours]).tasks).toEqual([{ kind: 'rejectOrphan', id: 2n }]);
      const gone = assertion(2n, 1n, { ...wrong, status: 'rejected' });
      expect(plan([rejected, gone, ours]).tasks).toEqual([{ kind: 'returnBond', id: 3n }]);
    });
  });

  it('collects what could not be paid', () => {
    expect(plan([], { credit: { rollup: 1n, game: 2n } }).tasks).toEqual([
      { kind: 'withdraw', from: 'rollup' },
      { kind: 'withdraw', from: 'game' },
    ]);
  });
});

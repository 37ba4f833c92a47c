import { describe, expect, it, jest } from '@jest/globals';
import type { L1Block } from '@metachain/bridge';
import { getAddress, numberToHex, pad, zeroAddress, type Address } from 'viem';

import type { ProverLog } from '../watch/prover-log.js';
import type { AssertionStanding } from './agent-plan.js';
import { UnlistedOwners } from './unlisted-owners.js';

const account = (value: number): Address => getAddress(pad(numberToHex(0xa000 + value), { size: 20 }));
const [us, listed] = [account(1), account(2)];
const assertion = (bondOwner: Address, fields: Partial<AssertionStanding> = {}): AssertionStanding => ({
  id: 1n,
  parent: 0n,
  claim: 1n,
  right: true,
  status: 'pending',
  bondOwner,
  createdAt: 0n,
  openGames: 0,
  ...fields,
});

/** A prover whose account everybody named, or who `names` says. */
function prover(names: (owner: Address) => Address = () => us) {
  const head = { number: 1_000n } as L1Block;
  const asked: Address[] = [];
  const warn = jest.fn<ProverLog['warn']>();
  const delegateOf = async (owner: Address) => {
    asked.push(owner);
    return names(owner);
  };
  const reader = {
    delegateOf,
    get head() {
      return { ...head, number };
    },
  };
  let { number } = head;
  const pass = (blocks: bigint) => void (number += blocks);
  const warned = () => warn.mock.calls.map(([fields]) => (fields as { owner: Address }).owner);
  return { unlisted: new UnlistedOwners(reader, us, [listed], { warn }), asked, warn, warned, pass };
}

describe('who counts on a prover that does not move for him', () => {
  it('is named once in the log, with the setting that is missing', async () => {
    const { unlisted, warn, pass } = prover();
    for (let look = 0; look < 3; look++, pass(300n)) await unlisted.look([assertion(account(7))]);
    expect(warn.mock.calls).toEqual([
      [
        { event: 'dispute_owner_unlisted', owner: account(7), set: 'dispute.owners' },
        `${account(7)} named this account as its delegate, but it is not among dispute.owners: its games are not played`,
      ],
    ]);
  });

  it('is noticed though he named it after his assertion, or L1 did not answer at first', async () => {
    let answer = (): Address => {
      throw new TypeError('lost');
    };
    const { unlisted, asked, warned, pass } = prover(() => answer());
    await unlisted.look([assertion(account(7))]);
    answer = () => zeroAddress;
    await unlisted.look([assertion(account(7))]);
    await unlisted.look([assertion(account(7))]);
    expect([asked.length, warned()]).toEqual([2, []]);
    answer = () => us;
    pass(256n);
    await unlisted.look([assertion(account(7))]);
    expect(warned()).toEqual([account(7)]);
  });

  it('is looked for among owners of right claims that stand, a few at a time', async () => {
    const { unlisted, asked, warned } = prover();
    const others = [
      assertion(account(3), { right: false }),
      assertion(account(4), { status: 'confirmed' }),
      assertion(account(5), { id: 0n }),
      assertion(us),
      assertion(listed),
    ];
    await unlisted.look(others);
    expect(asked).toEqual([]);
    const many = Array.from({ length: 20 }, (_, number) => assertion(account(100 + number)));
    for (const questions of [8, 16, 20, 20]) {
      await unlisted.look([...many, ...many]);
      expect(asked).toHaveLength(questions);
    }
    expect(warned()).toHaveLength(20);
  });
});

import { expect, it } from '@jest/globals';
import type { L1Addresses } from '@metachain/contracts';
import { type Address, numberToHex } from 'viem';

import { WithdrawalList } from './withdrawal-list.js';

const at = (number: number): Address => numberToHex(number, { size: 20 });
const [alice, bob, carol] = [at(0xa), at(0xb), at(0xc)] as const;
const addresses = { l1CrossDomainMessenger: at(1), l1StandardBridge: at(2) } as L1Addresses;

let made = 0n;
const sent = (blockNumber: bigint, sender: Address, target: Address) => {
  const fields = { nonce: made++, value: 1n, gasLimit: 0n, data: '0x' } as const;
  return { hash: numberToHex(made, { size: 32 }), blockNumber, withdrawal: { ...fields, sender, target } };
};

const open = (receivedFrom: readonly Address[] = []) => new WithdrawalList({ account: alice, receivedFrom }, addresses);

it('takes what the account withdrew, to whomever, and nothing of a stranger', () => {
  const list = open();
  const own = [sent(1n, alice, carol), sent(2n, alice, alice)];
  list.add(1n, [sent(1n, bob, alice), own[0]!, sent(1n, bob, carol)]);
  list.add(2n, [own[1]!, sent(2n, carol, alice)]);
  expect(list.taken).toEqual(own);
  expect(list.left).toBe(2);
});

it('takes what named accounts withdrew to it after its own', () => {
  const list = open([bob]);
  const [received, own] = [sent(1n, bob, alice), sent(2n, alice, bob)];
  list.add(1n, [received, sent(1n, carol, alice), sent(1n, bob, carol)]);
  list.add(2n, [own]);
  expect(list.taken).toEqual([own, received]);
  expect(list.left).toBe(1);
});

it('forgets what was in blocks that come again', () => {
  const list = open([bob]);
  const [kept, own, received] = [sent(1n, alice, bob), sent(2n, alice, bob), sent(3n, bob, alice)];
  list.add(1n, [kept]);
  list.add(2n, [own, sent(2n, carol, alice)]);
  list.add(3n, [received]);
  list.add(2n, []);
  expect(list.taken).toEqual([kept]);
  expect(list.left).toBe(0);
  list.add(3n, [own]);
  expect(list.taken).toEqual([kept, own]);
});

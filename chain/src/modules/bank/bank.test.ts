import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Hex, numberToHex, pad } from 'viem';

import { tokenAbi } from '../../../test/abi.ts';
import { decodeEvents } from '../../../test/events.ts';
import {
  FACTORY,
  Ledger,
  account,
  littleEndianHex,
  poolAddress,
  predeploy,
  reference,
  tokenAddress,
  tokenRef,
} from '../../../test/ledger.ts';

const [one, two, three] = [account(1), account(2), account(3)];
const zero = pad('0x', { size: 20 });
const TOKEN = tokenRef(2);
const MAXIMUM = (1n << 128n) - 1n;

let ledger: Ledger;
beforeEach(() => {
  ledger = new Ledger();
  ledger.mint(TOKEN, one, 1_000n);
});

/** A function of the keeper over token, account and amount. */
const single = (name: string, who: Hex, amount: bigint) =>
  ledger.run(name, TOKEN, ledger.address(0, who), ledger.amount(4, amount));
/** A function of the keeper over token, two accounts and amount. */
const move = (name: string, from: Hex, to: Hex, amount: bigint) =>
  ledger.run(name, TOKEN, ledger.address(0, from), ledger.address(1, to), ledger.amount(4, amount));
const approve = (owner: Hex, spender: Hex, amount: bigint, token = TOKEN) => {
  const pointers = [ledger.address(0, owner), ledger.address(1, spender), ledger.amount(4, amount)];
  return ledger.run('approve', token, ...pointers, ledger.address(5, numberToHex(amount, { size: 32 })));
};
const spend = (spender: Hex, owner: Hex, to: Hex, amount: bigint) => {
  const pointers = [ledger.address(0, spender), ledger.address(1, owner), ledger.address(2, to)];
  return ledger.run('transferFrom', TOKEN, ...pointers, ledger.amount(4, amount));
};
const balances = () => [one, two, three].map((holder) => ledger.balance(TOKEN, holder));
const transfersOf = (outcome: ReturnType<typeof single>) =>
  decodeEvents(tokenAbi, outcome.events).map(({ address, eventName, args }) => [
    address,
    eventName,
    ...Object.values(args).map((value) => (typeof value === 'string' ? value.toLowerCase() : value)),
  ]);

describe('transfers', () => {
  it('move the amount and tell so in the name of the token', () => {
    const outcome = move('transfer', one, two, 400n);
    expect(outcome.code).toBe(0);
    expect(balances()).toEqual([600n, 400n, 0n]);
    expect(ledger.supply(TOKEN)).toBe(1_000n);
    expect(transfersOf(outcome)).toEqual([[tokenAddress(2), 'Transfer', one, two, 400n]]);
  });

  it('of everything leave nothing, of nothing move nothing; both are told', () => {
    expect(move('transfer', one, two, 1_000n).code).toBe(0);
    expect(balances()).toEqual([0n, 1_000n, 0n]);
    const outcome = move('transfer', one, three, 0n);
    expect(outcome.code).toBe(0);
    expect(transfersOf(outcome)).toEqual([[tokenAddress(2), 'Transfer', one, three, 0n]]);
    expect(balances()).toEqual([0n, 1_000n, 0n]);
  });

  it.each([1n, 1_000n])('of %s to oneself change nothing', (amount) => {
    expect(move('transfer', one, one, amount).events).toHaveLength(1);
    expect(balances()).toEqual([1_000n, 0n, 0n]);
  });

  it('to oneself need the balance too', () => {
    expect(move('transfer', one, one, 1_001n).code).toBe(3001);
  });

  it.each([1_001n, MAXIMUM])('of %s, more than there is, are refused', (amount) => {
    const outcome = move('transfer', one, two, amount);
    expect([outcome.code, outcome.events.length]).toEqual([3001, 0]);
    expect(balances()).toEqual([1_000n, 0n, 0n]);
  });

  it.each([
    ['the zero address', zero, 3005],
    ['a token', tokenAddress(3), 3003],
    ['a pool', poolAddress(7), 3003],
    ['a module', FACTORY, 3003],
    ['the first predeploy', predeploy(0), 3003],
    ['the last predeploy', `0x42${'00'.repeat(17)}ffff` as Hex, 3003],
    ['an account beside the predeploys', `0x42${'00'.repeat(16)}010000` as Hex, 0],
    ['an account that only starts like a token', `0x4d455442${'00'.repeat(15)}02` as Hex, 0],
  ])('to %s', (_name, to, code) => {
    expect(ledger.run('requireRecipient', ledger.address(0, to)).code).toBe(code);
    expect(move('transfer', one, to, 10n).code).toBe(code);
    expect(ledger.balance(TOKEN, to)).toBe(code === 0 ? 10n : 0n);
  });

  it('that would take the recipient to 2^128 are undone', () => {
    expect(single('credit', two, MAXIMUM).code).toBe(0);
    expect(move('transfer', one, two, 1n).code).toBe(3002);
    expect(balances()).toEqual([1_000n, MAXIMUM, 0n]);
  });

  it('of the rules themselves may go to a system address, and are not told', () => {
    const outcome = move('moveBalance', one, predeploy(7), 5n);
    expect([outcome.code, outcome.events.length, ledger.balance(TOKEN, predeploy(7))]).toEqual([0, 0, 5n]);
    expect(move('moveBalance', two, one, 1n).code).toBe(3001);
  });

  it('of one token leave every other token of the account alone', () => {
    const others = [tokenRef(3), reference(2, 2), tokenRef(0)];
    for (const token of others) ledger.mint(token, one, 7n);
    move('transfer', one, two, 1_000n);
    expect(others.map((token) => [ledger.balance(token, one), ledger.balance(token, two)])).toEqual(
      others.map(() => [7n, 0n]),
    );
  });
});

describe('supply', () => {
  it('grows by what is minted, from the zero address', () => {
    const outcome = single('mint', two, 50n);
    expect([outcome.code, ledger.supply(TOKEN), ledger.balance(TOKEN, two)]).toEqual([0, 1_050n, 50n]);
    expect(transfersOf(outcome)).toEqual([[tokenAddress(2), 'Transfer', zero, two, 50n]]);
  });

  it('shrinks by what is burned, to the zero address', () => {
    const outcome = single('burn', one, 300n);
    expect([outcome.code, ledger.supply(TOKEN), ledger.balance(TOKEN, one)]).toEqual([0, 700n, 700n]);
    expect(transfersOf(outcome)).toEqual([[tokenAddress(2), 'Transfer', one, zero, 300n]]);
    expect(ledger.balance(TOKEN, zero)).toBe(0n);
  });

  it('stays when nothing is minted or burned', () => {
    expect([single('mint', two, 0n).code, single('burn', two, 0n).code, ledger.supply(TOKEN)]).toEqual([0, 0, 1_000n]);
  });

  it.each(['mintQuietly', 'burnQuietly'])('%s is not told', (name) => {
    const outcome = single(name, one, 10n);
    expect([outcome.code, outcome.events.length]).toEqual([0, 0]);
  });

  it('reaches 2^128 - 1 and not more', () => {
    expect(single('mint', two, MAXIMUM - 1_000n).code).toBe(0);
    expect(ledger.supply(TOKEN)).toBe(MAXIMUM);
    expect([single('mint', two, 1n).code, single('mint', three, MAXIMUM).code]).toEqual([3002, 3002]);
    expect([ledger.supply(TOKEN), ledger.balance(TOKEN, three)]).toEqual([MAXIMUM, 0n]);
  });

  it('is not touched by a burn of more than the account has', () => {
    ledger.mint(TOKEN, two, 5n);
    expect(single('burn', one, 1_001n).code).toBe(3001);
    expect([ledger.supply(TOKEN), ledger.balance(TOKEN, one)]).toEqual([1_005n, 1_000n]);
  });

  it('cannot be burned below zero, even where a balance is wrong', () => {
    expect(single('credit', two, 1_001n).code).toBe(0);
    expect(single('burn', two, 1_001n).code).toBe(3004);
    expect([ledger.supply(TOKEN), ledger.balance(TOKEN, two)]).toEqual([1_000n, 1_001n]);
  });
});

describe('allowances', () => {
  it('are set, told, used up and set anew', () => {
    const outcome = approve(one, two, 300n);
    expect(transfersOf(outcome)).toEqual([[tokenAddress(2), 'Approval', one, two, 300n]]);
    expect(spend(two, one, three, 200n).code).toBe(0);
    expect([ledger.allowance(TOKEN, one, two), balances()]).toEqual([100n, [800n, 0n, 200n]]);
    expect(spend(two, one, three, 101n).code).toBe(3101);
    approve(one, two, 7n);
    expect(ledger.allowance(TOKEN, one, two)).toBe(7n);
  });

  it('belong to one token, one owner and one spender', () => {
    approve(one, two, 300n);
    for (const [owner, spender] of [
      [two, one],
      [one, three],
      [three, two],
    ] as const)
      expect(ledger.allowance(TOKEN, owner, spender)).toBe(0n);
    expect(ledger.allowance(reference(2, 2), one, two)).toBe(0n);
  });

  it('are needed for one own tokens too', () => {
    expect(spend(one, one, two, 1n).code).toBe(3101);
    approve(one, one, 1n);
    expect(spend(one, one, two, 1n).code).toBe(0);
  });

  it('without limit stay, one unit less does not', () => {
    approve(one, two, MAXIMUM);
    approve(one, three, MAXIMUM - 1n);
    expect([spend(two, one, three, 10n).code, spend(three, one, two, 10n).code]).toEqual([0, 0]);
    expect([two, three].map((spender) => ledger.allowance(TOKEN, one, spender))).toEqual([MAXIMUM, MAXIMUM - 11n]);
  });

  it('are kept when the transfer fails', () => {
    approve(one, two, 5_000n);
    expect([spend(two, one, three, 1_001n).code, spend(two, one, zero, 1n).code]).toEqual([3001, 3005]);
    expect(ledger.allowance(TOKEN, one, two)).toBe(5_000n);
  });

  it('are not needed to move nothing', () => {
    expect(spend(two, one, three, 0n).code).toBe(0);
  });

  it('are not given to the zero address', () => {
    const outcome = approve(one, zero, 1n);
    expect([outcome.code, outcome.events.length, ledger.allowance(TOKEN, one, zero)]).toEqual([3102, 0, 0n]);
  });
});

describe('words', () => {
  const ref = littleEndianHex(TOKEN, 8);
  const plain = (amount: bigint): Hex => `0x${littleEndianHex(amount, 32)}`;

  it('are under the keys of the README, one u128 each', () => {
    single('mint', two, (1n << 100n) + 5n);
    expect(ledger.word(`03010000${ref}${two.slice(2)}`)).toBe(plain((1n << 100n) + 5n));
    expect(ledger.word(`03020000${ref}`)).toBe(plain((1n << 100n) + 1_005n));
  });

  it('carry from the low limb to the high one and borrow back', () => {
    single('mint', two, (1n << 64n) - 1n);
    ledger.run('transfer', TOKEN, ledger.address(0, one), ledger.address(1, two), ledger.amount(4, 1n));
    expect(ledger.word(`03010000${ref}${two.slice(2)}`)).toBe(plain(1n << 64n));
    move('transfer', two, one, 1n);
    expect(ledger.word(`03010000${ref}${two.slice(2)}`)).toBe(plain((1n << 64n) - 1n));
  });

  it.each([
    ['a transfer', () => move('transfer', one, two, 1n), 2, 2],
    ['a mint', () => single('mint', two, 1n), 2, 2],
    ['a burn', () => single('burn', one, 1n), 2, 2],
    ['a refused transfer', () => move('transfer', two, one, 1n), 1, 0],
  ])('read and written by %s are few', (_name, act, reads, writes) => {
    [ledger.reads, ledger.writes] = [0, 0];
    act();
    expect([ledger.reads, ledger.writes]).toEqual([reads, writes]);
  });
});

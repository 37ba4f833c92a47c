import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Hex, maxUint256, pad } from 'viem';

import { tokenAbi } from '../../../test/abi.ts';
import { decodeEvents } from '../../../test/events.ts';
import { Ledger, account, poolAddress, predeploy, tokenAddress, tokenRef } from '../../../test/ledger.ts';
import { openMarket } from '../../../test/market.ts';

const [one, two, three] = [account(1), account(2), account(3)];
const token = tokenAddress(2);
const ether = tokenAddress(0);
const zero = pad('0x', { size: 20 });
const l1Token = `0x${'2'.padStart(40, 'e')}` as const;

describe('the ERC-20 face', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = new Ledger();
    ledger.mint(tokenRef(2), one, 1_000n);
    ledger.mint(tokenRef(0), one, 500n);
  });
  const read = (name: string, args: readonly unknown[] = [], at: Hex = token) => ledger.read(tokenAbi, name, args, at);

  it('answers what wallets ask', () => {
    expect(read('name')).toBe('TOK2');
    expect(read('symbol')).toBe('T2');
    expect(read('decimals')).toBe(6);
    expect(read('totalSupply')).toBe(1_000n);
    expect(read('balanceOf', [one])).toBe(1_000n);
    expect(read('balanceOf', [two])).toBe(0n);
    expect(read('version')).toBe('1.3.0');
  });

  it('answers what op-stack tools ask of a bridged token', () => {
    for (const name of ['l1Token', 'remoteToken', 'REMOTE_TOKEN'])
      expect(String(read(name)).toLowerCase()).toBe(l1Token);
    for (const name of ['l2Bridge', 'bridge', 'BRIDGE']) expect(read(name)).toBe(predeploy(0x10));
    for (const id of ['0x01ffc9a7', '0x1d1d8b63', '0xec4fc8e3']) expect(read('supportsInterface', [id])).toBe(true);
    expect(read('supportsInterface', ['0xffffffff'])).toBe(false);
    expect(read('l1Token', [], tokenAddress(1))).toBe(zero);
  });

  it('transfers and says so', () => {
    const outcome = ledger.call(tokenAbi, 'transfer', [two, 400n], token, one);
    expect(outcome.code).toBe(0);
    expect(BigInt(outcome.data)).toBe(1n);
    const [event] = decodeEvents(tokenAbi, outcome.events);
    expect(event).toMatchObject({ address: token, eventName: 'Transfer', args: { value: 400n } });
    expect([read('balanceOf', [one]), read('balanceOf', [two]), read('totalSupply')]).toEqual([600n, 400n, 1_000n]);
    expect(ledger.call(tokenAbi, 'transfer', [one, 600n], token, one).code).toBe(0);
    expect(read('balanceOf', [one])).toBe(600n);
  });

  it.each([
    ['more than the balance', two, 1_001n, 3001],
    ['to the zero address', zero, 1n, 3005],
    ['to a pool', poolAddress(0), 1n, 3003],
    ['to a token', tokenAddress(1), 1n, 3003],
    ['to a predeploy', predeploy(0x16), 1n, 3003],
    ['2^128', two, 1n << 128n, 1007],
    ['2^256 - 1', two, maxUint256, 1007],
  ])('refuses a transfer of %s', (_name, to, amount, code) => {
    expect(ledger.call(tokenAbi, 'transfer', [to, amount], token, one).code).toBe(code);
    expect(read('balanceOf', [one])).toBe(1_000n);
  });

  it('lets a spender move up to its allowance', () => {
    const approval = ledger.call(tokenAbi, 'approve', [two, 300n], token, one);
    expect(decodeEvents(tokenAbi, approval.events)[0]).toMatchObject({ eventName: 'Approval', args: { value: 300n } });
    expect(read('allowance', [one, two])).toBe(300n);
    expect(ledger.call(tokenAbi, 'transferFrom', [one, three, 200n], token, two).code).toBe(0);
    expect(read('allowance', [one, two])).toBe(100n);
    expect(ledger.call(tokenAbi, 'transferFrom', [one, three, 101n], token, two).code).toBe(3101);
    expect(ledger.call(tokenAbi, 'transferFrom', [one, three, 1n], token, three).code).toBe(3101);
    expect(read('allowance', [one, two], tokenAddress(1))).toBe(0n);
    expect(read('balanceOf', [three])).toBe(200n);
  });

  it.each([maxUint256, 1n << 128n, (1n << 128n) - 1n])('treats an allowance of %s as unlimited', (amount) => {
    const approval = ledger.call(tokenAbi, 'approve', [two, amount], token, one);
    expect(decodeEvents(tokenAbi, approval.events)[0]!.args.value).toBe(amount);
    expect(read('allowance', [one, two])).toBe(maxUint256);
    expect(ledger.call(tokenAbi, 'transferFrom', [one, three, 200n], token, two).code).toBe(0);
    expect(read('allowance', [one, two])).toBe(maxUint256);
    expect(ledger.call(tokenAbi, 'approve', [two, 0n], token, one).code).toBe(0);
    expect(ledger.call(tokenAbi, 'transferFrom', [one, three, 1n], token, two).code).toBe(3101);
  });

  it('is the same balance for ether, wrapped or not', () => {
    const outcome = ledger.call(tokenAbi, 'deposit', [], ether, one, 200n);
    expect(decodeEvents(tokenAbi, outcome.events)[0]).toMatchObject({ eventName: 'Deposit', args: { amount: 200n } });
    expect(decodeEvents(tokenAbi, ledger.raw(one, ether, '0x', 200n).events)[0]!.eventName).toBe('Deposit');
    expect(ledger.call(tokenAbi, 'withdraw', [500n], ether, one).events).toHaveLength(1);
    expect(read('balanceOf', [one], ether)).toBe(500n);
    expect(ledger.call(tokenAbi, 'withdraw', [501n], ether, one).code).toBe(3001);
    expect(ledger.call(tokenAbi, 'deposit', [], ether, one, 501n).code).toBe(3001);
    expect(ledger.call(tokenAbi, 'deposit', [], token, one, 1n).code).toBe(1002);
  });

  it.each([
    ['wei', '0xa9059cbb', 1n, 1009],
    ['no such token', '0x06fdde03', 0n, 4001],
    ['an unknown function', '0x12345678', 0n, 1002],
    ['arguments that end early', `0xa9059cbb${'00'.repeat(63)}`, 0n, 1003],
    ['an address with dirty bits', `0xa9059cbb01${'00'.repeat(63)}`, 0n, 1004],
    ['three bytes', '0xa9059c', 0n, 1002],
  ])('refuses %s', (name, data, value, code) => {
    const at = name === 'no such token' ? tokenAddress(77) : token;
    expect(ledger.raw(one, at, data as Hex, value).code).toBe(code);
  });

  it('is the face of LP tokens too, and knows what pools hold', () => {
    const market = openMarket(9_000n, 4_000n);
    const lp = poolAddress(0);
    expect(market.read(tokenAbi, 'name', [], lp)).toBe('MetaSwap LP');
    expect(market.read(tokenAbi, 'symbol', [], lp)).toBe('MSLP');
    expect(market.read(tokenAbi, 'decimals', [], lp)).toBe(18);
    expect(market.read(tokenAbi, 'totalSupply', [], lp)).toBe(6_000n);
    expect(market.call(tokenAbi, 'transfer', [two, 5_000n], lp, one).code).toBe(0);
    expect(market.read(tokenAbi, 'balanceOf', [two], lp)).toBe(5_000n);
    expect(market.read(tokenAbi, 'balanceOf', [lp], tokenAddress(1))).toBe(9_000n);
    expect(market.read(tokenAbi, 'balanceOf', [lp], token)).toBe(4_000n);
    expect(market.read(tokenAbi, 'balanceOf', [lp], ether)).toBe(0n);
    expect(market.raw(one, poolAddress(1), '0x06fdde03').code).toBe(5001);
  });
});

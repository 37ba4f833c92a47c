import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Hex, encodeFunctionData, keccak256, pad, toHex } from 'viem';

import { bridgeAbi } from '../../../test/abi.ts';
import {
  BRIDGE,
  FACTORY,
  MESSENGER,
  PASSER,
  alias,
  eth,
  eventsOf,
  l1Bridge,
  l1Messenger,
  l1Token,
  lower,
  named,
  one,
  openBridge,
  relayData,
  two,
  unit,
} from '../../../test/bridge.ts';
import { type Ledger, poolAddress, tokenAddress, tokenRef } from '../../../test/ledger.ts';

describe('messages from L1', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = openBridge();
    ledger.mint(eth, alias, 50n * unit);
  });
  const finalise = (name: 'finalizeBridgeETH' | 'finalizeBridgeERC20' | 'finalizeDeposit', ...args: unknown[]): Hex =>
    encodeFunctionData({ abi: bridgeAbi, functionName: name, args: args as never });
  const state = (hash: Hex) =>
    ['successfulMessages', 'failedMessages'].map((name) => ledger.read(bridgeAbi, name, [hash], MESSENGER));

  it('pays deposited ether', () => {
    const data = relayData(0n, l1Bridge, BRIDGE, unit, finalise('finalizeBridgeETH', two, one, unit, '0xcafe'));
    const before = ledger.balance(eth, one);
    const outcome = ledger.raw(alias, MESSENGER, data, unit);
    expect(outcome.code).toBe(0);
    expect(eventsOf(outcome).map(({ eventName }) => eventName)).toEqual([
      'depositfinalized',
      'ethbridgefinalized',
      'relayedmessage',
    ]);
    expect(named(outcome, 'ETHBridgeFinalized')).toEqual({ from: two, to: one, amount: unit, extraData: '0xcafe' });
    expect(named(outcome, 'RelayedMessage').msgHash).toBe(keccak256(data));
    expect(ledger.balance(eth, one) - before).toBe(unit);
    expect([ledger.balance(eth, MESSENGER), ledger.balance(eth, alias)]).toEqual([0n, 49n * unit]);
    expect(state(keccak256(data))).toEqual([true, false]);
    expect(ledger.raw(alias, MESSENGER, data, unit).code).toBe(7102);
  });

  it.each(['finalizeBridgeERC20', 'finalizeDeposit'] as const)('mints deposited tokens by %s', (name) => {
    const tokens = name === 'finalizeDeposit' ? [l1Token(2), tokenAddress(2)] : [tokenAddress(2), l1Token(2)];
    const data = relayData(0n, l1Bridge, BRIDGE, 0n, finalise(name, ...tokens, two, one, 77n, '0x'));
    const outcome = ledger.raw(alias, MESSENGER, data);
    const moved = { from: two, to: one, amount: 77n, extraData: '0x' };
    expect(named(outcome, 'DepositFinalized')).toEqual({ ...moved, l1Token: l1Token(2), l2Token: tokenAddress(2) });
    expect(named(outcome, 'ERC20BridgeFinalized')).toEqual({
      ...moved,
      localToken: tokenAddress(2),
      remoteToken: l1Token(2),
    });
    expect([ledger.balance(tokenRef(2), one), ledger.supply(tokenRef(2))]).toEqual([77n, 77n]);
  });

  it.each([
    ['a foreign sender', two, () => finalise('finalizeBridgeETH', two, one, unit, '0x')],
    ['another amount', l1Bridge, () => finalise('finalizeBridgeETH', two, one, 2n * unit, '0x')],
    ['a system recipient', l1Bridge, () => finalise('finalizeBridgeETH', two, BRIDGE, unit, '0x')],
    [
      'the wrong L1 token',
      l1Bridge,
      () => finalise('finalizeBridgeERC20', tokenAddress(2), l1Token(3), two, one, 1n, '0x'),
    ],
    ['an LP token', l1Bridge, () => finalise('finalizeBridgeERC20', poolAddress(0), l1Token(3), two, one, 1n, '0x')],
    ['garbage', l1Bridge, () => '0x12345678' as const],
    ['cut arguments', l1Bridge, () => finalise('finalizeBridgeETH', two, one, unit, '0x').slice(0, 100) as Hex],
  ])('marks a message with %s as failed and keeps its value', (_name, sender, message) => {
    const data = relayData(4n, sender, BRIDGE, unit, message());
    const outcome = ledger.raw(alias, MESSENGER, data, unit);
    expect(outcome.code).toBe(0);
    expect(eventsOf(outcome).map(({ eventName }) => eventName)).toEqual(['failedrelayedmessage']);
    expect(state(keccak256(data))).toEqual([false, true]);
    expect([ledger.balance(eth, MESSENGER), ledger.supply(eth)]).toEqual([unit, 150n * unit]);
    expect(ledger.raw(alias, MESSENGER, data, unit).code).toBe(7102);
    expect(ledger.raw(one, MESSENGER, data, unit).code).toBe(7104);
    expect(named(ledger.raw(one, MESSENGER, data), 'FailedRelayedMessage').msgHash).toBe(keccak256(data));
  });

  it('lets anyone repeat a failed message once it can succeed', () => {
    const local = tokenAddress(4);
    const data = relayData(
      9n,
      l1Bridge,
      BRIDGE,
      0n,
      finalise('finalizeBridgeERC20', local, l1Token(9), two, one, 5n, '0x'),
    );
    ledger.raw(alias, MESSENGER, data);
    expect(state(keccak256(data))).toEqual([false, true]);
    ledger.call(bridgeAbi, 'createOptimismMintableERC20', [l1Token(9), 'Nine', 'N'], FACTORY, two);
    expect(named(ledger.raw(two, MESSENGER, data), 'RelayedMessage').msgHash).toBe(keccak256(data));
    expect(ledger.balance(tokenRef(4), one)).toBe(5n);
    expect(state(keccak256(data))).toEqual([true, true]);
    expect(ledger.raw(two, MESSENGER, data).code).toBe(7102);
  });

  it('pays an account directly', () => {
    const data = relayData(1n, two, `0x${'77'.repeat(20)}`, 3n, '0xdeadbeef');
    expect(named(ledger.raw(alias, MESSENGER, data, 3n), 'RelayedMessage').msgHash).toBe(keccak256(data));
    expect(ledger.balance(eth, `0x${'77'.repeat(20)}`)).toBe(3n);
  });

  it.each([
    ['a stranger', one, relayData(0n, l1Bridge, BRIDGE, 0n, '0x'), 0n, 7103],
    ['the L1 messenger without its alias', l1Messenger, relayData(0n, l1Bridge, BRIDGE, 0n, '0x'), 0n, 7103],
    ['a value that was not sent', alias, relayData(0n, l1Bridge, BRIDGE, 1n, '0x'), 0n, 7104],
    ['the messenger as target', alias, relayData(0n, l1Bridge, MESSENGER, 0n, '0x'), 0n, 7105],
    ['the message passer as target', alias, relayData(0n, l1Bridge, PASSER, 0n, '0x'), 0n, 7105],
    ['version 0', alias, relayData(0n, l1Bridge, BRIDGE, 0n, '0x').replace('0001', '0000') as Hex, 0n, 7101],
  ] as const)('refuses %s', (_name, from, data, value, code) => {
    expect(ledger.raw(from, MESSENGER, data, value).code).toBe(code);
  });

  it('answers what clients ask', () => {
    const ask = (name: string, at: Hex) => lower(ledger.read(bridgeAbi, name, [], at));
    expect(ask('otherMessenger', MESSENGER)).toBe(l1Messenger);
    expect(ask('OTHER_BRIDGE', BRIDGE)).toBe(l1Bridge);
    expect(ask('messenger', BRIDGE)).toBe(MESSENGER);
    expect([ask('paused', MESSENGER), ask('paused', BRIDGE)]).toEqual([false, false]);
    expect(ledger.call(bridgeAbi, 'xDomainMessageSender', [], MESSENGER).code).toBe(7106);
    for (const at of [MESSENGER, BRIDGE, FACTORY, PASSER]) expect(ask('version', at)).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('aliases as L1 does, with carries', () => {
    for (const address of [
      l1Messenger,
      `0x${'ff'.repeat(20)}`,
      `0x${'ee'.repeat(20)}`,
      pad('0x', { size: 20 }),
    ] as const) {
      const out = ledger.address(6, pad('0x', { size: 20 }));
      ledger.run('aliasAddress', out, ledger.address(0, address));
      const expected = (BigInt(address) + 0x1111000000000000000000000000000000001111n) % (1n << 160n);
      expect(ledger.bytes(out, 20)).toBe(toHex(expected, { size: 20 }));
    }
  });
});

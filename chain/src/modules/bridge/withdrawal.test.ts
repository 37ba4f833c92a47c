import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Hex, encodeFunctionData, hexToBytes, keccak256, pad, toHex } from 'viem';

import { bridgeAbi, tokenAbi } from '../../../test/abi.ts';
import {
  BRIDGE,
  MESSENGER,
  PASSER,
  eth,
  eventsOf,
  l1Bridge,
  l1Messenger,
  l1Token,
  legacyEther,
  lower,
  named,
  one,
  openBridge,
  two,
  unit,
  versioned,
  withdrawalHash,
  withdrawalsOf,
} from '../../../test/bridge.ts';
import { decodeEvents } from '../../../test/events.ts';
import { type Ledger, poolAddress, tokenAddress, tokenRef } from '../../../test/ledger.ts';

describe('the message passer', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = openBridge();
  });

  it.each([0, 1, 31, 32, 33, 1_000, 3_776])('sends %i bytes so that viem and L1 find the same hash', (length) => {
    const data = toHex(new Uint8Array(length).fill(7));
    const outcome = ledger.call(bridgeAbi, 'initiateWithdrawal', [two, 21_000n, data], PASSER, one, unit);
    expect(outcome.code).toBe(0);
    const [withdrawal] = withdrawalsOf(outcome);
    expect(lower(withdrawal)).toMatchObject({
      nonce: versioned(0n),
      sender: one,
      target: two,
      value: unit,
      gasLimit: 21_000n,
      data,
    });
    expect(withdrawalHash(withdrawal!)).toBe(withdrawal!.withdrawalHash);
    expect(ledger.read(bridgeAbi, 'sentMessages', [withdrawal!.withdrawalHash], PASSER)).toBe(true);
    expect(ledger.read(bridgeAbi, 'sentMessages', [keccak256('0x')], PASSER)).toBe(false);
    const key = Buffer.concat([Buffer.from([7, 1]), hexToBytes(withdrawal!.withdrawalHash).subarray(0, 30)]).toString(
      'latin1',
    );
    expect(toHex(ledger.state.get(key)!)).toBe(pad('0x01', { dir: 'right' }));
  });

  it('burns the value and counts its nonces', () => {
    ledger.call(bridgeAbi, 'initiateWithdrawal', [two, 0n, '0x'], PASSER, one, unit);
    ledger.raw(one, PASSER, '0x', 2n * unit);
    expect([ledger.balance(eth, one), ledger.supply(eth), ledger.balance(eth, PASSER)]).toEqual([
      97n * unit,
      97n * unit,
      0n,
    ]);
    expect(ledger.read(bridgeAbi, 'messageNonce', [], PASSER)).toBe(versioned(2n));
    expect(ledger.read(bridgeAbi, 'MESSAGE_VERSION', [], PASSER)).toBe(1);
  });

  it.each([
    ['more than the balance', [two, 0n, '0x'], 101n * unit, 3001],
    ['too much data', [two, 0n, toHex(new Uint8Array(3_777))], 0n, 1006],
    ['to the zero address', [pad('0x', { size: 20 }), 0n, '0x'], 0n, 7003],
  ] as const)('refuses %s', (_name, args, value, code) => {
    expect(ledger.call(bridgeAbi, 'initiateWithdrawal', args as never, PASSER, one, value).code).toBe(code);
  });
});

describe('withdrawals through messenger and bridge', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = openBridge();
    ledger.mint(tokenRef(2), one, 1_000n);
  });

  it('wraps a message as the L1 messenger relays it', () => {
    const outcome = ledger.call(bridgeAbi, 'sendMessage', [two, '0x123456', 100_000], MESSENGER, one, 5n);
    const [withdrawal] = withdrawalsOf(outcome);
    const inner = encodeFunctionData({
      abi: bridgeAbi,
      functionName: 'relayMessage',
      args: [versioned(0n), one, two, 5n, 100_000n, '0x123456'],
    });
    const gas = 200_000n + 3n * 16n + (100_000n * 64n) / 63n + 85_000n;
    expect(lower(withdrawal)).toMatchObject({
      sender: MESSENGER,
      target: l1Messenger,
      value: 5n,
      data: inner,
      gasLimit: gas,
    });
    expect(withdrawalHash(withdrawal!)).toBe(withdrawal!.withdrawalHash);
    expect(ledger.read(bridgeAbi, 'baseGas', ['0x123456', 100_000], MESSENGER)).toBe(gas);
    const names = eventsOf(outcome).map(({ eventName }) => eventName);
    expect(names).toEqual(['messagepassed', 'sentmessage', 'sentmessageextension1']);
    expect(named(outcome, 'SentMessage')).toEqual({
      target: two,
      sender: one,
      message: '0x123456',
      messageNonce: versioned(0n),
      gasLimit: 100_000n,
    });
    expect(named(outcome, 'SentMessageExtension1')).toEqual({ sender: one, value: 5n });
    expect(ledger.read(bridgeAbi, 'messageNonce', [], MESSENGER)).toBe(versioned(1n));
  });

  const etherMessage = (to: Hex, amount: bigint, extra: Hex): Hex =>
    encodeFunctionData({ abi: bridgeAbi, functionName: 'finalizeBridgeETH', args: [one, to, amount, extra] });

  it.each([
    ['withdraw', [legacyEther, unit, 7, '0xab'], one, '0xab'],
    ['withdrawTo', [legacyEther, two, unit, 7, '0xab'], two, '0xab'],
    ['bridgeETH', [7, '0x'], one, '0x'],
    ['bridgeETHTo', [two, 7, toHex(new Uint8Array(3_264).fill(3))], two, toHex(new Uint8Array(3_264).fill(3))],
  ] as const)('withdraws ether by %s', (name, args, to, extra) => {
    const outcome = ledger.call(bridgeAbi, name, args as never, BRIDGE, one, unit);
    expect(outcome.code).toBe(0);
    const sent = named(outcome, 'SentMessage');
    expect(sent).toMatchObject({
      target: l1Bridge,
      sender: BRIDGE,
      message: etherMessage(to, unit, extra),
      gasLimit: 7n,
    });
    const initiated = { from: one, to, amount: unit, extraData: extra };
    expect(named(outcome, 'ETHBridgeInitiated')).toEqual(initiated);
    expect(named(outcome, 'WithdrawalInitiated')).toEqual({
      ...initiated,
      l1Token: pad('0x', { size: 20 }),
      l2Token: legacyEther,
    });
    const [withdrawal] = withdrawalsOf(outcome);
    expect(withdrawal!.value).toBe(unit);
    expect(withdrawalHash(withdrawal!)).toBe(withdrawal!.withdrawalHash);
    expect(ledger.supply(eth)).toBe(99n * unit);
  });

  it.each([
    ['withdraw', [tokenAddress(2), 400n, 9, '0x'], one],
    ['withdrawTo', [tokenAddress(2), two, 400n, 9, '0x'], two],
    ['bridgeERC20', [tokenAddress(2), l1Token(2), 400n, 9, '0x'], one],
    ['bridgeERC20To', [tokenAddress(2), l1Token(2), two, 400n, 9, '0x'], two],
  ] as const)('withdraws a token by %s', (name, args, to) => {
    const outcome = ledger.call(bridgeAbi, name, args as never, BRIDGE, one);
    expect(outcome.code).toBe(0);
    const message = encodeFunctionData({
      abi: bridgeAbi,
      functionName: 'finalizeBridgeERC20',
      args: [l1Token(2), tokenAddress(2), one, to, 400n, '0x'],
    });
    expect(named(outcome, 'SentMessage')).toMatchObject({ target: l1Bridge, sender: BRIDGE, message });
    const moved = { from: one, to, amount: 400n, extraData: '0x' };
    expect(named(outcome, 'WithdrawalInitiated')).toEqual({ ...moved, l1Token: l1Token(2), l2Token: tokenAddress(2) });
    expect(named(outcome, 'ERC20BridgeInitiated')).toEqual({
      ...moved,
      localToken: tokenAddress(2),
      remoteToken: l1Token(2),
    });
    expect([ledger.balance(tokenRef(2), one), ledger.supply(tokenRef(2))]).toEqual([600n, 600n]);
    expect(decodeEvents(tokenAbi, outcome.events).some(({ eventName }) => eventName === 'Transfer')).toBe(true);
  });

  it('withdraws by a plain transfer to the bridge and by the packed operation', () => {
    expect(named(ledger.raw(one, BRIDGE, '0x', unit), 'ETHBridgeInitiated')).toMatchObject({ to: one, amount: unit });
    const packed = (token: bigint, amount: bigint) =>
      ledger.run('withdraw', ledger.address(0, one), token, ledger.address(1, two), ledger.amount(4, amount));
    const [direct] = withdrawalsOf(packed(eth, unit));
    expect(lower(direct)).toMatchObject({ sender: one, target: two, value: unit, gasLimit: 100_000n, data: '0x' });
    expect(named(packed(tokenRef(2), 5n), 'ERC20BridgeInitiated')).toMatchObject({ from: one, to: two, amount: 5n });
    expect([packed(eth, 0n).code, packed(tokenRef(1), 1n).code, packed(tokenRef(2), 996n).code]).toEqual([
      7004, 7204, 3001,
    ]);
  });

  it.each([
    ['ether that differs from the amount', 'withdraw', [legacyEther, unit, 0, '0x'], 1n, 7203],
    ['ether with a token', 'withdraw', [tokenAddress(2), 1n, 0, '0x'], 1n, 1009],
    ['a token of this chain', 'withdraw', [tokenAddress(1), 0n, 0, '0x'], 0n, 7204],
    ['an LP token', 'withdraw', [poolAddress(0), 0n, 0, '0x'], 0n, 7204],
    ['no token', 'withdraw', [one, 0n, 0, '0x'], 0n, 4001],
    ['a token that does not exist', 'withdraw', [tokenAddress(9), 0n, 0, '0x'], 0n, 4001],
    ['the wrong L1 token', 'bridgeERC20', [tokenAddress(2), l1Token(3), 1n, 0, '0x'], 0n, 7202],
    ['the zero address', 'bridgeETHTo', [pad('0x', { size: 20 }), 0, '0x'], 1n, 7003],
    ['too much extra data', 'bridgeETH', [0, toHex(new Uint8Array(3_265))], 1n, 1006],
    ['a finalisation by a user', 'finalizeBridgeETH', [one, one, 1n, '0x'], 1n, 7201],
    [
      'a token finalisation by a user',
      'finalizeBridgeERC20',
      [tokenAddress(2), l1Token(2), one, one, 1n, '0x'],
      0n,
      7201,
    ],
  ] as const)('refuses %s', (_name, method, args, value, code) => {
    const before = new Map(ledger.state);
    expect(ledger.call(bridgeAbi, method, args as never, BRIDGE, one, value).code).toBe(code);
    expect(ledger.state).toEqual(before);
  });
});

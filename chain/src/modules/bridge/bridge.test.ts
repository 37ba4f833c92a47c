import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Hex,
  encodeAbiParameters,
  encodeFunctionData,
  hexToBytes,
  keccak256,
  pad,
  parseAbiParameters,
  toHex,
} from 'viem';
import { getWithdrawals } from 'viem/op-stack';

import { bridgeAbi, tokenAbi } from '../../../test/abi.ts';
import {
  Ledger,
  type Outcome,
  account,
  decodeEvents,
  poolAddress,
  predeploy,
  tokenAddress,
  tokenRef,
} from '../../../test/ledger.ts';

const [one, two] = [account(1), account(2)];
const [MESSENGER, BRIDGE, FACTORY, PASSER] = [0x07, 0x10, 0x12, 0x16].map(predeploy) as [Hex, Hex, Hex, Hex];
const legacyEther = '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000';
const l1Messenger = `0x${'4d'.repeat(20)}` as const;
const l1Bridge = `0x${'b1'.repeat(20)}` as const;
const alias = toHex((BigInt(l1Messenger) + 0x1111000000000000000000000000000000001111n) % (1n << 160n), { size: 20 });
const l1Token = (index: number): Hex => `0x${index.toString(16).padStart(40, 'e')}`;
const unit = 10n ** 18n;
const eth = tokenRef(0);
const versioned = (nonce: bigint): bigint => (1n << 240n) | nonce;
const lower = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.toLowerCase()
    : Array.isArray(value)
      ? value.map(lower)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, lower(entry)]))
        : value;
const eventsOf = (outcome: Outcome) =>
  decodeEvents(bridgeAbi, outcome.events).map(
    (event) => lower(event) as { eventName: string; args: Record<string, unknown> },
  );
const named = (outcome: Outcome, name: string) =>
  eventsOf(outcome).find(({ eventName }) => eventName === name.toLowerCase())!.args;

/** The withdrawals of a transaction as viem's op-stack client finds them. */
const withdrawalsOf = (outcome: Outcome) => getWithdrawals({ logs: outcome.events as never });
const withdrawalHash = ({
  nonce,
  sender,
  target,
  value,
  gasLimit,
  data,
}: ReturnType<typeof withdrawalsOf>[number]): Hex =>
  keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, address, uint256, uint256, bytes'), [
      nonce,
      sender,
      target,
      value,
      gasLimit,
      data,
    ]),
  );

const relayData = (nonce: bigint, sender: Hex, target: Hex, value: bigint, message: Hex): Hex =>
  encodeFunctionData({
    abi: bridgeAbi,
    functionName: 'relayMessage',
    args: [versioned(nonce), sender, target, value, 200_000n, message],
  });

const openBridge = (): Ledger => {
  const ledger = new Ledger();
  ledger.setWord('0702', `${'00'.repeat(12)}${l1Messenger.slice(2)}`);
  ledger.setWord('0703', `${'00'.repeat(12)}${l1Bridge.slice(2)}`);
  ledger.mint(eth, one, 100n * unit);
  return ledger;
};

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

describe('the token factory', () => {
  it.each(['createOptimismMintableERC20', 'createStandardL2Token'] as const)('registers a token by %s', (name) => {
    const ledger = openBridge();
    const title = 'A name of more than thirty-two bytes, in UTF-8: 代币';
    const outcome = ledger.call(bridgeAbi, name, [l1Token(8), title, 'EIGHT'], FACTORY, two);
    expect(outcome.code).toBe(0);
    expect(`0x${outcome.data.slice(-40)}`).toBe(tokenAddress(4));
    expect(named(outcome, 'StandardL2TokenCreated')).toEqual({ remoteToken: l1Token(8), localToken: tokenAddress(4) });
    expect(named(outcome, 'OptimismMintableERC20Created')).toEqual({
      localToken: tokenAddress(4),
      remoteToken: l1Token(8),
      deployer: two,
    });
    expect(ledger.read(tokenAbi, 'name', [], tokenAddress(4))).toBe(title);
    expect(ledger.read(tokenAbi, 'decimals', [], tokenAddress(4))).toBe(18);
    expect(ledger.call(bridgeAbi, name, [l1Token(8), title, 'EIGHT'], FACTORY, two).data.slice(-8)).toBe('00000005');
  });

  it('takes decimals and refuses what does not fit', () => {
    const ledger = openBridge();
    const create = (...args: [Hex, string, string, number]) =>
      ledger.call(bridgeAbi, 'createOptimismMintableERC20WithDecimals', args, FACTORY, two);
    expect(create(l1Token(8), 'a', 'b', 6).code).toBe(0);
    expect(ledger.read(tokenAbi, 'decimals', [], tokenAddress(4))).toBe(6);
    expect(create(pad('0x', { size: 20 }), 'a', 'b', 6).code).toBe(4002);
    expect(create(l1Token(8), '', 'b', 6).code).toBe(4003);
    expect(create(l1Token(8), 'a', '', 6).code).toBe(4004);
    expect(create(l1Token(8), 'x'.repeat(65), 'b', 6).code).toBe(1006);
    expect(create(l1Token(8), 'a', 'x'.repeat(33), 6).code).toBe(1006);
  });
});

describe('the gas price oracle', () => {
  it('answers from the prices of the last item', () => {
    const ledger = openBridge();
    const words = (...values: bigint[]) =>
      values.map((value) => Buffer.from(BigUint64Array.of(value).buffer).toString('hex')).join('');
    ledger.setWord('0604', words(3_000n, 25n, 9n));
    ledger.setWord('0605', words(123n, 456n, 1n));
    const oracle = predeploy(0x0f);
    expect(ledger.read(bridgeAbi, 'getL1Fee', [toHex(new Uint8Array(130))], oracle)).toBe(200n * 3_000n);
    expect(ledger.read(bridgeAbi, 'getL1GasUsed', [toHex(new Uint8Array(130))], oracle)).toBe(200n * 16n);
    expect(ledger.read(bridgeAbi, 'l1BaseFee', [], oracle)).toBe(25n);
    expect(ledger.read(bridgeAbi, 'decimals', [], oracle)).toBe(6n);
    expect(ledger.read(bridgeAbi, 'getOperatorFee', [1n], oracle)).toBe(0n);
    expect(ledger.read(bridgeAbi, 'number', [], predeploy(0x15))).toBe(123n);
  });
});

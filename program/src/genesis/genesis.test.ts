import { describe, expect, it } from '@jest/globals';

import { balanceKey, tokenAddress } from '../codec/address.js';
import { readLittleEndian, toHex } from '../codec/bytes.js';
import { GenesisError } from '../errors.js';
import { createGenesis } from './genesis.js';
import { accountKey, l1TokenKey, supplyKey, tokenKey, tokenNameKey } from './keys.js';

const one = `0x${'11'.repeat(20)}` as const;
const two = `0x${'22'.repeat(20)}` as const;
const config = {
  chainId: 7_770,
  timestamp: 1_800_000_000,
  producer: one,
  l1Messenger: two,
  l1StandardBridge: two,
  tokens: [
    { name: 'MetaMart', symbol: 'MB' },
    { name: 'Digital Currency', symbol: 'DCEP', decimals: 6, l1Token: two },
    { name: 'A name of more than thirty-two bytes', symbol: 'LONG', l1Token: two },
  ],
  allocations: [
    { token: 1, account: one, amount: '100' },
    { token: 1, account: two, amount: 5 },
    { token: 1, account: one, amount: 7n },
  ],
};
const valueOf = (genesis: ReturnType<typeof createGenesis>, key: Uint8Array) =>
  genesis.words.find((entry) => entry.key === toHex(key))?.value;

describe('genesis', () => {
  const genesis = createGenesis(config);

  it('is the same for the same configuration', () => {
    expect(createGenesis(config)).toEqual(genesis);
    expect(createGenesis({ ...config, timestamp: 1 }).stateRoot).not.toBe(genesis.stateRoot);
  });

  it('adds allocations up to balances and supplies', () => {
    const amount = (key: Uint8Array) => readLittleEndian(Buffer.from(valueOf(genesis, key)!.slice(2), 'hex'));
    expect(amount(balanceKey(tokenAddress(1), one))).toBe(107n);
    expect(amount(balanceKey(tokenAddress(1), two))).toBe(5n);
    expect(amount(supplyKey((1n << 32n) | 1n))).toBe(112n);
  });

  it('registers tokens, the first of an L1 token for look-ups', () => {
    expect(valueOf(genesis, tokenKey(2))).toBe(`0x01061004${'00'.repeat(8)}${'22'.repeat(20)}`);
    expect(valueOf(genesis, l1TokenKey(two))).toBe(`0x02${'00'.repeat(31)}`);
    expect(valueOf(genesis, tokenNameKey(3, 1))).toBe(`0x${Buffer.from('ytes').toString('hex')}${'00'.repeat(28)}`);
    expect(toHex(accountKey(one))).toBe(`0x02010000${'00'.repeat(8)}${'11'.repeat(20)}`);
  });

  it.each([
    ['an unknown field', { ...config, extra: 1 }, 'extra'],
    ['a bad address', { ...config, producer: '0x12' }, 'producer: an address'],
    ['a negative amount', { ...config, allocations: [{ token: 1, account: one, amount: -1 }] }, 'allocations.0.amount'],
    ['a long symbol', { ...config, tokens: [{ name: 'a', symbol: 'x'.repeat(33) }] }, 'tokens.0.symbol'],
    ['an allocation of no token', { ...config, allocations: [{ token: 4, account: one, amount: 1 }] }, 'token 4'],
    ['nothing', undefined, 'configuration'],
  ])('refuses %s', (_name, input, message) => {
    expect(() => createGenesis(input)).toThrow(GenesisError);
    expect(() => createGenesis(input)).toThrow(message);
  });

  it('refuses a supply of 2^128', () => {
    const half = { token: 1, account: one, amount: (1n << 128n) - 1n };
    expect(() => createGenesis({ ...config, allocations: [half, half] })).toThrow('reaches 2^128');
  });
});

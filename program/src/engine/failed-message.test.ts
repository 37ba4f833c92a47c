import { describe, expect, it } from '@jest/globals';
import { encodeFunctionData, erc20Abi, type Hex } from 'viem';

import { poolAddress, systemAddresses, tokenAddress } from '../codec/address.js';
import { delayedSourceHash, type DelayedMessage } from '../codec/delayed.js';
import { Inbox } from '../testing/inbox.js';
import { accounts, ETHER, START, TestChain } from '../testing/test-chain.js';

const [, alice, bob] = accounts as [never, (typeof accounts)[0], (typeof accounts)[0]];
const transfer = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [bob.address, 1n] });
/** Of `alice`, who has a billion ether and as many of each token. */
const BEYOND_HER_MEANS = 1n << 120n;

const message = (index: number, fields: Partial<DelayedMessage>): DelayedMessage => ({
  sender: alice.address,
  to: tokenAddress(3),
  mint: ETHER,
  value: 0n,
  gasLimit: 21_000n,
  l1BlockNumber: 90n,
  l1Timestamp: START,
  sourceHash: delayedSourceHash(BigInt(index)),
  data: transfer,
  ...fields,
});

describe('a message from L1 that the rules refuse', () => {
  it.each<[string, Partial<DelayedMessage>]>([
    ['an unknown selector', { data: '0x12345678' }],
    ['half a selector', { data: '0x1234' }],
    ['arguments cut off', { data: transfer.slice(0, -2) as Hex }],
    ['a pool that does not exist', { to: poolAddress(77), data: '0x0902f1ac' }],
    ['the router without a selector', { to: systemAddresses.router, data: '0x' }],
    ['more value than its sender has', { to: bob.address, value: BEYOND_HER_MEANS, data: '0x' }],
    [
      'more tokens than its sender has',
      { data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [bob.address, BEYOND_HER_MEANS] }) },
    ],
  ])('for %s is in its block as failed; its ether stays, and the next one is executed', (_what, fields) => {
    const inbox = new Inbox();
    inbox.messages.push(message(0, fields), message(1, {}));
    inbox.append(START + 3_601n, new Uint8Array());
    const chain = new TestChain();
    const before = [chain.balance(0, alice.address), chain.balance(3, bob.address)] as const;
    const start = { parentHash: chain.genesis.hash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };
    const { trapped, block, next } = chain.engine.runUnit(start, inbox);
    expect([trapped, next.item, block?.delayedConsumed]).toEqual([false, 1n, 2n]);
    expect(block?.receipts.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['delayed failed', 'delayed ok']);
    expect(block?.receipts[0]?.events).toEqual([]);
    expect(chain.balance(0, alice.address) - before[0]).toBe(2n * ETHER);
    expect(chain.balance(3, bob.address) - before[1]).toBe(1n);
  });
});

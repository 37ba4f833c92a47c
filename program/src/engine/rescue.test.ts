import { describe, expect, it } from '@jest/globals';
import { encodeFunctionData, parseAbi } from 'viem';

import { tokenAddress } from '../codec/address.js';
import { delayedSourceHash } from '../codec/delayed.js';
import { encodePayload, Inbox, signBlock } from '../testing/inbox.js';
import { accounts, ETHER, START, TestChain } from '../testing/test-chain.js';
import { RESCUE_OFFSET } from './next-position.js';
import type { Position, UnitInputs, UnitResult } from './types.js';

const CALL_NOT_MADE = 1_203;
/** First data word of a message: after the nine of its header. */
const DATA_WORD = 9;
const transfer = parseAbi(['function transfer(address to, uint256 amount) returns (bool)']);
const [, alice, bob] = accounts as [never, (typeof accounts)[0], (typeof accounts)[0]];

/** A deposit whose call pays the merchant token 3 to bob. */
const deposit = (index: number) => ({
  sender: alice.address,
  to: tokenAddress(3),
  mint: ETHER,
  value: 0n,
  gasLimit: 200_000n,
  l1BlockNumber: 90n,
  l1Timestamp: START,
  sourceHash: delayedSourceHash(BigInt(index)),
  data: encodeFunctionData({ abi: transfer, args: [bob.address, 1n] }),
});

/** Runs units until the item is done. */
function runItem(chain: TestChain, inputs: UnitInputs): UnitResult[] {
  const results: UnitResult[] = [];
  let next: Position = { parentHash: chain.genesis.hash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };
  while (next.item === 0n && results.length < 20) {
    const result = chain.engine.runUnit(next, inputs);
    results.push(result);
    next = result.next;
  }
  return results;
}

/** An item with a good block that asks for three deposits, read through inputs in which some words cannot be read. */
async function trappingItem(missing: (space: 'payload' | 'delayed', message: bigint, word: number) => boolean) {
  const inbox = new Inbox();
  inbox.messages.push(deposit(0), deposit(1), deposit(2));
  const sequencer = new TestChain(inbox);
  sequencer.time += 5n;
  const context = sequencer.context({ delayed: 3n });
  sequencer.engine.begin(context);
  const block = sequencer.engine.end();
  inbox.append(sequencer.time + 10n, encodePayload([await signBlock(block, context, [])]));
  const inputs: UnitInputs = {
    itemWord: (item, word) => inbox.itemWord(item, word),
    payloadWord: (item, word) => (missing('payload', item, word) ? undefined : inbox.payloadWord(item, word)),
    delayedWord: (message, word) => (missing('delayed', message, word) ? undefined : inbox.delayedWord(message, word)),
  };
  return { inputs, honest: block };
}

const balances = (chain: TestChain) => [chain.balance(0, alice.address), chain.balance(3, bob.address)];

describe('an item on which the rules trap', () => {
  it('loses its payload and keeps its deposits, calls included', async () => {
    const { inputs } = await trappingItem((space) => space === 'payload');
    const chain = new TestChain();
    const before = balances(chain);
    const results = runItem(chain, inputs);
    expect(results.map(({ trapped, next }) => [trapped, next.item, next.offset])).toEqual([
      [true, 0n, RESCUE_OFFSET],
      [false, 0n, RESCUE_OFFSET],
      [false, 0n, RESCUE_OFFSET],
      [false, 1n, 0],
    ]);
    expect(balances(chain).map((balance, index) => balance - before[index]!)).toEqual([3n * ETHER, 3n]);
  });

  it('takes the call of the message that traps by itself, and only that', async () => {
    const { inputs } = await trappingItem(
      (space, message, word) => space === 'delayed' && message === 1n && word >= DATA_WORD,
    );
    const chain = new TestChain();
    const before = balances(chain);
    const results = runItem(chain, inputs);
    expect(results.map(({ trapped }) => trapped)).toEqual([true, false, true, false, false]);
    const receipts = results.flatMap(({ block }) => block?.receipts ?? []);
    expect(receipts.map(({ status, code }) => [status, code])).toEqual([
      ['ok', 0],
      ['failed', CALL_NOT_MADE],
      ['ok', 0],
    ]);
    expect(balances(chain).map((balance, index) => balance - before[index]!)).toEqual([3n * ETHER, 2n]);
  });

  it('is left behind even if crediting traps', async () => {
    const { inputs } = await trappingItem((space, _message, word) => space === 'payload' || word === 2);
    const chain = new TestChain();
    const results = runItem(chain, inputs);
    expect(results.map(({ trapped, next }) => [trapped, next.item])).toEqual([
      [true, 0n],
      [true, 0n],
      [true, 1n],
    ]);
    expect(chain.engine.stateRoot()).toBe(chain.genesis.stateRoot);
  });
});

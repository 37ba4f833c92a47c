import { describe, expect, it } from '@jest/globals';
import { bytesToHex } from 'viem';
import { ecrecover, poolAddress, tokenAddress, type UnitInputs } from '@metachain/program';
import type { HostCryptography } from './crypto.js';
import { lowerProvable } from './lowering/program.js';
import { PersistentStateTree } from './merkle/state-tree.js';
import { everyEntry } from './testing/operations.js';
import { accounts, ETHER, program, RealChain } from './testing/real-chain.js';
import { UnitChecker, UnitMismatchError } from './unit-checker.js';

const cryptography: HostCryptography = { recover: ecrecover, verifyAggregate: () => false };
const lowered = lowerProvable(program.wasm);
const [, alice, bob] = accounts;

const bound = (inputs: UnitInputs): UnitInputs => ({
  itemWord: (item, word) => inputs.itemWord(item, word),
  payloadWord: (item, word) => inputs.payloadWord(item, word),
  delayedWord: (message, word) => inputs.delayedWord(message, word),
});

/** Replays every unit of a chain in V8, with the stepper beside it. */
function replay(chain: RealChain, inputs: UnitInputs = chain.inputs) {
  const engine = chain.engine();
  const checker = new UnitChecker(lowered, PersistentStateTree.fromRecords(chain.genesis.contents), cryptography);
  const units = [];
  for (
    let position = chain.start;
    position.item < BigInt(chain.items.length);
    position = units.at(-1)?.next ?? position
  ) {
    units.push(checker.check(position, inputs, engine.runUnit(position, inputs)));
  }
  expect(bytesToHex(checker.root)).toBe(engine.stateRoot());
  return units;
}

describe('the program in the stepper', () => {
  it('does what it does in V8, block by block', async () => {
    const chain = new RealChain();
    const pool = poolAddress(0);
    const first = await chain.block([
      await chain.packed(alice, [
        { type: 'CreatePool', tokenA: tokenAddress(1), tokenB: tokenAddress(3) },
        { type: 'AddLiquidity', pool, amount0: 10_000n * ETHER, amount1: 10_000n * ETHER, minimum0: 0n, minimum1: 0n },
      ]),
      await chain.ethereum(bob, { to: alice?.address, value: 5n }),
    ]);
    const swap = { type: 'Swap', pool, zeroForOne: true, amountIn: ETHER, minimumOut: 0n } as const;
    const second = await chain.block([
      await chain.packed(bob, [swap]),
      await chain.packed(alice, [{ ...swap, minimumOut: 10n ** 30n }], { sequence: 1n }),
    ]);
    chain.postBlocks([first, second]);
    const units = replay(chain);
    expect(units.map(({ made }) => made)).toEqual([true, true]);
    expect(units.every(({ steps }) => steps > 1_000n)).toBe(true);
  });

  it('does the same with every operation and call', async () => {
    const chain = new RealChain();
    chain.postBlocks([await chain.block(await everyEntry(chain))]);
    const [unit] = replay(chain);
    expect(unit?.made).toBe(true);
    expect(unit?.steps).toBeGreaterThan(200_000n);
  });

  it('ignores payloads that are none, with a bounded number of steps', async () => {
    const chain = new RealChain();
    const block = await chain.block([
      await chain.packed(alice, [{ type: 'Transfer', token: tokenAddress(1), to: bob?.address ?? '0x', amount: 7n }]),
    ]);
    const broken = block.slice();
    broken[50]! ^= 1;
    chain.postBlocks([broken]);
    chain.append({ kind: 'none' }, 'none', 0n, `0x${'00'.repeat(32)}`);
    chain.postBlocks([block]);
    expect(replay(chain).map(({ made, trapped }) => [made, trapped])).toEqual([
      [false, false],
      [false, false],
      [true, false],
    ]);
  });

  it('consumes deposits', async () => {
    const chain = new RealChain();
    chain.deposit({ sender: alice?.address, to: alice?.address, mint: ETHER, value: 0n });
    chain.postBlocks([await chain.block([], 1n)]);
    expect(replay(chain).map(({ made }) => made)).toEqual([true]);
  });

  it('credits deposits after a trap', async () => {
    const chain = new RealChain();
    for (let i = 0; i < 2; i++)
      chain.deposit({ sender: alice?.address, to: alice?.address, mint: ETHER, value: 0n, data: '0x01' });
    chain.postBlocks([await chain.block([], 2n)]);
    // The second message's data cannot be read: its unit traps twice, once in the block and once alone.
    const delayedWord = (message: bigint, word: number) =>
      message === 1n && word === 9 ? undefined : chain.inputs.delayedWord(message, word);
    const units = replay(chain, { ...bound(chain.inputs), delayedWord });
    expect(units.map(({ made, trapped }) => [made, trapped])).toEqual([
      [false, true],
      [true, false],
      [false, true],
      [true, false],
    ]);
  });

  it('finds a result that V8 did not compute', async () => {
    const chain = new RealChain();
    chain.postBlocks([await chain.block([])]);
    const expected = chain.engine().runUnit(chain.start, chain.inputs);
    const checker = new UnitChecker(lowered, PersistentStateTree.fromRecords(chain.genesis.contents), cryptography);
    const wrong = { ...expected, next: { ...expected.next, parentHash: chain.genesis.hash } };
    expect(() => checker.check(chain.start, chain.inputs, wrong)).toThrow(UnitMismatchError);
    expect(checker.check(chain.start, chain.inputs, expected).made).toBe(true);
  });
});

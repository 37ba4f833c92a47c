import { Worker } from 'node:worker_threads';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { concatBytes, frameEthereum, loadProgram, Preparer } from '@metachain/program';
import { hexToBytes, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { CannotDeriveError } from '../errors.js';
import { prepareContent, splitForThreads } from './block-memo.js';
import { SignaturePool } from './signature-pool.js';

const CHAIN_ID = 7_773;
const TIME = 1_800_000_000n;
const { module } = loadProgram();
const account = privateKeyToAccount(`0x${'57'.repeat(32)}`);

async function entry(nonce: number): Promise<Uint8Array> {
  const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 0n, gas: 21_000n };
  return frameEthereum(
    hexToBytes(await account.signTransaction({ chainId: CHAIN_ID, nonce, to: zeroAddress, value: 1n, ...fees })),
  );
}

let content: Uint8Array;
beforeAll(async () => {
  content = concatBytes(...(await Promise.all(Array.from({ length: 600 }, (_, nonce) => entry(nonce)))));
});

describe('parts of a block', () => {
  it('joined are the block, and each is whole entries', () => {
    const parts = splitForThreads(content);
    expect(parts.length).toBe(3);
    expect(concatBytes(...parts)).toEqual(content);
    for (const part of parts) expect(concatBytes(...splitForThreads(part))).toEqual(part);
  });

  it('leave out what is cut off at the end, and are none for an empty block', () => {
    const whole = content.length - splitForThreads(content).at(-1)!.length;
    expect(concatBytes(...splitForThreads(content.subarray(0, whole + 5)))).toEqual(content.subarray(0, whole));
    expect(splitForThreads(new Uint8Array())).toEqual([]);
  });
});

describe.each([1, 3])('%d threads', (threads) => {
  let pool: SignaturePool;
  beforeAll(() => {
    pool = new SignaturePool(module, CHAIN_ID, threads);
  });
  afterAll(() => pool.close());

  it('make the memos that one thread makes, in the order of the entries, for several blocks at once', async () => {
    const expected = prepareContent(new Preparer(module, CHAIN_ID), content, TIME);
    const blocks = [content, new Uint8Array(), content].map((block) => pool.prepare(block, TIME));
    const memos = await Promise.all(blocks.map(({ memo }) => memo));
    expect(memos).toEqual([expected, new Int32Array(), expected]);
    expect(blocks.map(({ done }) => done)).toEqual([true, true, true]);
  });
});

describe('one who waits', () => {
  it('may do what no thread has begun, until nothing is left', async () => {
    const pool = new SignaturePool(module, CHAIN_ID, 0);
    const block = pool.prepare(content, TIME);
    let parts = 0;
    while (pool.help()) parts++;
    expect(parts).toBe(3);
    expect(await block.memo).toEqual(prepareContent(new Preparer(module, CHAIN_ID), content, TIME));
    await pool.close();
  });

  it('waits for no thread that ended, and can do all that is handed over later', async () => {
    const threads = new Set<Worker>();
    jest.spyOn(Worker.prototype, 'unref').mockImplementation(function (this: Worker) {
      threads.add(this);
    });
    const pool = new SignaturePool(module, CHAIN_ID, 1);
    jest.restoreAllMocks();
    const { memo } = pool.prepare(content, TIME);
    const refused = expect(memo).rejects.toThrow('out of memory');
    for (const thread of threads) thread.emit('error', new Error('out of memory'));
    await refused;
    await Promise.all([...threads].map((thread) => thread.terminate()));
    const later = pool.prepare(content, TIME);
    while (pool.help());
    expect(await later.memo).toEqual(prepareContent(new Preparer(module, CHAIN_ID), content, TIME));
    await pool.close();
  });

  it('is told when the threads are stopped', async () => {
    const pool = new SignaturePool(module, CHAIN_ID, 1);
    const { memo } = pool.prepare(content, TIME);
    const refused = expect(memo).rejects.toThrow(CannotDeriveError);
    await pool.close();
    await refused;
  });
});

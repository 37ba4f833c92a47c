import { describe, expect, it } from '@jest/globals';
import type { L1Account, L1Dispatched, L1Receipt, L1Request } from '@metachain/bridge';
import { zeroAddress, zeroHash } from 'viem';

import { DisputeError } from '../errors.js';
import { patiently, SendLine } from './send-line.js';

const { signal } = new AbortController();
const receipt: L1Receipt = { hash: zeroHash, blockNumber: 1n, succeeded: true, gasUsed: 1n, feeWei: 1n };

/** An account whose transactions land when they are told to. */
class SlowAccount {
  readonly sent: { nonce: number; land: (failure?: Error) => void }[] = [];
  refuses = false;

  async dispatch({ nonce }: L1Request): Promise<L1Dispatched> {
    if (this.refuses) throw new TypeError('refused');
    let land: (failure?: Error) => void = () => undefined;
    const landed = new Promise<L1Receipt>((resolve, reject) => {
      land = (failure) => (failure === undefined ? resolve(receipt) : reject(failure));
    });
    this.sent.push({ nonce: nonce!, land });
    return { nonce: nonce!, receipt: landed };
  }
}

function open() {
  const account = new SlowAccount();
  const line = new SendLine(account as unknown as L1Account);
  const send = (key: string, nonce: number, alone = false) =>
    line.send(key, { what: key, to: zeroAddress, data: '0x', value: 0n, nonce }, signal, alone);
  const nonces = () => account.sent.map(({ nonce }) => nonce);
  return { account, line, send, nonces };
}

describe('SendLine', () => {
  it('sends at the nonce that was read, and after what is on its way where there is something', async () => {
    const { account, line, send, nonces } = open();
    const first = await send('game 0', 7);
    await Promise.all([send('game 1', 7), send('game 2', 7)]);
    expect(nonces()).toEqual([7, 8, 9]);
    account.sent[0]!.land();
    expect(await first.receipt).toBe(receipt);
    expect([line.size, line.has('game 0'), line.has('game 1')]).toEqual([2, false, true]);
    await send('game 0', 8);
    expect(nonces()).toEqual([7, 8, 9, 10]);
  });

  it('sends nothing twice, and what has to be alone not beside others', async () => {
    const { account, send, nonces } = open();
    const { receipt: landed } = await send('open 1', 7, true);
    await expect(send('open 1', 7)).rejects.toThrow(DisputeError);
    await expect(send('open 2', 7, true)).rejects.toThrow(DisputeError);
    expect(nonces()).toEqual([7]);
    account.sent[0]!.land();
    await landed;
    await send('open 2', 8, true);
    expect(nonces()).toEqual([7, 8]);
  });

  it('leaves no gap where L1 refuses one, and forgets what failed', async () => {
    const { account, line, send, nonces } = open();
    const { receipt: lost } = await send('game 0', 7);
    account.refuses = true;
    await expect(send('game 1', 7)).rejects.toThrow('refused');
    account.refuses = false;
    await send('game 2', 7);
    expect(nonces()).toEqual([7, 8]);
    account.sent[0]!.land(new TypeError('lost'));
    await expect(lost).rejects.toThrow('lost');
    expect([line.has('game 0'), line.has('game 1'), line.has('game 2')]).toEqual([false, false, true]);
  });
});

describe('patiently', () => {
  it('returns when the work is done, throws what it throws, and gives up in time', async () => {
    await patiently(Promise.resolve(), 60_000);
    await expect(patiently(Promise.reject(new TypeError('failed')), 60_000)).rejects.toThrow('failed');
    await patiently(new Promise(() => undefined), 5);
  });
});

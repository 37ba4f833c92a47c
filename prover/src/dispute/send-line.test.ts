import { describe, expect, it } from '@jest/globals';
import {
  type L1Account,
  type L1Dispatched,
  type L1Receipt,
  type L1Request,
  L1RequestWithdrawnError,
  L1TransactionRefusedError,
} from '@metachain/bridge';
import { zeroAddress, zeroHash } from 'viem';

import { DisputeError } from '../errors.js';
import { patiently, SendLine } from './send-line.js';

const { signal } = new AbortController();
const receipt: L1Receipt = { hash: zeroHash, blockNumber: 1n, succeeded: true, gasUsed: 1n, feeWei: 1n };

/** An account whose transactions land when they are told to. */
class SlowAccount {
  readonly sent: { nonce: number; land: (failure?: Error) => void }[] = [];
  refuses = false;

  async dispatch({ nonce, what, withdrawn }: L1Request): Promise<L1Dispatched> {
    if (this.refuses) throw new TypeError('refused');
    let land: (failure?: Error) => void = () => undefined;
    const landed = new Promise<L1Receipt>((resolve, reject) => {
      land = (failure) => (failure === undefined ? resolve(receipt) : reject(failure));
      this.watch(what, withdrawn, reject);
    });
    this.sent.push({ nonce: nonce!, land });
    return { nonce: nonce!, receipt: landed };
  }

  private watch(what: string, withdrawn: L1Request['withdrawn'], reject: (error: Error) => void): void {
    const timer = setInterval(() => {
      void withdrawn?.().then((reason) => reason && reject(new L1RequestWithdrawnError(what, reason)));
    }, 1);
    timer.unref();
  }
}

function open(stuckMilliseconds?: number) {
  const account = new SlowAccount();
  const line = new SendLine(account as unknown as L1Account, stuckMilliseconds);
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

  it('lets nothing go behind what was sent alone, and puts it in the place of that when it is stuck', async () => {
    const { line, send, nonces } = open(50);
    const { receipt: stuck } = await send('open 1', 7, true);
    const began = Date.now();
    await Promise.all([send('game 0', 7), send('game 1', 7)]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(40);
    expect(nonces()).toEqual([7, 7, 8]);
    await expect(stuck).rejects.toThrow(L1RequestWithdrawnError);
    expect([line.has('open 1'), line.has('game 0'), line.has('game 1')]).toEqual([false, true, true]);
  });

  it('gives up what was sent alone once it is stuck, and not before', async () => {
    const { line, send, nonces } = open(50);
    const { receipt: stuck } = await send('open 1', 7, true);
    stuck.catch(() => undefined);
    expect(await line.giveUpStuck()).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await line.giveUpStuck()).toBe('open 1');
    await expect(stuck).rejects.toThrow(L1RequestWithdrawnError);
    await send('open 2', 7, true);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await send('game 0', 7);
    // A move is never given up: the line behind it would have a gap.
    expect(await line.giveUpStuck()).toBeUndefined();
    expect(nonces()).toEqual([7, 7, 7]);
  });

  it.each([
    ['was mined', undefined, 8],
    ['reverted', new L1TransactionRefusedError('open 1', 'no', true), 8],
    ['is lost from sight', new TypeError('lost'), 7],
  ])('goes on at once when what was sent alone %s', async (_, failure, nonce) => {
    const { account, send, nonces } = open(60_000);
    void (await send('open 1', 7, true)).receipt.catch(() => undefined);
    const next = send('game 0', 7);
    account.sent[0]!.land(failure);
    await next;
    expect(nonces()).toEqual([7, nonce]);
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

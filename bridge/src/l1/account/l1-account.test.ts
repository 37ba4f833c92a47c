import { describe, expect, it } from '@jest/globals';
import { type Hex, keccak256, numberToHex, parseTransaction, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { L1UnavailableError } from '../../errors.js';
import type { L1Source } from '../source.js';
import { L1Account, type L1Attempt } from './l1-account.js';

const GWEI = 10n ** 9n;
const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const hash = `0x${'01'.repeat(32)}`;
const head = { number: '0x5', hash, parentHash: hash, timestamp: '0x1', baseFeePerGas: '0x3b9aca00' };

/** An L1 that includes a transaction only when `accepts` says so. */
class ScriptedL1 {
  readonly sent: { hash: Hex; nonce: number; maxFee: bigint; tip: bigint; gas: bigint }[] = [];
  unavailable = false;
  nonce = 7;
  estimateFails = false;
  revertData: Hex | undefined;
  status = '0x1';
  estimated = 21_000n;
  /** What an estimate was asked for. */
  asked: unknown;
  /** Times that a receipt is not shown yet although its transaction counts. */
  receiptLag = 0;

  constructor(private readonly accepts: (place: number) => boolean | 'error') {}

  readonly source = {
    middle: async (method: string, params: unknown[], read: (answer: unknown) => bigint) =>
      read(this.answer(method, params)),
    agreed: async (method: string, params: unknown[], read: (answer: unknown) => unknown) =>
      read(this.answer(method, params)),
    broadcast: async (method: string, params: unknown[]) => void this.answer(method, params),
  } as unknown as L1Source;
  private included: Hex | undefined;

  private answer(method: string, params: unknown[]): unknown {
    if (this.unavailable) throw new L1UnavailableError(method, 'away');
    switch (method) {
      case 'eth_getTransactionCount':
        return `0x${this.nonce.toString(16)}`;
      case 'eth_getBlockByNumber':
        return head;
      case 'eth_estimateGas':
        if (this.revertData) throw new Error('call', { cause: { code: 3, data: this.revertData } });
        if (this.estimateFails) throw Object.assign(new Error('call'), { details: 'execution reverted: no' });
        this.asked = params[0];
        return `0x${this.estimated.toString(16)}`;
      case 'eth_sendRawTransaction':
        return this.take(params[0] as Hex);
      case 'eth_getTransactionReceipt':
        return params[0] === this.included && this.receiptLag-- <= 0
          ? {
              status: this.status,
              blockNumber: '0x6',
              blockHash: hash,
              transactionHash: this.included,
              gasUsed: '0x5208',
              effectiveGasPrice: '0x2',
            }
          : null;
      default:
        return '0x1';
    }
  }

  private take(raw: Hex): Hex {
    const { nonce, maxFeePerGas, maxPriorityFeePerGas, gas } = parseTransaction(raw);
    const transaction = keccak256(raw);
    this.sent.push({ hash: transaction, nonce: nonce!, maxFee: maxFeePerGas!, tip: maxPriorityFeePerGas!, gas: gas! });
    const verdict = this.accepts(this.sent.length);
    if (verdict === 'error') throw new Error('replacement transaction underpriced');
    if (verdict) {
      this.included = transaction;
      this.nonce += 1;
    }
    return transaction;
  }
}

const accountOn = (l1: ScriptedL1, events: string[] = []): L1Account =>
  new L1Account({
    source: l1.source,
    account,
    chainId: 1,
    limits: { maxFee: 100n * GWEI, maxBlobFee: 100n * GWEI },
    pollMilliseconds: 2,
    resubmitMilliseconds: 6,
    onEvent: ({ event }) => events.push(event),
  });

function send(l1: ScriptedL1, attempts: L1Attempt[] = [], signal = new AbortController().signal, nonce?: number) {
  const events: string[] = [];
  const sender = accountOn(l1, events);
  const record = async (attempt: L1Attempt) => void attempts.push(attempt);
  const result = sender.transact(
    { what: 'a test', to: zeroAddress, data: '0x', value: 0n, ...(nonce === undefined ? {} : { nonce }) },
    record,
    signal,
  );
  return { result, events };
}

describe('L1Account', () => {
  it('records each version before it is sent and replaces it at the same nonce for more', async () => {
    const l1 = new ScriptedL1((place) => place === 3);
    const attempts: L1Attempt[] = [];
    const receipt = await send(l1, attempts).result;
    expect(receipt.hash).toBe(l1.sent[2]!.hash);
    expect(attempts.map((attempt) => attempt.hash)).toEqual(l1.sent.map((sent) => sent.hash));
    expect(new Set(l1.sent.map(({ nonce }) => nonce))).toEqual(new Set([7]));
    for (const [place, { maxFee, tip }] of l1.sent.slice(1).entries()) {
      expect(maxFee * 100n).toBeGreaterThanOrEqual(l1.sent[place]!.maxFee * 110n);
      expect(tip * 100n).toBeGreaterThanOrEqual(l1.sent[place]!.tip * 110n);
    }
  });

  it('goes on after L1 refuses a version as underpriced', async () => {
    const l1 = new ScriptedL1((place) => (place === 1 ? 'error' : true));
    const { result, events } = send(l1);
    expect((await result).hash).toBe(l1.sent[1]!.hash);
    expect(events).toEqual(['l1_send_failed', 'l1_fees_bumped', 'l1_transaction_sent', 'l1_transaction_included']);
  });

  it.each([
    [1_000_000n, 900_000n, 1_000_000n],
    [1_000_000n, 21_000n, 25_200n],
    [2n ** 64n, 16_000_000n, 16_777_216n],
  ])(
    'gives a call no more than the %i gas that it may take, and asks whether that is enough',
    async (mostGas, estimated, gas) => {
      const l1 = new ScriptedL1(() => true);
      l1.estimated = estimated;
      const request = { what: 'a test', to: zeroAddress, data: '0x', value: 0n, mostGas } as const;
      await accountOn(l1).transact(request, async () => undefined, new AbortController().signal);
      const limit = mostGas < 16_777_216n ? mostGas : 16_777_216n;
      expect(l1.asked).toMatchObject({ gas: numberToHex(limit) });
      expect(l1.sent[0]!.gas).toBe(gas);
    },
  );

  it('uses no nonce for what L1 would revert, and says the reason alone', async () => {
    const l1 = new ScriptedL1(() => true);
    l1.estimateFails = true;
    await expect(send(l1).result).rejects.toMatchObject({
      code: 104,
      included: false,
      message: 'L1 refuses a test: execution reverted: no',
    });
    expect(l1.sent).toEqual([]);
  });

  it('hands on what the contract reverted with, where L1 shows it', async () => {
    const l1 = new ScriptedL1(() => true);
    l1.revertData = '0x12345678';
    await expect(send(l1).result).rejects.toMatchObject({ code: 104, included: false, data: '0x12345678' });
  });

  it('offers the tip that the caller asks for, within the limits, and no less than L1 asks for', async () => {
    const l1 = new ScriptedL1(() => true);
    const request = { what: 'a test', to: zeroAddress, data: '0x', value: 0n } as const;
    const offered = async (leastTip: bigint) => {
      await accountOn(l1).transact({ ...request, leastTip }, async () => undefined, new AbortController().signal);
      const { tip, maxFee } = l1.sent.at(-1)!;
      return [tip, maxFee];
    };
    expect(await offered(5n * GWEI)).toEqual([5n * GWEI, 7n * GWEI]);
    expect(await offered(500n * GWEI)).toEqual([100n * GWEI, 100n * GWEI]);
    expect((await offered(0n))[0]).toBe(1n);
  });

  it('tells a revert that was included from one that was not', async () => {
    const l1 = new ScriptedL1(() => true);
    l1.status = '0x0';
    await expect(send(l1).result).rejects.toMatchObject({ code: 104, included: true });
  });

  it('notices that another transaction of the key took the nonce', async () => {
    const l1 = new ScriptedL1(() => {
      l1.nonce = 8;
      return false;
    });
    await expect(send(l1).result).rejects.toThrow('nonce 7 was used by another transaction');
  });

  it('waits for a receipt that shows later than the nonce', async () => {
    const l1 = new ScriptedL1(() => true);
    l1.receiptLag = 3;
    expect((await send(l1).result).hash).toBe(l1.sent[0]!.hash);
    expect(l1.sent).toHaveLength(1);
  });

  it('sends nothing in place of a transaction that was mined since the caller looked', async () => {
    const l1 = new ScriptedL1(() => 'error');
    await expect(send(l1, [], undefined, 6).result).rejects.toThrow('nonce 6 was used by another transaction');
    expect(l1.sent.map(({ nonce }) => nonce)).toEqual([6]);
  });

  it('stops waiting at shutdown', async () => {
    const abort = new AbortController();
    const { result } = send(new ScriptedL1(() => false), [], abort.signal);
    setTimeout(() => abort.abort(), 1);
    await expect(result).rejects.toThrow('stopped waiting');
  });

  it('gives up what makes no sense any more, and outbids it with what comes next at the same nonce', async () => {
    const l1 = new ScriptedL1((place) => place === 3);
    const sender = accountOn(l1);
    const call = { what: 'a test', to: zeroAddress, data: '0x', value: 0n } as const;
    const signal = new AbortController().signal;
    const none = async () => undefined;
    const withdrawn = async () => (l1.sent.length >= 2 ? 'it is too late' : undefined);
    const result = sender.transact({ ...call, withdrawn }, none, signal);
    await expect(result).rejects.toMatchObject({ code: 106, reason: 'it is too late' });
    expect([l1.sent.length, await sender.waiting()]).toEqual([2, expect.objectContaining({ blobs: false })]);
    await sender.transact(call, none, signal);
    expect(l1.sent.map(({ nonce }) => nonce)).toEqual([7, 7, 7]);
    expect(l1.sent[2]!.maxFee * 100n).toBeGreaterThanOrEqual(l1.sent[1]!.maxFee * 110n);
    expect(await sender.waiting()).toBeUndefined();
  });

  it('sends nothing of what made no sense from the start', async () => {
    const l1 = new ScriptedL1(() => true);
    const call = { what: 'a test', to: zeroAddress, data: '0x', value: 0n, withdrawn: async () => 'no' } as const;
    const result = accountOn(l1).transact(call, async () => undefined, new AbortController().signal);
    await expect(result).rejects.toMatchObject({ code: 106 });
    expect(l1.sent).toEqual([]);
  });

  it('believes no estimate below what the call is known to need', async () => {
    const l1 = new ScriptedL1(() => true);
    const request = { what: 'a test', to: zeroAddress, data: '0x', value: 0n } as const;
    const gasOf = async (leastGas: bigint) => {
      await accountOn(l1).transact({ ...request, leastGas }, async () => undefined, new AbortController().signal);
      return l1.sent.at(-1)!.gas;
    };
    expect(await gasOf(1_000n)).toBe((21_000n * 6n) / 5n);
    expect(await gasOf(500_000n)).toBe(600_000n);
  });

  it('says that L1 is out of reach where nobody could be asked, not that it refuses', async () => {
    const l1 = new ScriptedL1(() => true);
    l1.unavailable = true;
    await expect(send(l1).result).rejects.toThrow(L1UnavailableError);
  });

  it('dispatches at nonces of the choice of the caller, before the ones below are included', async () => {
    const l1 = new ScriptedL1((place) => place === 2);
    const account = accountOn(l1);
    const request = { what: 'a test', to: zeroAddress, data: '0x', value: 0n } as const;
    const stop = new AbortController();
    const first = await account.dispatch({ ...request, nonce: 7 }, async () => undefined, stop.signal);
    const second = await account.dispatch({ ...request, nonce: 8 }, async () => undefined, stop.signal);
    expect(l1.sent.map(({ nonce }) => nonce)).toEqual([7, 8]);
    expect(second.nonce).toBe(8);
    expect((await second.receipt).hash).toBe(l1.sent[1]!.hash);
    stop.abort();
    await expect(first.receipt).rejects.toThrow();
  });
});

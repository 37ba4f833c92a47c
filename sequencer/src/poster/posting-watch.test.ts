import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { parseEther, parseUnits } from 'viem';
import { describeFunds, SpendMeter } from './funds.js';
import { PostingWatch } from './posting-watch.js';

const HOUR = 3_600;
const MINIMUM = parseEther('0.1');
const milliether = (amount: string) => parseUnits(amount, 15);

describe('SpendMeter', () => {
  it('asks for the minimum while little is spent', () => {
    const meter = new SpendMeter(MINIMUM);
    expect(meter.judge(MINIMUM, 0)).toEqual({ balance: MINIMUM, threshold: MINIMUM, spentPerDay: 0n, low: false });
    expect(meter.judge(MINIMUM - 1n, 0).low).toBe(true);
    meter.paid(milliether('1'), 0);
    expect(meter.judge(MINIMUM, 24 * HOUR - 1).threshold).toBe(MINIMUM);
  });

  it('asks for three days at the spend of the last day', () => {
    const meter = new SpendMeter(MINIMUM);
    for (let hour = 0; hour < 48; hour++) meter.paid(milliether(hour < 24 ? '2' : '10'), hour * HOUR);
    // The payments of hours 24 to 47.
    const funds = meter.judge(parseEther('0.7'), 47 * HOUR + 1);
    expect(funds).toMatchObject({ spentPerDay: milliether('240'), threshold: milliether('720'), low: true });
    expect(meter.judge(milliether('720'), 47 * HOUR + 1).low).toBe(false);
    expect(describeFunds(funds)).toBe('balance of 0.7 ether is LOW, it should be 0.72');
  });

  it('does not take the first minutes for a day', () => {
    const meter = new SpendMeter(0n);
    meter.paid(milliether('1'), 0);
    meter.paid(milliether('1'), 60);
    expect(meter.judge(0n, 61).spentPerDay).toBe(milliether('48'));
    expect(meter.judge(0n, 12 * HOUR).spentPerDay).toBe(milliether('4'));
    expect(meter.judge(0n, 48 * HOUR).spentPerDay).toBe(0n);
  });
});

describe('PostingWatch', () => {
  const DAY = 24 * HOUR;
  const open = () => {
    const state = { now: 0n, oldest: undefined as bigint | undefined, balance: 1n };
    const parts = {
      alarmWei: 1n,
      pollMilliseconds: 0,
      onFunds: jest.fn(),
      account: { address: `0x${'01'.repeat(20)}`, balance: async () => state.balance },
    };
    const watch = new PostingWatch(parts as never, { oldest: () => state.oldest, now: () => state.now });
    return { state, parts, watch };
  };

  it.each([
    [undefined, 0, 'normal'],
    [0n, 0.5, 'normal'],
    [0n, 0.51, 'warning'],
    [0n, 0.8, 'warning'],
    [0n, 0.81, 'alarm'],
  ] as const)('calls a window with oldest block %s of which %d is used %s', (oldest, used, level) => {
    const { state, watch } = open();
    Object.assign(state, { oldest, now: BigInt(Math.floor(used * DAY)) });
    expect(watch.windowUsed).toBeCloseTo(used);
    expect(watch.level).toBe(level);
  });

  it('says each change of the level and of the funds once, without any batch', async () => {
    const said: object[] = [];
    for (const level of ['log', 'warn', 'error'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation((line: object) => void said.push({ ...line, at: level }));
    const { state, parts, watch } = open();
    const abort = new AbortController();
    const running = watch.run(abort.signal);
    const turn = () => new Promise((resolve) => setTimeout(resolve, 30));
    await turn();
    expect(said).toEqual([]);
    expect(parts.onFunds).toHaveBeenLastCalledWith(expect.objectContaining({ balance: 1n, low: false }));
    Object.assign(state, { balance: 0n, oldest: 0n, now: BigInt(0.6 * DAY) });
    await turn();
    state.now = BigInt(0.9 * DAY);
    await turn();
    Object.assign(state, { balance: 5n, oldest: undefined });
    await turn();
    abort.abort();
    await running;
    expect(said.map((line) => ({ ...line }) as Record<string, unknown>)).toMatchObject([
      { at: 'warn', event: 'sequencing_window', level: 'warning', usedPercent: 60 },
      { at: 'error', event: 'poster_funds_low', balanceWei: '0', thresholdWei: '1' },
      { at: 'error', event: 'sequencing_window', level: 'alarm', usedPercent: 90 },
      { at: 'log', event: 'sequencing_window', level: 'normal' },
      { at: 'log', event: 'poster_funds_restored', balanceWei: '5' },
    ]);
    jest.restoreAllMocks();
  });
});

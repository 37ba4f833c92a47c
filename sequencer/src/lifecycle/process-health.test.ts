import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ProcessHealth, type ProcessLimits, type ProcessReadings } from './process-health.js';

const limits: ProcessLimits = { blockedMilliseconds: 400, memoryMilliseconds: 300, heapRatio: 0.9, filesRatio: 0.85 };
let health: ProcessHealth;
afterEach(() => health.onApplicationShutdown());

const start = (readings: Partial<ProcessReadings> = {}, overrides: Partial<ProcessLimits> = {}) => {
  const calm: ProcessReadings = { heap: () => ({ used: 1, limit: 10 }), files: () => ({ open: 1, limit: 10 }) };
  health = new ProcessHealth({ ...limits, ...overrides }, { ...calm, ...readings });
};
const block = (milliseconds: number) => {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
};

describe('ProcessHealth', () => {
  it('remembers for a while that the event loop was blocked', async () => {
    start();
    await sleep(50);
    expect(health.state().ok).toBe(true);
    block(600);
    await sleep(30);
    expect(health.state()).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/blocked for at most ([5-9]\d\d|\d{4}) ms/),
    });
    for (let attempt = 0; attempt < 50 && !health.state().ok; attempt++) await sleep(50);
    expect(health.state().ok).toBe(true);
  });

  it('says when the heap is nearly full', () => {
    let used = 89;
    start({ heap: () => ({ used, limit: 100 }) }, { blockedMilliseconds: Infinity });
    expect(health.state().ok).toBe(true);
    used = 90;
    expect(health.state()).toMatchObject({ ok: false, detail: expect.stringContaining('heap 90 % full') });
  });

  it('says when file descriptors run out', () => {
    let open = 84;
    start({ files: () => ({ open, limit: 100 }) }, { blockedMilliseconds: Infinity });
    expect(health.state().ok).toBe(true);
    open = 85;
    expect(health.state()).toMatchObject({ ok: false, detail: expect.stringContaining('85 of 100 files open') });
  });

  it('is not upset where the system does not tell', () => {
    start({ files: () => undefined }, { blockedMilliseconds: Infinity });
    expect(health.state()).toMatchObject({ ok: true, detail: expect.stringContaining('unknown') });
  });

  it('reads the real heap and the real descriptors', () => {
    health = new ProcessHealth();
    const count = () => Number(/(\d+) of \d+ files open/.exec(health.state().detail)?.[1] ?? NaN);
    const before = count();
    const files = Array.from({ length: 20 }, () => openSync(process.execPath, 'r'));
    const during = count();
    files.forEach(closeSync);
    if (process.platform === 'linux') expect(during - before).toBe(20);
    expect(health.state().detail).toMatch(/heap \d+ % full/);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { PollingLoop } from './polling-loop.js';

const never = () => new Promise(() => undefined);
const notFailed = (error: unknown) => {
  throw error;
};

describe('PollingLoop', () => {
  it('waits until it may begin, and then does one step after another', async () => {
    let begin: () => void = () => undefined;
    let steps = 0;
    let inside = 0;
    const step = async () => {
      expect(++inside).toBe(1);
      await sleep(2);
      inside--;
      steps++;
      return 1;
    };
    const loop = new PollingLoop({
      ready: () => new Promise<void>((resolve) => (begin = resolve)),
      step,
      failed: notFailed,
    });
    loop.start();
    await sleep(20);
    expect(steps).toBe(0);
    begin();
    while (steps < 3) await sleep(1);
    await loop.stop();
    const done = steps;
    await sleep(20);
    expect([steps, inside]).toEqual([done, 0]);
  });

  it('goes on after a step that failed, with the pause that the failure asks for', async () => {
    const failures: unknown[] = [];
    let steps = 0;
    const loop = new PollingLoop({
      ready: async () => undefined,
      step: async () => {
        if (++steps === 1) throw new TypeError('no');
        return 60_000;
      },
      failed: (error) => failures.push(error),
    });
    loop.start();
    while (steps < 2) await sleep(1);
    await loop.stop();
    expect(failures).toEqual([new TypeError('no')]);
    expect(steps).toBe(2);
  });

  it('keeps a steady pause after steps that went well and steps that failed', async () => {
    const failures: unknown[] = [];
    let pauses = 0;
    let steps = 0;
    const loop = PollingLoop.steady({
      ready: async () => undefined,
      step: async () => {
        if (++steps === 2) throw new TypeError('no');
      },
      failed: (error) => failures.push(error),
      pause: () => (++pauses < 3 ? 1 : 60_000),
    });
    loop.start();
    while (pauses < 3) await sleep(1);
    await loop.stop();
    expect([steps, failures]).toEqual([3, [new TypeError('no')]]);
  });

  it('stops before it began, and ends a step that listens to its signal', async () => {
    const early = new PollingLoop({ ready: never, step: never as () => Promise<number>, failed: notFailed });
    early.start();
    await early.stop();
    const loop: PollingLoop = new PollingLoop({
      ready: async () => undefined,
      step: () => sleep(60_000, 0, { signal: loop.signal }),
      failed: () => 60_000,
    });
    loop.start();
    await sleep(5);
    await loop.stop();
    expect(loop.signal.aborted).toBe(true);
  });
});

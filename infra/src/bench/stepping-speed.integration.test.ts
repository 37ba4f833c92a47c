import { describe, expect, it } from '@jest/globals';
import { measureBlockSpeed, measureLoopSpeed } from './stepping-speed.js';

describe('the speed of the stepper', () => {
  it.each([
    ['a loop', () => measureLoopSpeed(20_000n, 5)],
    ['a block', () => measureBlockSpeed(20)],
  ])('is measured over %s, V8 beside it', (_, measure) => {
    const { stepsPerSecond, timesV8 } = measure();
    expect(stepsPerSecond).toBeGreaterThan(0);
    expect(timesV8).toBeGreaterThan(0);
  });
});

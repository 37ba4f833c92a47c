import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

describe('Turns', () => {
  it('never runs two at once and keeps their order, also after one that fails', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const piece = (name: string, fails = false) =>
      turns.run(async () => {
        seen.push(`${name} begins`);
        await pause();
        seen.push(`${name} ends`);
        if (fails) throw new RangeError(name);
        return name;
      });
    const results = await Promise.allSettled([piece('a'), piece('b', true), piece('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('is idle only when what was handed in meanwhile is done as well', async () => {
    const turns = new Turns();
    let done = 0;
    const piece = async () => {
      await pause();
      done += 1;
    };
    void turns.run(piece).then(() => turns.run(piece));
    const second = turns.run(piece).then(() => turns.run(piece));
    expect(turns.busy).toBe(true);
    await turns.idle();
    expect([turns.busy, done]).toEqual([false, 4]);
    await second;
  });
});

import { expect, it } from '@jest/globals';

import { Lane } from './lane.js';

/** Work that ends when it is told to. */
function piece() {
  let end: (failure?: Error) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    end = (failure) => (failure === undefined ? resolve() : reject(failure));
  });
  return { done, end };
}

it('does a few pieces at once, the most urgent of those that wait next, and goes on after a failure', async () => {
  const lane = new Lane(2);
  const urgencies = new Map([
    ['a', 0],
    ['b', 1],
    ['c', 2],
    ['d', 3],
  ]);
  const pieces = new Map([...urgencies.keys()].map((name) => [name, piece()]));
  const begun: string[] = [];
  const results = [...urgencies.keys()].map((name) =>
    lane.run(
      async () => {
        begun.push(name);
        await pieces.get(name)!.done;
        return name;
      },
      () => urgencies.get(name)!,
    ),
  );
  expect(begun).toEqual(['a', 'b']);
  urgencies.set('d', -1);
  pieces.get('b')!.end(new TypeError('failed'));
  await expect(results[1]).rejects.toThrow('failed');
  expect(begun).toEqual(['a', 'b', 'd']);
  for (const { end } of pieces.values()) end();
  expect(await Promise.all([results[0], results[2], results[3]])).toEqual(['a', 'c', 'd']);
});

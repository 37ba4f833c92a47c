import { expect, it } from '@jest/globals';

import { CannotDeriveError, DisputeError } from '../errors.js';
import { Hindrances } from './hindrances.js';

it('tells each kind of hindrance once until it goes on again', () => {
  const told: (string | undefined)[] = [];
  const hindrances = new Hindrances((reason) => told.push(reason));
  hindrances.clear();
  for (const item of [1, 2]) {
    hindrances.add(new CannotDeriveError(`item ${item}`));
    hindrances.add(new DisputeError(`game ${item}`));
  }
  hindrances.clear();
  hindrances.clear();
  hindrances.add(new CannotDeriveError('item 3'));
  expect(told).toEqual(['item 1', 'game 1', undefined, 'item 3']);
});

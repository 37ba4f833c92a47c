import { describe, expect, it } from '@jest/globals';

import { L1UnavailableError } from '../errors.js';
import { askAgain } from './ask-again.js';

const isSeven = (answer: number) => answer === 7;

/** Gives one answer after the other and counts the questions. */
function scripted(...answers: readonly (number | Error)[]) {
  const asked = { times: 0 };
  const ask = async () => {
    const answer = answers[asked.times++]!;
    if (typeof answer === 'number') return answer;
    throw answer;
  };
  return { ask, asked };
}

describe('a question about a block that an endpoint may not know whole yet', () => {
  it('is asked once where the answer fits', async () => {
    const { ask, asked } = scripted(7);
    expect(await askAgain(ask, isSeven)).toBe(7);
    expect(asked.times).toBe(1);
  });

  it.each([
    ['does not fit', 8],
    ['is a refusal', new TypeError('array out-of-bounds access')],
  ])('is asked again where the answer %s', async (_what, first) => {
    const { ask, asked } = scripted(first, 7);
    expect(await askAgain(ask, isSeven)).toBe(7);
    expect(asked.times).toBe(2);
  });

  it('is not asked a third time: what still does not fit is for the caller to judge', async () => {
    const { ask } = scripted(8, 9, 7);
    expect(await askAgain(ask, isSeven)).toBe(9);
  });

  it('throws what the second question throws', async () => {
    const { ask } = scripted(8, new TypeError('reverted'));
    await expect(askAgain(ask, isSeven)).rejects.toThrow('reverted');
  });

  it('is not asked again where no endpoint answered, which was tried often enough', async () => {
    const { ask, asked } = scripted(new L1UnavailableError('eth_call', 'timeout'), 7);
    await expect(askAgain(ask, isSeven)).rejects.toThrow(L1UnavailableError);
    expect(asked.times).toBe(1);
  });
});

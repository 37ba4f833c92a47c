import { setTimeout as sleep } from 'node:timers/promises';

import { L1UnavailableError } from '../errors.js';

/** Within this time an endpoint that announced a block can answer everything about it. */
const SETTLING_MS = 50;

/**
 * Asks L1 about a block once more, a moment later, where the answer does not fit or is a refusal: endpoints announce a block before they can
 * answer all about it, and until then answer from the state before it or after it. Returns the last answer, be it one that does not fit, and
 * throws what asking throws; L1UnavailableError at once, since that was retried already.
 */
export async function askAgain<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const first = await ask().then(
    (answer) => (fits(answer) ? { answer } : undefined),
    (error: unknown) => {
      if (error instanceof L1UnavailableError) throw error;
      return undefined;
    },
  );
  if (first !== undefined) return first.answer;
  await sleep(SETTLING_MS);
  return ask();
}

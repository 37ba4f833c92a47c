import { L1AnswerDisagreementError, L1UnavailableError } from '../errors.js';
import { failureKind } from './failure-kind.js';

/** How nodes and providers put it; each has its own words, and its own code or one that also stands for other things. */
const WORDS =
  /\b(results|logs|too (large|big|wide)|response size|block range|\d+ range|range limit|blocks distance)\b/i;
/** Of a text that an endpoint chose, no more is looked at. */
const MOST_CHARACTERS = 500;
const KINDS = new Set(['too_large', 'http_413']);
/** What an endpoint says that is out of reach, or contradicts itself, or rations its answers: however much it is asked for. */
const REGARDLESS = new Set(['connection', 'contradiction', 'http_401', 'http_403', 'http_429']);

/** Whether an endpoint will not give this much at once, or gave more than is read: asked again, it does the same. */
export function isTooMuch(error: unknown): boolean {
  const { details } = (error ?? {}) as { details?: unknown };
  const said = typeof details === 'string' ? details.slice(0, MOST_CHARACTERS) : '';
  return KINDS.has(failureKind(error)) || WORDS.test(said);
}

/**
 * Blocks that the next log query should span after one over `blocks` failed; undefined where a smaller one would fare no better. A range that is
 * too much is halved. Where it may as well be an outage, such as after silence, one block tells: a node that is down is asked twice, not for
 * every half.
 */
export function smallerRange(error: unknown, blocks: bigint): bigint | undefined {
  if (blocks <= 1n) return undefined;
  if (error instanceof L1AnswerDisagreementError) return 1n;
  if (!(error instanceof L1UnavailableError)) return undefined;
  if (isTooMuch(error.cause)) return blocks / 2n;
  return REGARDLESS.has(failureKind(error.cause)) ? undefined : 1n;
}

import { tupleHash } from '@metachain/program';
import type { Hash } from 'viem';

import { claimOf, type Boundary } from '../replay/boundary.js';
import type { Assertion } from './assertions.js';

/** What is wrong with an assertion; empty when it is right. */
export type Verdict = readonly string[];

const differs = (field: string, asserted: unknown, derived: unknown): string[] =>
  asserted === derived ? [] : [`${field} asserted ${String(asserted)}, derived ${String(derived)}`];

/** Hash of the tuple that an assertion states. */
export const assertedTuple = (assertion: Assertion): Hash =>
  tupleHash({ ...assertion, payloadOffset: 0, unitIndex: 0 });

/** Compares an assertion with the state derived at its item. */
export function compareAssertion(assertion: Assertion, own: Boundary, programHash: Hash): Verdict {
  const { tuple, outputRoot } = claimOf(own, programHash);
  return [
    ...differs('state root', assertion.stateRoot, own.stateRoot),
    ...differs('header hash', assertion.headerHash, own.headerHash),
    ...differs('program hash', assertion.programHash, programHash),
    ...differs('block number', assertion.blockNumber, own.blockNumber),
    ...differs('last item', assertion.lastItem, own.itemHash),
    ...differs('tuple', assertedTuple(assertion), tuple),
    ...differs('output root', assertion.outputRoot, outputRoot),
  ];
}

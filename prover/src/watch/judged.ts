import type { Boundary } from '../replay/boundary.js';
import type { Assertion } from './assertions.js';

/** An assertion, whether it is right, and what L1 data gives at its end and at its parent. */
export interface JudgedAssertion {
  readonly assertion: Assertion;
  readonly right: boolean;
  readonly own: Boundary;
  readonly parent: Boundary;
}

import { type AgentView, standingClaims } from './agent-plan.js';
import { type AgentTask, type BondedTask, isBonded } from './task-names.js';

/**
 * L1 time in seconds before which a bond must be on L1, or it cannot be put down at all; undefined where there is no such time. A wrong assertion
 * is open to challenge for its window, and for longer beside another claim; a right one may be put beside the others until the first of their
 * windows ends.
 */
export function bondDeadline(view: AgentView, { kind, id }: BondedTask): bigint | undefined {
  const { parent, createdAt } = view.assertions[Number(id)]!;
  const beside = standingClaims(view, parent);
  const first = beside.reduce((least, claim) => (claim.createdAt < least ? claim.createdAt : least), createdAt);
  const end = view.challengeWindow + (kind === 'challenge' ? createdAt : first);
  return view.now < end ? end : undefined;
}

/** Those of several tasks that have one. */
export const bondDeadlines = (view: AgentView, tasks: readonly AgentTask[]): readonly bigint[] =>
  tasks
    .filter(isBonded)
    .map((task) => bondDeadline(view, task))
    .filter((deadline) => deadline !== undefined);

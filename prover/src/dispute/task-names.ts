import type { Task } from './agent-plan.js';

/** Name on the line of whatever part of the program's code goes on L1. */
export const PROGRAM = 'program';

/** Whether a task puts down a bond. */
export const isBonded = ({ kind }: Task): boolean => kind === 'challenge' || kind === 'assertSibling';

/** Name of a task, on the line and in complaints. */
export function nameOf(task: Task): string {
  if (task.kind === 'program') return PROGRAM;
  return task.kind === 'withdraw' ? `withdraw from ${task.from}` : `${task.kind} ${task.id}`;
}

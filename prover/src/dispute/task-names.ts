import type { Task } from './agent-plan.js';

/** Name on the line of whatever part of the program's code goes on L1. */
export const PROGRAM = 'program';

/** What an agent does besides moves in games: what it planned, and the program's code on L1. */
export type AgentTask = Task | { readonly kind: typeof PROGRAM };

/** A task that puts down a bond. */
export type BondedTask = Extract<Task, { kind: 'challenge' | 'assertSibling' }>;

export const isBonded = (task: AgentTask): task is BondedTask =>
  task.kind === 'challenge' || task.kind === 'assertSibling';

/** Name of a task, on the line and in complaints. */
export function nameOf(task: AgentTask): string {
  if (task.kind === PROGRAM) return PROGRAM;
  return task.kind === 'withdraw' ? `withdraw from ${task.from}` : `${task.kind} ${task.id}`;
}

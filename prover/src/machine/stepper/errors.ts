/** The stepper was used wrongly; not a state of the machine. */
export class StepperError extends Error {
  override readonly name = 'StepperError';

  constructor(
    readonly code: 'no-such-entry' | 'wrong-arguments' | 'not-built' | 'not-running',
    readonly detail: string,
  ) {
    super(`stepper (${code}): ${detail}`);
  }
}

/** What stops the devnet, the demo or a bench, with a sentence that says what to do. Codes are stable. */
export class InfraError extends Error {
  constructor(
    readonly code: keyof typeof infraErrors,
    readonly detail: string,
    options?: { cause?: unknown },
  ) {
    super(`${infraErrors[code]} ${detail}`.trim(), options);
    this.name = 'InfraError';
  }
}

export const infraErrors = {
  portInUse: 'A port is already in use.',
  processFailed: 'A process stopped unexpectedly.',
  stopped: 'A service was stopped.',
  notReady: 'A service did not become ready in time.',
  binaryMissing: 'A native binary is missing.',
  badState: 'The data directory cannot be used.',
  notRunning: 'The devnet is not running.',
  badArgument: 'A flag has a value that cannot be used.',
  checkFailed: 'A check of the run failed.',
} as const;

/** Stable reasons why a WebAssembly module is not provable. */
export type LoweringCode =
  | 'invalid-module'
  | 'unknown-section'
  | 'float'
  | 'multi-value'
  | 'unsupported-opcode'
  | 'unsupported-type'
  | 'unknown-import'
  | 'imported-memory'
  | 'imported-global'
  | 'imported-table'
  | 'several-memories'
  | 'memory-growth'
  | 'passive-segment'
  | 'segment-out-of-range'
  | 'dynamic-offset'
  | 'start-function'
  | 'recursion'
  | 'frame-too-large'
  | 'program-too-large'
  | 'no-such-export'
  | 'export-not-lowered'
  | 'too-many-targets';

/** A module cannot be lowered to register code. `code` is stable; `detail` names the place. */
export class LoweringError extends Error {
  override readonly name = 'LoweringError';

  constructor(
    readonly code: LoweringCode,
    readonly detail: string,
  ) {
    super(`not provable (${code}): ${detail}`);
  }
}

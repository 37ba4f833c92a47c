import { LoweringError } from './errors.js';
import { type FunctionType, type ImportedFunction, ValueType } from './module.js';

/** Numbers of the host operations in register code (docs/spec/machine.md). */
export const HostOperation = {
  stateGet: 1,
  stateSet: 2,
  checkpoint: 3,
  rollback: 4,
  commit: 5,
  readInput: 6,
  keccak: 7,
  ecrecover: 8,
  blsVerify: 9,
  log: 10,
} as const;

export type HostOperationNumber = (typeof HostOperation)[keyof typeof HostOperation];

const { i32, i64 } = ValueType;

const SIGNATURES: Readonly<Record<string, { number: HostOperationNumber; parameters: readonly number[] }>> = {
  'host.state_get': { number: HostOperation.stateGet, parameters: [i32, i32] },
  'host.state_set': { number: HostOperation.stateSet, parameters: [i32, i32] },
  'host.checkpoint': { number: HostOperation.checkpoint, parameters: [] },
  'host.rollback': { number: HostOperation.rollback, parameters: [] },
  'host.commit': { number: HostOperation.commit, parameters: [] },
  'host.read_input': { number: HostOperation.readInput, parameters: [i64, i32] },
  'host.keccak': { number: HostOperation.keccak, parameters: [i32, i32, i32] },
  'host.ecrecover': { number: HostOperation.ecrecover, parameters: [i32, i32] },
  'host.bls_verify': { number: HostOperation.blsVerify, parameters: [i32, i32] },
  'host.log': { number: HostOperation.log, parameters: [i32, i32] },
};

/** Host operation numbers by import name. */
export const HOST_NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries(SIGNATURES).map(([name, { number }]) => [name, number]),
);

/** @throws LoweringError `unknown-import` unless the import is a host operation with its exact signature */
export function requireHostSignature(imported: ImportedFunction): void {
  const known = SIGNATURES[imported.name];
  if (known === undefined || !matches(imported.type, known.parameters)) {
    throw new LoweringError('unknown-import', imported.name);
  }
}

const matches = (type: FunctionType, parameters: readonly number[]): boolean =>
  type.results.length === 0 && type.parameters.join() === parameters.join();

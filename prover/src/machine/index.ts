export type { HostCryptography } from './crypto.js';
export { headerWords, HeaderStatus, machineHash, type MachineHeader } from './header.js';
export { type HostState, TableState, TreeState } from './host-state.js';
export { inputRoot, positionWords, UnitInputReader } from './inputs.js';
export { LocalJudge, TRANSACTION_GAS_CAP, type UnitState, type Verdict } from './judge/local-judge.js';
export {
  checkSteps,
  type CostTable,
  type StepCheck,
  type StepCheckOptions,
  type StepCost,
} from './judge/step-check.js';
export { deployProgram, type ProgramDeployer } from './deploy-program.js';
export { JudgeError } from './judge/errors.js';
export { unitStateOf } from './judge/unit-state.js';
export { LoweringError, type LoweringCode } from './lowering/errors.js';
export { lower, type LoweredProgram, MAX_FRAME_SLOTS } from './lowering/lower.js';
export {
  dataContracts,
  describeProgram,
  lowerProvable,
  type ProgramDescription,
  programHash,
} from './lowering/program.js';
export { Machine, type MachineStart } from './machine.js';
export { PersistentStateTree } from './merkle/state-tree.js';
export { ProofError } from './proof/errors.js';
export { type L1Record, RecordedInputs, type RecordedPayload } from './proof/recorded-inputs.js';
export { nextInstruction, stepProof, type WitnessSources } from './proof/step-proof.js';
export type { AggregateWitnesses, InputWitnesses } from './proof/witness.js';
export { measureSteps, ProgramBuffer, SteppedProgram, type SteppedCall } from './stepped-program.js';
export type { HostContext, MachineHost } from './stepper/host.js';
export { Stepper, type Status, type TrapReason } from './stepper/stepper.js';
export { MAX_UNIT_STEPS, runUnit, type Unit, unitMachine, unitOutcome, type UnitOutcome } from './unit.js';
export { UnitChecker, UnitMismatchError } from './unit-checker.js';
export { UnitHost } from './unit-host.js';

import {
  calldataRoot,
  createGenesis,
  ecrecover,
  encodePayload,
  type ItemHeader,
  loadProgram,
  payloadToWords,
} from '@metachain/program';
import {
  type L1Record,
  lowerProvable,
  PersistentStateTree,
  RecordedInputs,
  type RecordedPayload,
  runUnit,
  type Unit,
} from '@metachain/prover';
import { measureStepRows, type StepRows } from '@metachain/prover/bench';
import { zeroAddress, zeroHash } from 'viem';
import { InfraError } from '../errors.js';
import { LocalChain } from '../load/local-chain.js';
import { swapMix } from '../load/swap-mix.js';
import { cpuSecondsSince, progress } from './report.js';

const users = 100;
/** Swaps of the block that measures speed. */
const speedSwaps = 1_000;
const timestamp = 1_800_000_000;
const cryptography = { recover: ecrecover, verifyAggregate: () => false };

export interface StepFigures extends StepRows {
  readonly programStepsPerSecond: number;
}

/** Proves the dearest steps of units of the rules, and steps made to be dear, to the judge's own bytecode. */
export async function measureStepCosts(): Promise<StepFigures> {
  const rows = await measureStepRows(progress);
  if (rows.mismatches.length > 0)
    throw new InfraError('checkFailed', `Stepper and judge differ: ${rows.mismatches[0]}`);
  return { ...rows, programStepsPerSecond: await measureSpeed(lowerProvable(loadProgram().wasm)) };
}

const unitOf = (
  chain: LocalChain,
  program: Unit['program'],
  state: PersistentStateTree,
  inputs: RecordedInputs,
): Unit => ({
  program,
  state,
  inputs,
  cryptography,
  position: { parentHash: createGenesis(chain.genesis).hash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 },
});

/** An inbox of one item that holds one block, in calldata. */
function recordOf(block: Uint8Array): L1Record {
  const words = payloadToWords(encodePayload([block]));
  const header: ItemHeader = {
    previous: zeroHash,
    poster: zeroAddress,
    l1BlockNumber: 100n,
    l1Timestamp: BigInt(timestamp + 60),
    l1BaseFee: 10n ** 10n,
    l1BlobBaseFee: 1n,
    delayedCount: 0n,
    delayedAccumulator: zeroHash,
    payloadKind: 'calldata',
    payloadWords: BigInt(words.length / 32),
    payloadHash: calldataRoot(words),
  };
  const payload: RecordedPayload = { kind: 'calldata', words };
  return { item: (index) => (index === 0n ? header : undefined), payload: () => payload, message: () => undefined };
}

/** Steps per second of CPU time over a block of swaps, state tree and signatures included. */
async function measureSpeed(program: Unit['program']): Promise<number> {
  progress(`stepping through a block of ${speedSwaps} swaps`);
  const chain = LocalChain.create(users, 19_779, timestamp);
  const wires = chain.signSwaps(swapMix(speedSwaps, users, chain.pools));
  const { bytes } = chain.build([...chain.signPools(), ...wires]);
  const inputs = new RecordedInputs(recordOf(bytes));
  const state = PersistentStateTree.fromRecords(createGenesis(chain.genesis).contents);
  const started = process.cpuUsage();
  const { steps, made } = runUnit(unitOf(chain, program, state, inputs));
  if (!made) throw new InfraError('checkFailed', 'The unit made no block.');
  return Math.round(Number(steps) / cpuSecondsSince(started));
}

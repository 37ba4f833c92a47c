import { bundlePayload } from '@metachain/bridge';
import {
  blobsPayloadHash,
  calldataRoot,
  concatBytes,
  createGenesis,
  ecrecover,
  encodePayload,
  itemHash,
  type ItemHeader,
  loadProgram,
  payloadToWords,
} from '@metachain/program';
import {
  checkSteps,
  type CostTable,
  describeProgram,
  type L1Record,
  LocalJudge,
  lowerProvable,
  PersistentStateTree,
  RecordedInputs,
  type RecordedPayload,
  runUnit,
  type StepCost,
  type Unit,
  unitMachine,
} from '@metachain/prover';
import { hexToBytes, numberToBytes, zeroAddress, zeroHash } from 'viem';
import { InfraError } from '../errors.js';
import { LocalChain } from '../load/local-chain.js';
import { swapMix } from '../load/swap-mix.js';
import { cpuSecondsSince, progress } from './report.js';

/** Other keys in the state, so that proofs are as long as those of a chain in use. */
const otherKeys = 180_000;
const users = 100;
const swaps = 20;
/** Swaps of the block that measures speed. */
const speedSwaps = 1_000;
/** Each kind of step is proven so often in each unit. */
const perKind = 2;
const timestamp = 1_800_000_000;
const cryptography = { recover: ecrecover, verifyAggregate: () => false };

/** One kind of step: what its proof takes and what it costs, as an L1 transaction of its own. */
export type StepRow = {
  readonly step: string;
  readonly proofBytes: number;
  readonly executionGas: number;
  readonly transactionGas: number;
};

export interface StepFigures {
  readonly rows: readonly StepRow[];
  readonly programStepsPerSecond: number;
}

/** Proves steps of every kind in a block of pools and swaps, as calldata and as a blob, to the judge's own bytecode. */
export async function measureStepCosts(): Promise<StepFigures> {
  const wasm = loadProgram().wasm;
  const program = lowerProvable(wasm);
  const description = describeProgram(wasm);
  const judge = await LocalJudge.create();
  await judge.registerProgram(description);
  const chain = LocalChain.create(users, 19_779, timestamp);
  const { bytes } = chain.build([...chain.signPools(), ...chain.signSwaps(swapMix(swaps, users, chain.pools))]);
  const state = crowdedState(chain);
  const costs: CostTable = new Map();
  for (const kind of ['calldata', 'blobs'] as const) {
    progress(`proving steps of a block in ${kind}, with ${otherKeys} other keys in the state`);
    const record = await recordOf(bytes, kind);
    await judge.putItem(0n, hexToBytes(itemHash(record.item(0n) as ItemHeader)));
    const inputs = new RecordedInputs(record);
    const machine = unitMachine(unitOf(chain, program, state, inputs));
    const select = (_: string, count: number) => count < perKind;
    const { mismatches } = await checkSteps(machine, judge, description.hash, { sources: { inputs }, costs, select });
    if (mismatches.length > 0) throw new InfraError('checkFailed', `Stepper and judge differ: ${mismatches[0]}`);
  }
  return { rows: [...costs].map(row), programStepsPerSecond: await measureSpeed(program) };
}

const row = ([step, { proofBytes, gas, transactionGas }]: [string, StepCost]): StepRow => ({
  step,
  proofBytes,
  executionGas: Number(gas),
  transactionGas: Number(transactionGas),
});

function crowdedState(chain: LocalChain): PersistentStateTree {
  const others = new Uint8Array(otherKeys * 64);
  for (let index = 0; index < otherKeys; index++) others.set(numberToBytes(index + 1, { size: 32 }), index * 64);
  // Module 0 does not exist, so no rule reads these keys; the tree places them by their hash.
  return PersistentStateTree.fromRecords(concatBytes(createGenesis(chain.genesis).contents, others));
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

/** An inbox of one item that holds one block. */
async function recordOf(block: Uint8Array, kind: 'calldata' | 'blobs'): Promise<L1Record> {
  const payload = encodePayload([block]);
  const words = payloadToWords(payload);
  const bundle = bundlePayload(payload, 'blob');
  const blobs = bundle.blobs as readonly Uint8Array[];
  const recorded: RecordedPayload = kind === 'calldata' ? { kind, words } : { kind, blobs };
  const header: ItemHeader = {
    previous: zeroHash,
    poster: zeroAddress,
    l1BlockNumber: 100n,
    l1Timestamp: BigInt(timestamp + 60),
    l1BaseFee: 10n ** 10n,
    l1BlobBaseFee: 1n,
    delayedCount: 0n,
    delayedAccumulator: zeroHash,
    payloadKind: kind,
    payloadWords: BigInt(kind === 'calldata' ? words.length / 32 : blobs.length * 4_096),
    payloadHash: kind === 'calldata' ? calldataRoot(words) : blobsPayloadHash(bundle.versionedHashes),
  };
  return { item: (index) => (index === 0n ? header : undefined), payload: () => recorded, message: () => undefined };
}

/** Steps per second of CPU time over a block of swaps, state tree and signatures included. */
async function measureSpeed(program: Unit['program']): Promise<number> {
  progress(`stepping through a block of ${speedSwaps} swaps`);
  const chain = LocalChain.create(users, 19_779, timestamp);
  const wires = chain.signSwaps(swapMix(speedSwaps, users, chain.pools));
  const { bytes } = chain.build([...chain.signPools(), ...wires]);
  const inputs = new RecordedInputs(await recordOf(bytes, 'calldata'));
  const state = PersistentStateTree.fromRecords(createGenesis(chain.genesis).contents);
  const started = process.cpuUsage();
  const { steps, made } = runUnit(unitOf(chain, program, state, inputs));
  if (!made) throw new InfraError('checkFailed', 'The unit made no block.');
  return Math.round(Number(steps) / cpuSecondsSince(started));
}

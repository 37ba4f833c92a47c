import {
  calldataRoot,
  createGenesis,
  ecrecover,
  encodePayload,
  Engine,
  type ItemHeader,
  loadProgram,
  payloadToWords,
  startOfItem,
  webAssembly,
} from '@metachain/program';
import {
  type L1Record,
  lowerProvable,
  PersistentStateTree,
  RecordedInputs,
  type RecordedPayload,
  runUnit,
} from '@metachain/prover';
import { zeroAddress, zeroHash } from 'viem';
import { longProgram } from '../dispute/long-program.js';
import { noInputs } from '../dispute/program-net.js';
import { InfraError } from '../errors.js';
import { LocalChain } from '../load/local-chain.js';
import { swapMix } from '../load/swap-mix.js';
import { firstUnit } from './long-game.js';
import { cpuSecondsSince, progress } from './report.js';

const users = 100;
const timestamp = 1_800_000_000;
const chainId = 19_779;
const cryptography = { recover: ecrecover, verifyAggregate: () => false };

/** How fast units are stepped through, by this process's CPU time: other processes do not count. */
export interface SteppingSpeed {
  readonly stepsPerSecond: number;
  /** CPU time of the stepper over that of V8, which runs the same program on the same inputs in the same process. */
  readonly timesV8: number;
}

/** A block of so many swaps, state tree and signatures included. Throws InfraError `checkFailed` where stepper and V8 make different blocks. */
export function measureBlockSpeed(swaps: number): SteppingSpeed {
  progress(`stepping through a block of ${swaps} swaps`);
  const chain = LocalChain.create(users, chainId, timestamp);
  const wires = chain.signSwaps(swapMix(swaps, users, chain.pools));
  const { bytes } = chain.build([...chain.signPools(), ...wires]);
  const genesis = createGenesis(chain.genesis);
  const position = startOfItem(0n, genesis.hash, 0n);
  const inputs = new RecordedInputs(recordOf(bytes));

  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId }, genesis);
  const v8 = timed(() => engine.runUnit(position, inputs));
  const program = lowerProvable(loadProgram().wasm);
  const state = PersistentStateTree.fromRecords(genesis.contents);
  const stepper = timed(() => runUnit({ program, state, inputs, cryptography, position }));
  const { steps, made, next } = stepper.result;
  if (!made || next.parentHash !== v8.result.block?.hash)
    throw new InfraError('checkFailed', 'Stepper and V8 make different blocks.');
  return { stepsPerSecond: Math.round(Number(steps) / stepper.seconds), timesV8: stepper.seconds / v8.seconds };
}

/** A loop of so many rounds of arithmetic, again and again: V8 compiles a function with all its skill only when it was called often. */
export function measureLoopSpeed(rounds: bigint, times: number): SteppingSpeed {
  progress(`stepping ${times} times through a loop of ${rounds} rounds`);
  const wasm = longProgram(rounds);
  const unit = firstUnit(lowerProvable(wasm), noInputs);
  const again = <Result>(run: () => Result): Result => {
    for (let time = 1; time < times; time++) run();
    return run();
  };
  const native = inV8(wasm);
  again(native);
  const v8 = timed(() => again(native));
  const stepper = timed(() => again(() => runUnit(unit)));
  const steps = Number(stepper.result.steps) * times;
  return { stepsPerSecond: Math.round(steps / stepper.seconds), timesV8: stepper.seconds / v8.seconds };
}

/** The one function of a unit's module; its inputs are all zero. */
function inV8(wasm: Uint8Array): () => unknown {
  const nothing = () => undefined;
  const host = { state_set: nothing, read_input: nothing, keccak: nothing };
  const { exports } = new webAssembly.Instance(new webAssembly.Module(wasm), { host });
  return (exports as { run: () => unknown }).run;
}

function timed<Result>(run: () => Result): { readonly result: Result; readonly seconds: number } {
  const started = process.cpuUsage();
  const result = run();
  return { result, seconds: cpuSecondsSince(started) };
}

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

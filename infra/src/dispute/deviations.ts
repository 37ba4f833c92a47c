import {
  balanceKey,
  concatBytes,
  equalBytes,
  fixedBytes,
  littleEndian,
  type Position,
  readLittleEndian,
  stateKeys,
  systemAddresses,
  type Withdrawal,
  withdrawalHash,
  withdrawalKey,
} from '@metachain/program';
import {
  type Machine,
  type MachineStart,
  type PersistentStateTree,
  runUnit,
  type Unit,
  unitMachine,
} from '@metachain/prover';
import type { Address } from 'viem';
import { InfraError } from '../errors.js';
import type { LieKind } from './lies.js';
import { type Deviation, LyingMachine } from './lying-machine.js';
import type { OpenAt } from './unit-chain.js';

/** What a lie is about. */
export interface LieFacts {
  readonly kind: LieKind;
  /** The unit in which the liar leaves the rules: that of a block, or the first of an item. Without it, the one that reads the message. */
  readonly at?: { readonly block: bigint } | { readonly item: bigint };
  readonly victim: Address;
  readonly thief: Address;
  /** The deposit that is skipped. */
  readonly message?: bigint;
  /** The withdrawal that only the lie would pay; a lie that takes no money has none. */
  readonly loot?: Withdrawal;
}

/** The pool of the demonstration, ETH against DCEP, and what the liar leaves in it of the second token, in base units. */
const pool = 0n;
const reserveLeft = 1_000_000n;
/** Reserve of the second token: u112 after reserve 0 and 16 bits of time (docs/spec/state.md). */
const reserve1At = 16;
const reserveBytes = 14;
/** Words of a delayed message (docs/spec/l1.md). */
const mintWord = 2n;
const delayedSpace = 3n;
/** Less ether than this is a fee, not the output of a swap. */
const leastOutput = 10n ** 17n;
/** A unit refuses a block within so many steps, or not before its content. */
const longestRefusal = 2_000_000n;
/** Instructions after the comparisons that are tried as the jump's target. */
const mostTargets = 300n;

const amountAt = (tree: PersistentStateTree, key: Uint8Array): bigint =>
  readLittleEndian((tree.get(key) ?? new Uint8Array(32)).subarray(0, 16));

const amountWord = (amount: bigint): Uint8Array => concatBytes(littleEndian(amount, 16), new Uint8Array(16));

function stolenOutput({ victim, thief }: LieFacts): Deviation {
  const own = balanceKey(systemAddresses.eth, victim);
  const other = balanceKey(systemAddresses.eth, thief);
  return {
    write: ({ key, value }, tree) => {
      if (!equalBytes(key, own)) return undefined;
      const gained = readLittleEndian(value.subarray(0, 16)) - amountAt(tree, own);
      return gained < leastOutput ? undefined : { key: other, value: amountWord(amountAt(tree, other) + gained) };
    },
  };
}

function forgedSignature({ victim, thief }: LieFacts): Deviation {
  const word = (address: Address) => concatBytes(new Uint8Array(12), fixedBytes(address, 20));
  return { recover: (address) => (equalBytes(address, word(thief)) ? word(victim) : undefined) };
}

function skippedDeposit({ message = 0n }: LieFacts): Deviation {
  const address = (delayedSpace << 56n) | (message << 16n) | mintWord;
  return { input: (index) => (index === address ? new Uint8Array(32) : undefined) };
}

function wrongWithdrawal({ loot }: LieFacts): Deviation {
  if (loot === undefined) throw new InfraError('badArgument', 'This lie needs a withdrawal to put in place.');
  const lie = withdrawalKey(withdrawalHash(loot));
  return { write: ({ key, value }) => (key[0] === 7 && key[1] === 1 ? { key: lie, value } : undefined) };
}

function wrongReserve(): Deviation {
  const reserves = concatBytes(Uint8Array.of(5, 2, 0, 0), littleEndian(pool, 8), new Uint8Array(20));
  return {
    write: ({ key, value }) => {
      if (!equalBytes(key, reserves)) return undefined;
      const lie = value.slice();
      lie.set(littleEndian(reserveLeft, reserveBytes), reserve1At);
      return { key, value: lie };
    },
  };
}

/** State in which somebody else is the producer: shows where a machine that accepts the block goes another way. */
const acceptingStart = (start: MachineStart, thief: Address): MachineStart => ({
  ...start,
  state: start.state.set(stateKeys.producerKey(), concatBytes(fixedBytes(thief, 20), new Uint8Array(12))),
});

/** The step at which two machines part. */
function parting(honest: Machine, other: Machine): bigint {
  for (let step = 0n; step < longestRefusal && honest.stepper.status === 'running'; step++) {
    honest.runTo(step + 1n);
    other.runTo(step + 1n);
    if (honest.stepper.pc !== other.stepper.pc) return step;
  }
  throw new InfraError('checkFailed', 'The unit does not refuse the block: there is nothing to lie about.');
}

const accepts = (unit: Unit, jump: NonNullable<Deviation['jump']>): boolean =>
  runUnit({ ...unit, open: (start) => new LyingMachine(start, { jump }) }).made;

/**
 * The jump that refuses the block goes to where an accepted block goes on. It is found by running beside a machine that accepts the
 * signer: they part at the jump, and one of the next instructions of the other is behind all comparisons.
 */
function missingStop(unit: Unit, { thief }: LieFacts): Deviation {
  const accepting = unitMachine({ ...unit, open: (start) => new AcceptingMachine(start, thief) });
  const step = parting(unitMachine(unit), accepting);
  for (let tried = 0n; tried < mostTargets; tried++) {
    const jump = { step, pc: accepting.stepper.pc };
    if (accepts(unit, jump)) return { jump };
    accepting.runTo(step + tried + 2n);
  }
  throw new InfraError('checkFailed', 'No jump leads past the refusal of the block.');
}

class AcceptingMachine extends LyingMachine {
  constructor(start: MachineStart, thief: Address) {
    super(acceptingStart(start, thief), {});
  }
}

const simple: Readonly<Record<Exclude<LieKind, 'missing-trap'>, (facts: LieFacts) => Deviation>> = {
  'stolen-swap-output': stolenOutput,
  'forged-signature': forgedSignature,
  'deposit-skipped': skippedDeposit,
  'wrong-withdrawal-root': wrongWithdrawal,
  'wrong-reserve': wrongReserve,
};

/** The deviation of a lie in the unit that it is about. */
export const deviationOf = (facts: LieFacts, unit: Unit): Deviation =>
  facts.kind === 'missing-trap' ? missingStop(unit, facts) : simple[facts.kind](facts);

const isAt = (position: Position, at: LieFacts['at']): boolean =>
  at === undefined
    ? true
    : 'block' in at
      ? position.parentNumber + 1n === at.block
      : position.item === at.item && position.offset === 0;

/** Opens the liar's machine in the unit that the lie is about; honest machines everywhere else. */
export const lyingAt =
  (facts: LieFacts): OpenAt =>
  (unit) => {
    if (!isAt(unit.position, facts.at)) return undefined;
    const deviation = deviationOf(facts, unit);
    return (start) => new LyingMachine(start, deviation);
  };

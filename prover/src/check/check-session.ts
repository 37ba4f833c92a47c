import { ecrecover, type UnitInputs } from '@metachain/program';
import { bytesToHex } from 'viem';
import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import { UnitChecker, UnitMismatchError } from '../machine/unit-checker.js';
import type { CheckMessage, FromWorker, NewWords, StartMessage, ToWorker } from './check-messages.js';

/** No transaction type carries an aggregate yet; V8's host answers the same. */
const cryptography = { recover: ecrecover, verifyAggregate: () => false };
const WORD_BYTES = 32;

const wordAt = (words: Uint8Array | undefined, index: number): Uint8Array | undefined =>
  words !== undefined && (index + 1) * WORD_BYTES <= words.length
    ? words.subarray(index * WORD_BYTES, (index + 1) * WORD_BYTES)
    : undefined;

/** The worker's side of the cross-check: a state of its own, and the words of L1 that units may read. */
export class CheckSession {
  private checker: UnitChecker | undefined;
  private difference: string | undefined;
  private readonly items: Uint8Array[] = [];
  private readonly messages: Uint8Array[] = [];

  constructor(private readonly program: LoweredProgram) {}

  /** Answers a check; a start has no answer of its own: a wrong one shows in the check that follows. */
  take(message: ToWorker): FromWorker | undefined {
    if (message.type === 'check') return this.check(message);
    this.start(message);
    return undefined;
  }

  private start({ records, stateRoot }: StartMessage): void {
    this.checker = new UnitChecker(this.program, PersistentStateTree.fromRecords(records), cryptography);
    const root = bytesToHex(this.checker.root);
    this.difference =
      root === stateRoot ? undefined : `state root at the start: ${root} in the stepper, ${stateRoot} in V8`;
  }

  private check(message: CheckMessage): FromWorker {
    const { generation, units } = message;
    learn(this.items, message.items);
    learn(this.messages, message.messages);
    const started = performance.now();
    let steps = 0n;
    for (const unit of units) {
      const difference = this.difference ?? this.run(unit, message, (count) => (steps += count));
      if (difference !== undefined) return { type: 'mismatch', generation, offset: unit.position.offset, difference };
    }
    return { type: 'checked', generation, steps, seconds: (performance.now() - started) / 1_000 };
  }

  /** What differs, or undefined. */
  private run(
    { position, trapped, sealed, next }: CheckMessage['units'][number],
    message: CheckMessage,
    count: (steps: bigint) => void,
  ): string | undefined {
    try {
      const outcome = this.checker?.check(position, this.inputs(message), { trapped, block: sealed, next });
      if (outcome === undefined) return 'the stepper has no state to start from';
      count(outcome.steps);
      return undefined;
    } catch (error) {
      if (error instanceof UnitMismatchError) return error.difference;
      // Whatever the stepper cannot run is as bad as a wrong result: it could not be disputed.
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }

  private inputs({ item: current, payload }: CheckMessage): UnitInputs {
    return {
      itemWord: (item, word) => wordAt(this.items[Number(item)], word),
      payloadWord: (item, word) => (item === current ? wordAt(payload, word) : undefined),
      delayedWord: (message, word) => wordAt(this.messages[Number(message)], word),
    };
  }
}

/** L1 may have replaced what was known: everything from `from` on is new. */
function learn(known: Uint8Array[], { from, words }: NewWords): void {
  known.length = Math.min(known.length, from);
  for (const one of words) known.push(one);
}

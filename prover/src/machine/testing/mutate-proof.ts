import type { Machine } from '../machine.js';
import { equalBytes, joinBytes } from '../merkle/hash.js';
import { stepProof, type WitnessSources } from '../proof/step-proof.js';
import type { Random } from './random-program.js';

/** A step with its proof in two parts. */
export interface ProvenStep {
  readonly programHash: Uint8Array;
  /** Machine hash before the step. */
  readonly before: Uint8Array;
  /** Machine hash after it. */
  readonly after: Uint8Array;
  /** Header words and frame: the whole of what `before` opens to. */
  readonly opening: Uint8Array;
  /** What the instruction touches; empty for most instructions and for most traps. */
  readonly witness: Uint8Array;
}

const HEADER_BYTES = 256;
const WORD_BYTES = 32;

/** Makes the next step of a machine. */
export function proveNext(machine: Machine, programHash: Uint8Array, sources: WitnessSources = {}): ProvenStep {
  const before = machine.hash();
  const proof = stepProof(machine, sources);
  const openingBytes = HEADER_BYTES + machine.header().frame.length;
  machine.runTo(machine.stepper.steps + 1n);
  return {
    programHash,
    before,
    after: machine.hash(),
    opening: proof.subarray(0, openingBytes),
    witness: proof.subarray(openingBytes),
  };
}

export const proofOf = ({ opening, witness }: ProvenStep): Uint8Array => joinBytes([opening, witness]);

/**
 * Changes the proof of a step at one place, or takes another step's in its place. Mostly the machine stays opened as it is and the witness
 * is changed: a machine that does not open is refused before the step is looked at.
 */
export function mutate(random: Random, step: ProvenStep, other: ProvenStep): Uint8Array {
  const proof = proofOf(step);
  for (;;) {
    const changed = mutateOnce(random, step, other);
    if (!equalBytes(changed, proof)) return changed;
  }
}

function mutateOnce(random: Random, step: ProvenStep, other: ProvenStep): Uint8Array {
  const isWitness = step.witness.length > 0 && random.below(4) !== 0;
  const change = random.pick(CHANGES);
  if (!isWitness) return change(proofOf(step), random, proofOf(other));
  return joinBytes([step.opening, change(step.witness.slice(), random, other.witness)]);
}

/** Other proofs that go over to another step's at a word of what the instruction touches, one for each such word. */
export function splices(step: ProvenStep, other: ProvenStep): Uint8Array[] {
  const { opening, witness } = step;
  const places = Array.from({ length: Math.ceil(witness.length / WORD_BYTES) }, (_, index) => index * WORD_BYTES);
  const spliced = places.map((at) => joinBytes([opening, witness.subarray(0, at), other.witness.subarray(at)]));
  return spliced.filter((proof) => !equalBytes(proof, proofOf(step)));
}

/** A way to change bytes, of which there is at least one. It may write into them. */
type Change = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const flipBit: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
};

const replaceWord: Change = (bytes, random) => {
  const word = wordIn(bytes, random);
  const fill = random.pick([0, 0xff, undefined]);
  word.set(fill === undefined ? anything(word.length, random) : new Uint8Array(word.length).fill(fill));
  return bytes;
};

/** Another low byte of a word, as of a length, a count or an index. */
const replaceNumber: Change = (bytes, random) => {
  const word = wordIn(bytes, random);
  word[word.length - 1] = random.below(8);
  return bytes;
};

const swapWords: Change = (bytes, random) => {
  const [a, b] = [wordIn(bytes, random), wordIn(bytes, random)];
  const first = a.slice();
  a.set(b);
  b.set(first);
  return bytes;
};

const repeatWord: Change = (bytes, random) => {
  wordIn(bytes, random).set(wordIn(bytes, random).slice());
  return bytes;
};

const drop: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  return joinBytes([bytes.subarray(0, at), bytes.subarray(at + someBytes(random))]);
};

const insert: Change = (bytes, random) => {
  const at = random.below(2) === 0 ? bytes.length : random.below(bytes.length);
  return joinBytes([bytes.subarray(0, at), anything(someBytes(random), random), bytes.subarray(at)]);
};

const truncate: Change = (bytes, random) => bytes.subarray(0, random.below(bytes.length));

/** Goes over to the other proof at some place. */
const crossOver: Change = (bytes, random, other) => {
  const at = random.below(bytes.length);
  return joinBytes([bytes.subarray(0, at), other.subarray(at)]);
};

const takeOther: Change = (_bytes, _random, other) => other;

const CHANGES = [
  flipBit,
  replaceWord,
  replaceNumber,
  swapWords,
  repeatWord,
  drop,
  insert,
  truncate,
  crossOver,
  takeOther,
];

/** A word of the bytes, counted from their start or from their end: not everything in a proof is a multiple of a word long. */
function wordIn(bytes: Uint8Array, random: Random): Uint8Array {
  const words = Math.floor(bytes.length / WORD_BYTES);
  const first = random.below(2) * (bytes.length % WORD_BYTES);
  const at = words === 0 ? 0 : first + WORD_BYTES * random.below(words);
  return bytes.subarray(at, at + WORD_BYTES);
}

const someBytes = (random: Random): number => random.pick([1, 3, WORD_BYTES, 2 * WORD_BYTES]);
const anything = (length: number, random: Random): Uint8Array => Uint8Array.from({ length }, () => random.below(256));

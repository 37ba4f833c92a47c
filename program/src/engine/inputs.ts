import { numberWord, fixedBytes, readBigEndian } from '../codec/bytes.js';
import type { Position, UnitInputs } from './types.js';

const DELAYED_COUNT_WORD = 6;

/** Answers `read_input` (docs/spec/program.md, "Input address space"); undefined makes the program trap. */
export type InputReader = (space: number, number: bigint, word: number) => Uint8Array | undefined;

/** Inputs the sequencer knows from L1 ahead of the batch that will name them. */
export type SeenInputs = Pick<UnitInputs, 'itemWord' | 'delayedWord'>;

export const noInputs: UnitInputs = {
  itemWord: () => undefined,
  payloadWord: () => undefined,
  delayedWord: () => undefined,
};

const positionWord = (position: Position, word: number): Uint8Array | undefined => {
  switch (word) {
    case 0:
      return fixedBytes(position.parentHash, 32);
    case 1:
      return numberWord(position.item);
    case 2:
      return numberWord(BigInt(position.offset));
    case 3:
      return numberWord(position.parentNumber);
    default:
      return undefined;
  }
};

/** Inputs of one unit as L1 would judge them: nothing beyond the current item and what it may consume. */
export const unitReader = (position: Position, inputs: UnitInputs): InputReader => {
  let delayedCount: bigint | undefined;
  const mayConsume = (): bigint => {
    const word = inputs.itemWord(position.item, DELAYED_COUNT_WORD);
    return (delayedCount ??= word === undefined ? 0n : readBigEndian(word));
  };
  return (space, number, word) => {
    if (space === 0) return number === 0n ? positionWord(position, word) : undefined;
    if (space === 1) return number <= position.item ? inputs.itemWord(number, word) : undefined;
    if (space === 2) return number === position.item ? inputs.payloadWord(number, word) : undefined;
    if (space === 3) return number < mayConsume() ? inputs.delayedWord(number, word) : undefined;
    return undefined;
  };
};

/** Inputs of the sequencer: no payload, and whatever it has seen on L1. */
export const sequencerReader = (head: () => Position, inputs: SeenInputs): InputReader => {
  return (space, number, word) => {
    if (space === 0) return number === 0n ? positionWord(head(), word) : undefined;
    if (space === 1) return inputs.itemWord(number, word);
    if (space === 3) return inputs.delayedWord(number, word);
    return undefined;
  };
};

import type { Position, UnitInputs } from '@metachain/program';
import { hexToBytes } from 'viem';
import { keccak, word } from './merkle/hash.js';

/** Spaces of the input addresses (docs/spec/program.md). */
export const InputSpace = { position: 0, item: 1, payload: 2, delayed: 3 } as const;

/** `space << 56 | number << 16 | word`. */
export interface InputAddress {
  readonly space: number;
  readonly number: bigint;
  readonly word: number;
}

export const inputAddress = (index: bigint): InputAddress => ({
  space: Number(index >> 56n),
  number: (index >> 16n) & 0xff_ffff_ffffn,
  word: Number(index & 0xffffn),
});

/** The four words of space 0, as L1 knows them. */
export function positionWords(position: Position): Uint8Array[] {
  return [
    hexToBytes(position.parentHash),
    word(position.item),
    word(BigInt(position.offset)),
    word(position.parentNumber),
  ];
}

/** What a machine commits of its inputs: L1 finds the rest by the item index. */
export const inputRoot = (position: Position): Uint8Array => keccak(...positionWords(position));

/** Words of the item header that bound the inputs of a unit. */
const DELAYED_COUNT_WORD = 6;

/**
 * Reads the inputs of one unit with the bounds that L1 enforces: position words, headers of items up to the current
 * one, payload of the current item, delayed messages that the current item may consume.
 */
export class UnitInputReader {
  private readonly position: readonly Uint8Array[];
  private readonly delayedCount: bigint;

  constructor(
    private readonly start: Position,
    private readonly inputs: UnitInputs,
  ) {
    this.position = positionWords(start);
    const count = inputs.itemWord(start.item, DELAYED_COUNT_WORD);
    this.delayedCount = count === undefined ? 0n : BigInt(`0x${Buffer.from(count).toString('hex')}`);
  }

  /** The word at an input address, or undefined where the machine traps. */
  read(index: bigint): Uint8Array | undefined {
    const address = inputAddress(index);
    switch (address.space) {
      case InputSpace.position:
        return address.number === 0n ? this.position[address.word] : undefined;
      case InputSpace.item:
        return address.number <= this.start.item ? this.inputs.itemWord(address.number, address.word) : undefined;
      case InputSpace.payload:
        return address.number === this.start.item ? this.inputs.payloadWord(address.number, address.word) : undefined;
      case InputSpace.delayed:
        return address.number < this.delayedCount ? this.inputs.delayedWord(address.number, address.word) : undefined;
      default:
        return undefined;
    }
  }
}

import { type Address, getAddress, numberToHex } from 'viem';

import type { Role } from './types.js';

/** Whose move it is and until when (contracts/src/dispute/Turns.sol). */
export interface Turn {
  readonly challenger: Address;
  readonly assertionId: bigint;
  /** L1 time in seconds until which the mover may move. */
  readonly deadline: bigint;
  readonly mover: Role;
  /** Seconds on the clock of the other side. */
  readonly waitingLeft: number;
}

/** The parts of the word that events and positions carry. */
export const readTurn = (word: bigint): Turn => ({
  challenger: getAddress(numberToHex(bits(word, 0, 160), { size: 20 })),
  assertionId: bits(word, 160, 32),
  deadline: bits(word, 192, 39),
  mover: bits(word, 231, 1) === 1n ? 'asserter' : 'challenger',
  waitingLeft: Number(bits(word, 232, 24)),
});

const bits = (word: bigint, from: number, count: number): bigint => BigInt.asUintN(count, word >> BigInt(from));

/** Seconds on both clocks at an L1 time. */
export function clocksAt({ deadline, mover, waitingLeft }: Turn, now: bigint): Readonly<Record<Role, number>> {
  const moverLeft = now < deadline ? Number(deadline - now) : 0;
  return mover === 'challenger'
    ? { challenger: moverLeft, asserter: waitingLeft }
    : { challenger: waitingLeft, asserter: moverLeft };
}

import { type Address, hexToBigInt, type Hex, numberToHex } from 'viem';

import { L1TransactionRefusedError, L1UnavailableError } from '../../errors.js';
import { revertDataOf } from '../refusal.js';
import type { L1Source } from '../source.js';
import { reasonOf } from './l1-reads.js';

/** Most gas of one transaction (EIP-7825). */
const TRANSACTION_GAS_CAP = 16_777_216n;

/** A call whose gas can be asked for. */
export interface L1Call {
  /** For logs and errors. */
  readonly what: string;
  readonly to: Address;
  readonly data: Hex;
  /** Wei. */
  readonly value: bigint;
  /** Gas that it may take at most: L1 is asked whether that is enough. */
  readonly mostGas?: bigint;
}

/** Gas that a call may take at most. */
export const mostGasOf = ({ mostGas = TRANSACTION_GAS_CAP }: Pick<L1Call, 'mostGas'>): bigint =>
  mostGas < TRANSACTION_GAS_CAP ? mostGas : TRANSACTION_GAS_CAP;

/**
 * Gas of a call of an account. A single endpoint decides neither that L1 would revert nor how little gas is enough. Throws
 * L1TransactionRefusedError where L1 would revert, L1UnavailableError.
 */
export async function estimateGas(source: L1Source, from: Address, call: L1Call): Promise<bigint> {
  const { what, to, data, value, mostGas } = call;
  const limit = mostGas === undefined ? {} : { gas: numberToHex(mostGasOf(call)) };
  const asked = { from, to, data, value: numberToHex(value), ...limit };
  try {
    return await source.middle('eth_estimateGas', [asked], (answer) => hexToBigInt(answer as Hex));
  } catch (error) {
    if (error instanceof L1UnavailableError) throw error;
    throw new L1TransactionRefusedError(what, reasonOf(error), false, revertDataOf(error));
  }
}

import { type Address, hexToBigInt, type Hex, numberToHex } from 'viem';

import { L1TransactionRefusedError, L1UnavailableError } from '../../errors.js';
import { revertDataOf } from '../refusal.js';
import type { L1Source } from '../source.js';
import type { L1Request } from './l1-account.js';
import { reasonOf } from './l1-reads.js';

/** Most gas of one transaction (EIP-7825). */
const TRANSACTION_GAS_CAP = 16_777_216n;

/** Gas that a call may take at most. */
export const mostGasOf = ({ mostGas = TRANSACTION_GAS_CAP }: Pick<L1Request, 'mostGas'>): bigint =>
  mostGas < TRANSACTION_GAS_CAP ? mostGas : TRANSACTION_GAS_CAP;

/**
 * Gas of a call of an account. A single endpoint decides neither that L1 would revert nor how little gas is enough. Throws
 * L1TransactionRefusedError where L1 would revert, L1UnavailableError.
 */
export async function estimateGas(source: L1Source, from: Address, request: L1Request): Promise<bigint> {
  const { to, data, value, mostGas } = request;
  const limit = mostGas === undefined ? {} : { gas: numberToHex(mostGasOf(request)) };
  const call = { from, to, data, value: numberToHex(value), ...limit };
  try {
    return await source.middle('eth_estimateGas', [call], (answer) => hexToBigInt(answer as Hex));
  } catch (error) {
    if (error instanceof L1UnavailableError) throw error;
    throw new L1TransactionRefusedError(request.what, reasonOf(error), false, revertDataOf(error));
  }
}

import { type Engine, readLittleEndian, stateKeys, tokenAddress, tokenReference } from '@metachain/program';

import type { Boundary } from '../replay/boundary.js';

const ETHER = 0;
const AMOUNT_BYTES = 16;

/** Ether in the state, wei. */
export function etherSupply(engine: Engine): bigint {
  const key = stateKeys.supplyKey(tokenReference(tokenAddress(ETHER)));
  return readLittleEndian((engine.state.store.read(key) ?? new Uint8Array(32)).subarray(0, AMOUNT_BYTES));
}

/** Wei in the state beyond genesis, deposits and withdrawals: 0, or the rules made or lost ether. */
export const conservationDelta = (supply: bigint, genesisSupply: bigint, { minted, withdrawn }: Boundary): bigint =>
  supply - (genesisSupply + minted - withdrawn);

/**
 * Wei withdrawn on the chain that the portal has not paid out yet, by what the portal holds. Below 0 it paid more than was withdrawn. Ether
 * forced upon the portal makes it larger than it is, never smaller.
 */
export const pendingWithdrawals = (portalBalance: bigint, mintedOnL1: bigint, { withdrawn }: Boundary): bigint =>
  withdrawn - (mintedOnL1 - portalBalance);

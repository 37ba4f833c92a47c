import { payloadToCalldata } from '@metachain/bridge';
import { createGenesis, type GenesisInput, type SealedBlock } from '@metachain/program';
import type { Address } from 'viem';
import { itemWords, judgeItems } from './l1-words.js';

/** The first item of a chain, posted at `time` (seconds), and the words of its payload. */
export function firstItem(poster: Address, time: bigint, payload: Uint8Array) {
  const words = payloadToCalldata(payload);
  const header = itemWords({ poster, l1Timestamp: time, payloadWords: BigInt(words.length / 32) });
  return { header, words };
}

/** What the rules make of a payload that stands on L1 in the first item of a chain, posted at `time` (seconds). */
export function judge(genesis: GenesisInput, poster: Address, time: bigint, payload: Uint8Array): SealedBlock[] {
  const { header, words } = firstItem(poster, time, payload);
  const l1 = { item: () => header, payload: () => words };
  return judgeItems(genesis.chainId, createGenesis(genesis), [0n, 1n], l1);
}

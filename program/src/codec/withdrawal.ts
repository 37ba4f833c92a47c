import { type Address, encodeAbiParameters, fromRlp, type Hex, parseAbiParameters, toRlp } from 'viem';

import { keccak256, keccakOf } from '../crypto/keccak.js';
import { concatBytes, fixedBytes, fromHex, toHex } from './bytes.js';

/** An op-stack withdrawal. Amounts in wei. */
export interface Withdrawal {
  readonly nonce: bigint;
  readonly sender: Address;
  readonly target: Address;
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly data: Hex;
}

const parameters = parseAbiParameters('uint256, address, address, uint256, uint256, bytes');

export const withdrawalHash = (withdrawal: Withdrawal): Hex => {
  const { nonce, sender, target, value, gasLimit, data } = withdrawal;
  return toHex(keccak256(fromHex(encodeAbiParameters(parameters, [nonce, sender, target, value, gasLimit, data]))));
};

/** State key `7, 1, withdrawalHash[0..30]`. */
export const withdrawalKey = (hash: Hex): Uint8Array =>
  concatBytes(Uint8Array.of(7, 1), fixedBytes(hash, 32).subarray(0, 30));

/** Slot by which op-stack clients ask for the proof: `keccak(abi.encode(hash, 0))`. */
export const withdrawalSlot = (hash: Hex): Hex => toHex(keccakOf(fixedBytes(hash, 32), new Uint8Array(32)));

const NODE_BYTES = 1_024;

/**
 * A state proof as the nodes of `eth_getProof`: RLP byte strings that joined give the proof. Clients decode and re-encode the nodes,
 * so each must be valid RLP. The Portal joins them again.
 */
export const proofToNodes = (proof: Uint8Array): Hex[] => {
  const nodes: Hex[] = [];
  for (let offset = 0; offset < proof.length; offset += NODE_BYTES) {
    nodes.push(toRlp(toHex(proof.subarray(offset, offset + NODE_BYTES))));
  }
  return nodes;
};

export const nodesToProof = (nodes: readonly Hex[]): Uint8Array =>
  concatBytes(...nodes.map((node) => fromHex(fromRlp(node, 'hex') as Hex)));

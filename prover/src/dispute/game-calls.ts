import { disputeGameAbi } from '@metachain/contracts';
import { encodeFunctionData, type Hash, type Hex } from 'viem';

import type { Move, ShownSection } from './types.js';

/** Calldata of a move against the section that stands. */
export function encodeMove(game: bigint, { length, hashes }: ShownSection, move: Move): Hex {
  const abi = disputeGameAbi;
  const section = { length, hashes };
  switch (move.kind) {
    case 'split':
      return encodeFunctionData({
        abi,
        functionName: 'split',
        args: [game, section, BigInt(move.index), move.hashes],
      });
    case 'enterUnit': {
      const { index, start, steps, finalProof } = move;
      return encodeFunctionData({
        abi,
        functionName: 'enterUnit',
        args: [game, section, BigInt(index), start, steps, finalProof, move.hashes],
      });
    }
    case 'proveEnd':
      return encodeFunctionData({
        abi,
        functionName: 'proveEnd',
        args: [game, section, BigInt(move.index), move.start],
      });
    case 'proveStep':
      return encodeFunctionData({
        abi,
        functionName: 'proveStep',
        args: [game, section, BigInt(move.index), move.proof],
      });
    case 'claimTimeout':
      return encodeFunctionData({ abi, functionName: 'claimTimeout', args: [game] });
    case 'dismiss':
      return encodeFunctionData({ abi, functionName: 'dismiss', args: [game] });
  }
}

/** Preimages of an output root. */
export interface Roots {
  readonly stateRoot: Hash;
  readonly headerHash: Hash;
}

/** Calldata that challenges an assertion. */
export const encodeOpen = (assertion: bigint, parent: Roots, claimed: Roots): Hex =>
  encodeFunctionData({
    abi: disputeGameAbi,
    functionName: 'open',
    args: [
      assertion,
      { stateRoot: parent.stateRoot, headerHash: parent.headerHash },
      { stateRoot: claimed.stateRoot, headerHash: claimed.headerHash },
    ],
  });

import { disputeGameAbi, oneStepProverAbi, rollupAbi } from '@metachain/contracts';
import { encodeFunctionData, type Hash, type Hex, toFunctionSelector } from 'viem';

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

const ERROR_NAMES = new Map(
  [...disputeGameAbi, ...oneStepProverAbi, ...rollupAbi]
    .filter((entry) => entry.type === 'error')
    .map((entry) => [toFunctionSelector(signatureOf(entry)) as string, entry.name]),
);

function signatureOf({ name, inputs }: { name: string; inputs: readonly { type: string }[] }): string {
  return `${name}(${inputs.map(({ type }) => type).join(',')})`;
}

/** An L1 node's reason with the name of the contracts' error in place of its selector, where it is one of them. */
export function explainRefusal(reason: string): string {
  const name = ERROR_NAMES.get(/custom error (0x[0-9a-f]{8})/.exec(reason)?.[1] ?? '');
  return name === undefined ? reason : `execution reverted: ${name}`;
}

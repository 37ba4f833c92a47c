import {
  disputeGameAbi,
  inboxAbi,
  l1CrossDomainMessengerAbi,
  oneStepProverAbi,
  optimismPortalAbi,
  rollupAbi,
} from '@metachain/contracts';
import type { AssertionTuple } from '@metachain/program';
import { encodeFunctionData, type Hash, type Hex, toFunctionSelector, zeroHash } from 'viem';

import { SegmentTree } from './segment-tree.js';
import { type GameView, LEVELS, type Move } from './types.js';

/** Calldata of a move in a game. */
export function encodeMove(view: MovedView, move: Move): Hex {
  const abi = disputeGameAbi;
  const { id } = view;
  switch (move.kind) {
    case 'split':
      return encodeFunctionData({
        abi,
        functionName: 'split',
        args: [id, positionOf(view, move.index), move.hashes.slice(1)],
      });
    case 'enterUnit': {
      const { start, steps, finalProof, hashes } = move;
      return encodeFunctionData({
        abi,
        functionName: 'enterUnit',
        args: [id, positionOf(view, move.index), start, steps, finalProof, hashes.slice(1)],
      });
    }
    case 'proveEnd':
      return encodeFunctionData({
        abi,
        functionName: 'proveEnd',
        args: [id, positionOf(view, move.index), move.start],
      });
    case 'proveStep':
      return encodeFunctionData({
        abi,
        functionName: 'proveStep',
        args: [id, positionOf(view, move.index), move.proof],
      });
    case 'claimTimeout':
      return encodeFunctionData({ abi, functionName: 'claimTimeout', args: [id, positionOf(view, 0)] });
    case 'dismiss':
      return encodeFunctionData({ abi, functionName: 'dismiss', args: [id, positionOf(view, 0)] });
  }
}

type MovedView = Pick<GameView, 'id' | 'turn' | 'asserter' | 'program' | 'endItem' | 'section'>;

/** What a mover shows of a game: whose turn it is, the disputed segment, and its place in what stands. */
function positionOf({ turn, asserter, program, endItem, section }: MovedView, index: number) {
  const { level, length, hashes } = section;
  return {
    turn,
    asserter,
    program,
    endItem,
    level: LEVELS.indexOf(level),
    length,
    index: BigInt(index),
    first: hashes[index] ?? zeroHash,
    last: hashes[index + 1] ?? zeroHash,
    siblings: new SegmentTree(hashes).proof(index),
  };
}

/** What an assertion claims. */
export type ClaimedState = Omit<AssertionTuple, 'payloadOffset' | 'unitIndex'>;

/** Calldata that challenges an assertion, if it and its parent claim just that, with the first cut of all its units (`openingCut`). */
export const encodeOpen = (
  assertion: bigint,
  parent: ClaimedState,
  claimed: ClaimedState,
  hashes: readonly Hash[],
): Hex =>
  encodeFunctionData({
    abi: disputeGameAbi,
    functionName: 'open',
    args: [assertion, parent, claimed, hashes.slice(1)],
  });

const ERROR_NAMES = new Map(
  [disputeGameAbi, oneStepProverAbi, rollupAbi, inboxAbi, optimismPortalAbi, l1CrossDomainMessengerAbi]
    .flat()
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

import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_UNIT_STEPS } from '@metachain/prover';
import { decodeFunctionData, isAddressEqual, type Address } from 'viem';
import { disputeGameAbi } from '@metachain/contracts';
import { InfraError } from '../errors.js';
import { disputeConfig } from './dispute-net.js';
import type { ShownMove } from './game-watch.js';
import { moveHead, moveLine, type Print } from './show.js';
import { parties, type Stage } from './stage.js';

/** A game as it was seen on L1 from its opening to its end. */
export interface GameStory {
  readonly moves: readonly ShownMove[];
  readonly gasHonest: bigint;
  readonly gasLiar: bigint;
  readonly winner: Address;
  /** Milliseconds since `since`. */
  readonly firstMoveMs: number;
  readonly verdictMs: number;
  readonly decidedBy: 'the step on L1' | 'the clock';
}

/** Longest wait for a game: both clocks, and the floor for each move. */
const longestMs = 400_000;

const nameOf = (by: Address): string =>
  isAddressEqual(by, parties.prover.address)
    ? 'prover'
    : isAddressEqual(by, parties.operator.address)
      ? 'operator'
      : 'liar';

/** Cuts that a stretch still needs at most. */
function cutsLeft(length: bigint, degree: bigint): number {
  let cuts = 0;
  for (let rest = length; rest > 1n; rest = (rest + degree - 1n) / degree) cuts++;
  return cuts;
}

function movesLeft({ level, length, pieces }: ShownMove): number {
  const { gameDegree } = disputeConfig;
  const piece = (length + BigInt(pieces) - 1n) / BigInt(pieces);
  const here = cutsLeft(piece, gameDegree) + 1;
  return level === 'steps' ? here : here + cutsLeft(MAX_UNIT_STEPS, gameDegree);
}

/** Shows a game move by move until it is over. `since`: when the lie was on L1, by this machine's clock. */
export async function watchGame(stage: Stage, since: number, print: Print): Promise<GameStory> {
  const moves: ShownMove[] = [];
  const seen: number[] = [];
  print(moveHead());
  while (moves.at(-1)?.what !== 'end') {
    if (Date.now() - since > longestMs)
      throw new InfraError(
        'checkFailed',
        `The game was not over in time. The prover's last complaint: ${stage.net.proverComplaint()}`,
      );
    for (const move of await stage.watch.read()) {
      const now = Date.now() - since;
      moves.push(move);
      seen.push(now);
      print(moveLine(move, nameOf(move.by), now / 1_000, movesLeft(move)));
    }
    await sleep(100);
  }
  const last = moves.at(-1) as ShownMove;
  const gas = (honest: boolean) =>
    moves
      .filter(({ by }) => isAddressEqual(by, parties.prover.address) === honest)
      .reduce((sum, move) => sum + move.gas, 0n);
  return {
    moves,
    gasHonest: gas(true),
    gasLiar: gas(false),
    winner: last.winner as Address,
    firstMoveMs: seen[moves.findIndex(({ by }) => isAddressEqual(by, parties.prover.address))] ?? 0,
    verdictMs: seen.at(-1) ?? 0,
    decidedBy: (await functionOf(stage, last)) === 'proveStep' ? 'the step on L1' : 'the clock',
  };
}

async function functionOf({ clients }: Stage, { transaction }: ShownMove): Promise<string> {
  const { input } = await clients.l1.getTransaction({ hash: transaction });
  return decodeFunctionData({ abi: disputeGameAbi, data: input }).functionName;
}

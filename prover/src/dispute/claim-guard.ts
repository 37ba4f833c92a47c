import { disputeGameAbi, rollupAbi } from '@metachain/contracts';

import { DisputeError, TraceMismatchError } from '../errors.js';
import { readContract } from '../l1/read-contract.js';
import type { Boundary } from '../replay/boundary.js';
import type { GameReader } from './game-reader.js';
import type { HonestTraces } from './honest-traces.js';
import { type MissingCall, ProgramOnL1 } from './program-on-l1.js';
import { unitsOf } from './sections.js';
import type { Trace } from './types.js';

/** Throws TraceMismatchError unless the stepper comes from `parent` to `end` as the replay did. */
export async function requireStepped(trace: Pick<Trace, 'stateAt'>, parent: Boundary, end: Boundary): Promise<void> {
  const { stateRoot, headerHash, item } = end;
  const stepped = await trace.stateAt(unitsOf(item - parent.item));
  if (stepped.stateRoot !== stateRoot || stepped.headerHash !== headerHash || stepped.itemIndex !== item)
    throw new TraceMismatchError(`replay and the stepper disagree about item ${item}`);
}

/** Stands before every bond of the account that no task of the agent stakes. */
export class ClaimGuard {
  constructor(
    private readonly reader: Pick<GameReader, 'source' | 'rollup'>,
    private readonly traces: Pick<HonestTraces, 'program' | 'trace'>,
  ) {}

  /**
   * The call that L1 needs before a bond is worth staking on the state at `end`, so that it can judge the program; undefined when it needs none
   * more. Reads L1 for itself, since games may be looked at meanwhile.
   * @throws TraceMismatchError the stepper comes to another state, or L1 has other code than this program's
   * @throws CannotDeriveError, DisputeError, L1UnavailableError, MissingContractError
   */
  async missing(parent: Boundary, end: Boundary): Promise<MissingCall | undefined> {
    await requireStepped(await this.traces.trace({ parent, endItem: end.item }), parent, end);
    return (await this.program()).missing();
  }

  private async program(): Promise<ProgramOnL1> {
    const { source, rollup } = this.reader;
    const { latest } = await source.heads();
    const head = await source.agreedBlock(latest);
    if (head === undefined) throw new DisputeError(`too few L1 endpoints have block ${latest}`);
    const game = await readContract(source, rollup, rollupAbi, 'DISPUTE_GAME', [], head.number);
    const prover = await readContract(source, game, disputeGameAbi, 'PROVER', [], head.number);
    return new ProgramOnL1({ source, head, rules: { prover } }, this.traces.program);
  }
}

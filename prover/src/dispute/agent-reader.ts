import type { L1Account } from '@metachain/bridge';
import { disputeGameAbi, rollupAbi } from '@metachain/contracts';
import { isAddressEqual } from 'viem';

import type { JudgedAssertion } from '../watch/judged.js';
import type { AgentView, AssertionStanding, OwnGame } from './agent-plan.js';
import { readContract } from '../l1/read-contract.js';
import type { GameReader } from './game-reader.js';
import type { LoggedGame } from './logged-game.js';

const STATUSES = [undefined, 'pending', 'confirmed', 'rejected', 'outlived', 'bonded'] as const;
/** Questions to L1 at once. */
const BATCH = 50;
/** L1 blocks after which what has ended is not looked at again. */
const SETTLED_BLOCKS = 128n;

/** Reads where assertions stand, at the head of the game reader. */
export class AgentReader {
  /** By number, with the L1 block at which it was first seen to be over. */
  private readonly settled = new Map<bigint, { readonly standing: AssertionStanding; readonly since: bigint }>();

  constructor(
    private readonly reader: GameReader,
    private readonly account: L1Account,
  ) {}

  /** Everything a plan needs but its limits and wishes. */
  async read(judged: readonly JudgedAssertion[]): Promise<Omit<AgentView, 'maximumBond' | 'awaited'>> {
    const { reader, account } = this;
    const { rules, head, source, rollup } = reader;
    const who = [account.address] as const;
    const assertions = await this.standings(judged);
    const [latestConfirmed, balance, atRollup, atGame] = await Promise.all([
      readContract(source, rollup, rollupAbi, 'latestConfirmed', [], head.number),
      account.balance(),
      readContract(source, rollup, rollupAbi, 'credit', who, head.number),
      readContract(source, rules.game, disputeGameAbi, 'credit', who, head.number),
    ]);
    const { challengeWindow, assertionBond, gameBond } = rules;
    return {
      account: account.address,
      now: head.timestamp,
      challengeWindow,
      assertionBond,
      gameBond,
      latestConfirmed,
      assertions,
      games: reader.gamesOf(account.address).map((game) => this.ownGame(game)),
      balance,
      credit: { rollup: atRollup, game: atGame },
    };
  }

  private async standings(judged: readonly JudgedAssertion[]): Promise<readonly AssertionStanding[]> {
    const standings: AssertionStanding[] = [];
    for (let from = 0; from < judged.length; from += BATCH) {
      const batch = judged.slice(from, from + BATCH);
      standings.push(...(await Promise.all(batch.map((assertion) => this.standing(assertion)))));
    }
    return standings;
  }

  private async standing({ assertion: { id, parent }, right }: JudgedAssertion): Promise<AssertionStanding> {
    const known = this.settled.get(id);
    const { number } = this.reader.head;
    if (known !== undefined && number > known.since + SETTLED_BLOCKS) return { ...known.standing, right };
    const { status: code, original, bondOwner, createdAt, openGames } = await this.reader.assertion(id);
    const status = STATUSES[code] ?? 'pending';
    const claim = original === 0 ? id : BigInt(original);
    const standing = { id, parent, claim, right, status, bondOwner, createdAt: BigInt(createdAt), openGames };
    if (status === 'confirmed' || status === 'rejected')
      this.settled.set(id, { standing, since: known?.since ?? number });
    else this.settled.delete(id);
    return standing;
  }

  private ownGame({ assertionId, challenger, ended }: LoggedGame): OwnGame {
    const role = isAddressEqual(challenger, this.account.address) ? 'challenger' : 'asserter';
    if (ended === undefined) return { assertionId, role, outcome: undefined };
    if (ended === 'void') return { assertionId, role, outcome: 'void' };
    return { assertionId, role, outcome: (ended === 'challengerWon') === (role === 'challenger') ? 'won' : 'lost' };
  }
}

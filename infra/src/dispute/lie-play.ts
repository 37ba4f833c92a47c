import type { Withdrawal } from '@metachain/program';
import type { Trace } from '@metachain/prover';
import { parseEther } from 'viem';
import { InfraError } from '../errors.js';
import { ChainTrace } from './chain-trace.js';
import { commit, SlotEndedError } from './crimes.js';
import { lyingAt } from './deviations.js';
import { disputeConfig } from './dispute-net.js';
import { type Parting, claimsWithProof } from './expected-moves.js';
import { type GameStory, watchGame } from './game-story.js';
import { TracePlayer } from './trace-player.js';
import { type LieKind, lies } from './lies.js';
import type { Claim } from './operator.js';
import type { Check, Outcome } from './outcome.js';
import { partingOf } from './parting.js';
import { type Cast } from './people.js';
import { bondsLine, line, type Print, title } from './show.js';
import { burnAddress, parties, type Stage } from './stage.js';
import { ether, short } from './text.js';
import type { OpenAt } from './unit-chain.js';
import { continueChain, payHonestly, plainWithdrawal, tryLie } from './payouts.js';

/** Wei that the bystander withdraws. */
const honestAmount = parseEther('0.5');
const rejected = 3;

type Liar = 'asserter' | 'challenger';

/** Two beliefs about the items up to `end`, and where they part. */
interface Traces {
  readonly honest: ChainTrace;
  readonly lie: ChainTrace;
  readonly parting: Parting;
  readonly end: bigint;
}

/** What is true and what the liar says, before anything was asserted. */
interface Disagreement extends Traces {
  readonly kind: LieKind;
  readonly cast: Cast;
  /** The honest withdrawal, and the one that is tried on the lie. */
  readonly withdrawal: Withdrawal;
  readonly onLie: Withdrawal;
}

/** Plays the scene of a lie on the chain: new people, an honest withdrawal, and what the lie is about. */
async function playScene({ people, view }: Stage, kind: LieKind) {
  await people.allPosted();
  const first = await people.nextWithdrawalNonce();
  const cast = await people.cast(kind, honestAmount);
  await people.allPosted();
  const nonce = await people.nextWithdrawalNonce();
  const facts = await commit(kind, { people, cast, view, nonce });
  return { cast, facts, withdrawal: plainWithdrawal(first, cast.bystander.address, honestAmount) };
}

/** A scene that falls into two blocks is played again. */
async function playSceneInOneBlock(stage: Stage, kind: LieKind, tries = 3): ReturnType<typeof playScene> {
  try {
    return await playScene(stage, kind);
  } catch (error) {
    if (!(error instanceof SlotEndedError) || tries === 1) throw error;
    return playSceneInOneBlock(stage, kind, tries - 1);
  }
}

/**
 * Makes things happen on the chain and finds out what the liar will say of them. The assertion about it ends so that the honest side makes
 * the last move of the game.
 */
export async function disagree(stage: Stage, kind: LieKind, liar: Liar, print: Print): Promise<Disagreement> {
  print(title(`${liar === 'challenger' ? 'lying-challenger, with ' : ''}${kind}: ${lies[kind].claim}`));
  const { cast, facts, withdrawal } = await playSceneInOneBlock(stage, kind);
  print(line('L2', `deposits, transfers; ${short(cast.bystander.address)} withdraws ${ether(honestAmount)}`));
  const { honest, lie, parting, end } = await tracesOf(stage, lyingAt(facts), liar);
  const begin = stage.parent.state.itemIndex;
  print(line('L2', `the rules' answer is on L1: items ${begin} to ${end - 1n}, ${honest.length} units of proof`));
  print(
    line(
      'the lie',
      `${lies[kind].step}: unit ${parting.unit}, step ${parting.step.toLocaleString('en-US')} of ${parting.honestSteps.toLocaleString('en-US')}`,
    ),
  );
  return { kind, honest, lie, parting, end, cast, withdrawal, onLie: facts.loot ?? withdrawal };
}

/** What both sides believe of all items since the parent; appends items until a game about them ends with a move of the honest side. */
async function tracesOf(stage: Stage, openAt: OpenAt, liar: Liar): Promise<Traces> {
  const { view, programHash, parent } = stage;
  const begin = parent.state.itemIndex;
  const [from, end] = [view.pointAt(begin), view.itemCount];
  const honest = new ChainTrace(from, view.honestUnits(begin, end), programHash);
  const lie = new ChainTrace(from, view.run(from, end, openAt), programHash);
  const parting = await partingOf(honest, lie, BigInt(Math.max(honest.length, lie.length)));
  const { items, liarSteps } = claimsWithProof(end - begin, parting, liar, disputeConfig.gameDegree);
  if (begin + items > end) {
    await stage.operator.appendEmpty(Number(begin + items - end));
    await view.refresh();
    return tracesOf(stage, openAt, liar);
  }
  lie.claimSteps(parting.unit, liarSteps);
  return { honest, lie, parting, end };
}

/** State that a trace ends with. */
export const endOf = (trace: ChainTrace): ReturnType<Trace['stateAt']> => trace.stateAt(BigInt(trace.length));

/** An operator asserts a lie; the prover must find it, win, and the chain must go on from the right state. */
export async function playLie(stage: Stage, kind: LieKind, print: Print): Promise<Outcome> {
  const said = await disagree(stage, kind, 'asserter', print);
  const burned = await stage.balance(burnAddress);
  const before = await balances(stage);
  const liar = new TracePlayer(stage.net.devnet, parties.operator, said.lie);
  const wrong = await assertLie(stage, said, print);
  liar.start();
  try {
    const early = await tryLie(stage, said.onLie, wrong, said.lie.end.state);
    print(line('portal', `a withdrawal of ${ether(said.onLie.value)} is proven on the lie; paying it: ${early}`));
    const story = await watchGame(stage, wrong.at, print);
    const right = await rightSibling(stage, wrong, said);
    const gas = right.gas.toLocaleString('en-US');
    print(line('prover', `asserted the right state beside it: assertion ${right.id}, gas ${gas}`));
    const now = await balances(stage);
    print(
      bondsLine(
        { who: 'operator', change: now.operator - before.operator },
        { who: 'prover', change: now.prover - before.prover },
        (await stage.balance(burnAddress)) - burned,
      ),
    );
    const checks = await verify(stage, said, wrong, right, story, burned, print);
    return outcome(kind, story, wrong.gas + right.gas, [
      { what: 'not paid before the verdict', held: early === 'OutputNotConfirmed' },
      ...checks,
    ]);
  } finally {
    await liar.stop();
  }
}

export const outcome = (name: string, story: GameStory, gasAssertions: bigint, checks: readonly Check[]): Outcome => {
  const { gasHonest, gasLiar, firstMoveMs, verdictMs, decidedBy } = story;
  return {
    name,
    moves: story.moves.length,
    gasHonest,
    gasLiar,
    gasAssertions,
    firstMoveMs,
    verdictMs,
    decidedBy,
    checks,
  };
};

const balances = async (stage: Stage) => ({
  operator: await stage.balance(parties.operator.address),
  prover: await stage.balance(parties.prover.address),
});

async function assertLie(stage: Stage, said: Disagreement, print: Print): Promise<Claim> {
  const { honest, lie, end } = said;
  const state = await endOf(lie);
  const wrong = await stage.operator.assert(stage.parent, state, stage.view.itemHash(end - 1n));
  const truth = (await endOf(honest)).stateRoot;
  print(
    line(
      'operator',
      `asserts ${short(state.stateRoot)} instead of ${short(truth)}: assertion ${wrong.id}, bond ${ether(disputeConfig.assertionBondWei)}, gas ${wrong.gas.toLocaleString('en-US')}`,
    ),
  );
  return wrong;
}

/** The assertion that stands beside a wrong one: the prover's. */
async function rightSibling(stage: Stage, wrong: Claim, { honest }: Disagreement): Promise<Claim> {
  const state = await endOf(honest);
  const found = await stage.operator.find(state, wrong.id);
  if (found === undefined) throw new InfraError('checkFailed', 'Nobody asserted the right state.');
  return found;
}

async function verify(
  stage: Stage,
  said: Disagreement,
  wrong: Claim,
  right: Claim,
  story: GameStory,
  burned: bigint,
  print: Print,
): Promise<Check[]> {
  const half = disputeConfig.assertionBondWei / 2n;
  const slashed = (await stage.balance(burnAddress)) - burned === half;
  const game = await stage.balance(stage.net.devnet.dispute.disputeGame);
  const { status } = await stage.operator.assertion(wrong.id);
  await stage.operator.confirm(right.id);
  stage.parent = right;
  print(line('L1', `assertion ${right.id} (the prover's) is confirmed`));
  const after = await tryLie(stage, said.onLie, wrong, said.lie.end.state);
  print(line('portal', `the withdrawal proven on the lie: ${after}`));
  const paid = await payHonestly(stage, said.withdrawal, right, said.honest.end.state, print);
  const continued = await continueChain(stage, print);
  return [
    { what: 'the prover won', held: story.winner.toLowerCase() === parties.prover.address.toLowerCase() },
    { what: 'L1 executed the step', held: story.decidedBy === 'the step on L1' },
    { what: 'the lie is rejected', held: status === rejected },
    { what: 'half of the bond burned', held: slashed },
    { what: 'all bonds paid out', held: game === 0n },
    { what: 'the lie pays nothing', held: after !== 'paid' },
    { what: 'the honest withdrawal is paid', held: paid },
    { what: 'the chain goes on', held: continued },
  ];
}

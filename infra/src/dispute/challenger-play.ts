import { isAddressEqual } from 'viem';
import { disputeConfig } from './dispute-net.js';
import { type GameStory, watchGame } from './game-story.js';
import { disagree, endOf, outcome } from './lie-play.js';
import { TracePlayer } from './trace-player.js';
import type { LieKind } from './lies.js';
import type { Outcome } from './outcome.js';
import { continueChain, payHonestly, tryLie } from './payouts.js';
import { bondsLine, line, type Print } from './show.js';
import { burnAddress, parties, type Stage } from './stage.js';
import { ether, short } from './text.js';

/** The operator asserts the truth and leaves its defence to the prover; a liar challenges it, with the trace of a lie. */
export async function playLyingChallenger(stage: Stage, kind: LieKind, print: Print): Promise<Outcome> {
  const said = await disagree(stage, kind, 'challenger', print);
  const { honest, lie, end } = said;
  const burned = await stage.balance(burnAddress);
  const state = await endOf(honest);
  await stage.operator.nameDefender(parties.prover.address);
  print(line('operator', `names the prover, ${short(parties.prover.address)}, as its defender`));
  const before = await balances(stage);
  const right = await stage.operator.assert(stage.parent, state, stage.view.itemHash(end - 1n));
  print(
    line(
      'operator',
      `asserts the truth, ${short(state.stateRoot)}: assertion ${right.id}, bond ${ether(disputeConfig.assertionBondWei)}`,
    ),
  );
  const liar = new TracePlayer(stage.net.devnet, parties.challenger, lie);
  try {
    await liar.challenge(right.id, stage.parent.state, state);
    const since = Date.now();
    print(line('liar', `challenges it, bond ${ether(disputeConfig.gameBondWei)}`));
    liar.start();
    const story = await watchGame(stage, since, print);
    const slashed = (await stage.balance(burnAddress)) - burned === disputeConfig.gameBondWei / 2n;
    const after = await balances(stage);
    print(
      bondsLine(
        { who: 'liar', change: after.liar - before.liar },
        { who: 'operator', change: after.operator - before.operator },
        (await stage.balance(burnAddress)) - burned,
      ),
    );
    const game = await stage.balance(stage.net.devnet.dispute.disputeGame);
    await stage.operator.confirm(right.id);
    print(line('L1', `assertion ${right.id} is confirmed`));
    const onLie = { ...right, state: await endOf(lie) };
    const answer = await tryLie(stage, said.onLie, onLie, lie.end.state);
    print(line('portal', `a withdrawal of ${ether(said.onLie.value)} in the liar's state: ${answer}`));
    stage.parent = right;
    const paid = await payHonestly(stage, said.withdrawal, right, honest.end.state, print);
    const continued = await continueChain(stage, print);
    return outcome('lying-challenger', story, right.gas, [
      { what: 'the operator won', held: isAddressEqual(story.winner, parties.operator.address) },
      { what: 'the prover made its moves', held: defended(story) },
      { what: 'L1 executed the step', held: story.decidedBy === 'the step on L1' },
      { what: "half of the liar's bond burned", held: slashed },
      { what: 'all bonds paid out', held: game === 0n },
      { what: 'the lie pays nothing', held: answer !== 'paid' },
      { what: 'the honest withdrawal is paid', held: paid },
      { what: 'the chain goes on', held: continued },
    ]);
  } finally {
    await liar.stop();
  }
}

/** Every move against the liar came from the prover's account. */
const defended = ({ moves }: GameStory): boolean =>
  moves.some(({ by }) => isAddressEqual(by, parties.prover.address)) &&
  moves.every(({ by }) => !isAddressEqual(by, parties.operator.address));

const balances = async (stage: Stage) => ({
  operator: await stage.balance(parties.operator.address),
  liar: await stage.balance(parties.challenger.address),
});

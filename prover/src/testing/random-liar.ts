import { DEVNET_CONFIG } from '@metachain/contracts';
import { keccak256, numberToHex, type Hash, type Hex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';

import { encodeMove } from '../dispute/game-calls.js';
import type { GameReader } from '../dispute/game-reader.js';
import { hashCount, ownHash, pointOf, segmentLength, unitsOf } from '../dispute/sections.js';
import type { GameView, Move, Trace } from '../dispute/types.js';
import type { UnitState } from '../machine/judge/local-judge.js';
import type { Random } from '../machine/testing/random-program.js';
import type { DisputeFixture } from './dispute-fixture.js';
import { forgeFinal, forgeTrap, machineHashOf, mix } from './forged-trace.js';

const MAXIMUM_STEPS = 1n << 32n;
const GAS = 10_000_000n;

/** Somebody who makes any move that the contract accepts, at any time up to the last second, with no plan. */
export class RandomLiar {
  constructor(
    private readonly fixture: DisputeFixture,
    private readonly account: PrivateKeyAccount,
    private readonly reader: GameReader,
    private readonly truth: Trace,
    private readonly random: Random,
  ) {}

  /** Challenges an assertion over so many items with a first cut that lies. */
  async open(assertion: bigint, claimed: UnitState): Promise<void> {
    const length = unitsOf(claimed.itemIndex);
    const { gameDegree } = DEVNET_CONFIG;
    const first = 1 + this.place(true, hashCount(length, gameDegree) - 1);
    const cut = await this.lies((at) => this.truth.tupleAt(at), length, gameDegree, first);
    await this.fixture.openAs(this.account, assertion, claimed, cut);
  }

  /** Moves, or does not. */
  async move(game: bigint): Promise<void> {
    await this.reader.refresh();
    const view = await this.reader.view(game);
    const move = await this.choose(view);
    if (move === undefined || this.random.below(50) === 0) return;
    await this.wait(view);
    const { client, deployment } = this.fixture.rollup;
    const data = encodeMove(view, move);
    const request = { account: this.account as never, chain: null, to: deployment.dispute.disputeGame, data, gas: GAS };
    await client.waitForTransactionReceipt({ hash: await client.sendTransaction(request) });
  }

  /** Now, some time later, or in the last second. */
  private async wait({ now, deadline }: GameView): Promise<void> {
    const choice = this.random.below(3);
    if (choice === 0) return;
    const left = Number(deadline - now);
    const timestamp = choice === 1 ? deadline : now + BigInt(1 + this.random.below(left));
    await this.fixture.rollup.client.setNextBlockTimestamp({ timestamp });
  }

  private async choose(view: GameView): Promise<Move | undefined> {
    const { section } = view;
    const index = this.place(section.unit === undefined, section.hashes.length - 1);
    const from = section.offset + pointOf(section, index);
    const length = segmentLength(section, index);
    if (length > 1n) {
      const first = 1 + this.place(section.unit === undefined, hashCount(length, view.degree) - 1);
      const hashes = await this.lies((at) => ownHash(this.truth, section, from + at), length, view.degree, first);
      return { kind: 'split', index, hashes };
    }
    if (section.unit === undefined) return this.unit(view, index, from);
    const proof = await (await this.truth.unit(section.unit)).stepProof(from);
    return { kind: 'proveStep', index, step: from, proof: this.mutated(proof) };
  }

  private async unit({ endItem, degree }: GameView, index: number, unit: bigint): Promise<Move> {
    const start = await this.truth.stateAt(unit);
    if (start.itemIndex >= endItem) return { kind: 'proveEnd', index, start };
    const machine = await this.truth.unit(unit);
    const steps = this.steps(machine.steps);
    const proof = await machine.finalProof();
    const finalProof = this.random.below(3) === 0 ? forgeTrap(proof) : forgeFinal(proof, this.salt());
    const first = 1 + this.random.below(hashCount(steps, degree) - 1);
    const hashes = await this.lies((at) => machine.hashAt(at), steps, degree, first);
    return {
      kind: 'enterUnit',
      index,
      start,
      steps,
      finalProof,
      hashes: [...hashes.slice(0, -1), machineHashOf(finalProof)],
    };
  }

  /** As many as there are, fewer, more, or the most. */
  private steps(actual: bigint): bigint {
    const choices = [actual, 1n + BigInt(this.random.below(Number(actual))), actual + 1_000n, MAXIMUM_STEPS];
    return choices[this.random.below(choices.length)]!;
  }

  /** One of so many segments. All but the first few units of a game stand still, so among units it is mostly the first. */
  private place(isOfUnits: boolean, segments: number): number {
    return isOfUnits && this.random.below(4) !== 0 ? 0 : this.random.below(segments);
  }

  /** Hashes that are true before the one numbered `first`, and anything from there on; the last is never true. */
  private async lies(
    at: (point: bigint) => Promise<Hash>,
    length: bigint,
    degree: bigint,
    first: number,
  ): Promise<Hash[]> {
    const segments = hashCount(length, degree) - 1;
    const hashes: Hash[] = [];
    for (let i = 0; i <= segments; i++) {
      const hash = await at((length * BigInt(i)) / BigInt(segments));
      const lie = i === segments || (i >= first && this.random.below(8) !== 0);
      hashes.push(lie ? mix(hash, this.salt()) : hash);
    }
    return hashes;
  }

  private mutated(proof: Hex): Hex {
    const at = 2 + this.random.below(proof.length - 2);
    return `${proof.slice(0, at)}${proof[at] === '0' ? '1' : '0'}${proof.slice(at + 1)}` as Hex;
  }

  private salt(): Hash {
    return keccak256(numberToHex(this.random.below(2 ** 31)));
  }
}

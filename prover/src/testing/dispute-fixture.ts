import { L1Account, L1Source } from '@metachain/bridge';
import { testAccount as hdAccount } from '@metachain/bridge/testing';
import { type DeploymentConfig, DEVNET_CONFIG, disputeGameAbi, rollupAbi } from '@metachain/contracts';
import { createGenesis, Engine, outputRoot, tokenAddress } from '@metachain/program';
import {
  type Address,
  bytesToHex,
  createWalletClient,
  encodeFunctionData,
  type Hash,
  http,
  type PublicClient,
} from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';

import { CallRehearsal } from '../dispute/call-rehearsal.js';
import { type ClaimedState, encodeOpen } from '../dispute/game-calls.js';
import type { GameFees } from '../dispute/game-fees.js';
import { GameReader } from '../dispute/game-reader.js';
import { HonestTraces } from '../dispute/honest-traces.js';
import { moverOf } from '../dispute/next-move.js';
import { Player } from '../dispute/player.js';
import type { ReplayTrace } from '../dispute/replay-trace.js';
import type { GameFailure } from '../dispute/standing.js';
import type { HonestTraceParts } from '../dispute/trace-maker.js';
import { type GameEvent, type GameView, OUTCOMES, type Phase, type Trace } from '../dispute/types.js';
import type { UnitState } from '../machine/judge/local-judge.js';
import { deployProgram } from '../machine/deploy-program.js';
import { describeLowered, lowerProvable } from '../machine/lowering/program.js';
import { genesisBoundary, tupleOf } from '../replay/boundary.js';
import { CHAIN_ID, program, PROGRAM_HASH, TestRollup, users } from './test-rollup.js';

export const lowered = lowerProvable(program.wasm);
/** A funded account whose key signs in the process, as an operator's does. */
export const keyAccount = (index: number): PrivateKeyAccount =>
  privateKeyToAccount(bytesToHex(hdAccount(index).getHdKey().privateKey!));
export const [asserterAccount, challengerAccount, otherChallenger] = [7, 6, 8].map(keyAccount) as [
  PrivateKeyAccount,
  PrivateKeyAccount,
  PrivateKeyAccount,
];
const GWEI = 10n ** 9n;
/** A signal that is never given. */
export const NEVER: AbortSignal = new AbortController().signal;

/** A party of a game, and what it did. */
export interface Party {
  readonly player: Player;
  readonly events: GameEvent[];
  readonly failures: GameFailure[];
}

/** No trace has more units: where it ends. */
export const END = 1n << 24n;
/** What an assertion of this state claims. */
export const claimAt = (state: UnitState): ClaimedState => ({ ...state, programHash: PROGRAM_HASH });
const sent = (parties: readonly Party[]): number =>
  parties.flatMap(({ events }) => events).filter(({ transaction }) => transaction !== undefined).length;

/** A rollup on a private L1 with the real judge, and parties to play about its assertions. */
export class DisputeFixture {
  readonly traces: HonestTraces;
  private readonly reader: GameReader;

  private constructor(readonly rollup: TestRollup) {
    const { addresses, l1BlockNumber: fromBlock } = rollup.deployment;
    const source = new L1Source({ urls: [rollup.anvil.url] });
    this.reader = new GameReader({ source, rollup: addresses.rollup, fromBlock });
    this.traces = this.openTraces();
  }

  /** Traces of a party of its own. */
  openTraces(options: Pick<HonestTraceParts, 'keptStates'> = {}): HonestTraces {
    const { genesis, watcher } = this.rollup;
    const start = createGenesis(genesis);
    const engine = () => Engine.fromGenesis({ module: program.module, chainId: CHAIN_ID }, start);
    return new HonestTraces({
      watcher,
      blobs: { fetch: async () => [] },
      checkpoints: undefined,
      genesis: { boundary: genesisBoundary(start.stateRoot, start.hash), engine },
      program: lowered,
      programHash: PROGRAM_HASH,
      ...options,
    });
  }

  /** @param registered whether the program's code is on L1 from the beginning */
  static async start(registered = true, config: Partial<DeploymentConfig> = {}): Promise<DisputeFixture> {
    const rollup = await TestRollup.start(config);
    if (!registered) return new DisputeFixture(rollup);
    const account = hdAccount(0);
    const wallet = createWalletClient({ account, chain: undefined, transport: http(rollup.anvil.url) });
    const client = rollup.client as unknown as PublicClient;
    const { oneStepProver } = rollup.deployment.dispute;
    await deployProgram({ wallet: wallet as never, client, oneStepProver }, describeLowered(lowered));
    return new DisputeFixture(rollup);
  }

  /** The true trace of an assertion on genesis over the first `items`; default: all there are. */
  async truth(items?: bigint, traces = this.traces): Promise<ReplayTrace> {
    const start = createGenesis(this.rollup.genesis);
    await this.rollup.sync();
    const endItem = items ?? BigInt(this.rollup.watcher.items.length);
    return traces.trace({ parent: genesisBoundary(start.stateRoot, start.hash), endItem });
  }

  /** A payment of its own sequence number. */
  pay(sequence: bigint): Promise<Uint8Array> {
    const [alice, bob] = users as [(typeof users)[0], (typeof users)[0]];
    return this.rollup.packed(alice, sequence, [
      { type: 'Transfer', token: tokenAddress(1), to: bob.address, amount: 5n },
    ]);
  }

  /** Asserts on genesis what a trace ends with, and returns the number of the assertion. */
  async assertEnd(trace: Trace, account: PrivateKeyAccount = asserterAccount): Promise<bigint> {
    const { client, deployment, watcher, genesis } = this.rollup;
    const start = createGenesis(genesis);
    const { stateRoot, headerHash, blockNumber, itemIndex } = await trace.stateAt(END);
    const state = { stateRoot, headerHash, programHash: PROGRAM_HASH, blockNumber, itemIndex };
    const { rollup: address } = deployment.addresses;
    const root = outputRoot(start.stateRoot, start.hash);
    const args = [0n, root, state, watcher.items[Number(itemIndex) - 1]!.accumulator] as const;
    const data = encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
    await this.rollup.send(account as never, address, data, DEVNET_CONFIG.assertionBondWei);
    return (await client.readContract({ address, abi: rollupAbi, functionName: 'assertionCount' })) - 1n;
  }

  /** A party with nothing but a key, a trace and an L1 endpoint. */
  party(
    account: PrivateKeyAccount,
    trace: Trace,
    url: string | readonly string[] = this.rollup.anvil.url,
    retries = 0,
  ): Party {
    return this.partyOf(account, () => trace, url, retries);
  }

  /** A party with a belief about each assertion. */
  partyOf(
    account: PrivateKeyAccount,
    trace: (assertion: bigint) => Trace,
    url: string | readonly string[] = this.rollup.anvil.url,
    retries = 0,
    patienceMilliseconds = 10_000,
    fees?: GameFees,
  ): Party {
    const events: GameEvent[] = [];
    const source = new L1Source({ urls: [url].flat(), retries, retryDelayMs: 2 });
    const reader = new GameReader({
      source,
      rollup: this.rollup.deployment.addresses.rollup,
      fromBlock: this.rollup.deployment.l1BlockNumber,
    });
    const player = new Player({
      reader,
      account: new L1Account({
        source,
        account,
        chainId: 31337,
        limits: fees?.limits ?? { maxFee: 1_000n * GWEI, maxBlobFee: GWEI },
        pollMilliseconds: 10,
        resubmitMilliseconds: fees ? 100 : 30_000,
        onEvent: () => undefined,
      }),
      trace: async (assertion) => trace(assertion),
      onEvent: (event) => void events.push(event),
      rehearsal: new CallRehearsal(source),
      patienceMilliseconds,
      ...(fees === undefined ? {} : { fees }),
    });
    return { player, events, failures: [] };
  }

  private genesisClaim(): ClaimedState {
    const { stateRoot, hash } = createGenesis(this.rollup.genesis);
    return tupleOf(genesisBoundary(stateRoot, hash), PROGRAM_HASH);
  }

  /** Opens a game by a party against an assertion on genesis whose claim is the end of `claimed`. */
  async open({ player }: Party, assertion: bigint, claimed: Trace): Promise<bigint> {
    const nonce = await this.rollup.client.getTransactionCount({ address: player.address });
    await player.turn(NEVER);
    const end = claimAt(await claimed.stateAt(END));
    const event = await player.open(assertion, this.genesisClaim(), end, nonce, NEVER);
    return event.game;
  }

  /** Opens a game with nothing but a transaction, and a first cut. */
  async openAs(account: PrivateKeyAccount, assertion: bigint, claimed: UnitState, cut: readonly Hash[]): Promise<void> {
    const data = encodeOpen(assertion, this.genesisClaim(), claimAt(claimed), cut);
    await this.rollup.send(
      account as never,
      this.rollup.deployment.dispute.disputeGame,
      data,
      DEVNET_CONFIG.gameBondWei,
    );
  }

  /** Lets parties move in turn until the game is over; liars who have no move left lose on time. */
  async playOut(game: bigint, parties: readonly Party[], turns = 60): Promise<Phase | undefined> {
    for (let turn = 0; turn < turns && (await this.runs(game)); turn++) {
      const before = sent(parties);
      for (const { player, failures } of parties) failures.push(...(await player.turn(NEVER)));
      if (sent(parties) === before) await this.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    }
    return this.phase(game);
  }

  /** A game as anybody reads it. */
  async view(game: bigint): Promise<GameView> {
    await this.reader.refresh();
    return this.reader.view(game);
  }

  /** Names who may move for an account. */
  async setDelegate(owner: PrivateKeyAccount, mover: Address): Promise<void> {
    const data = encodeFunctionData({ abi: disputeGameAbi, functionName: 'setDelegate', args: [mover] });
    await this.rollup.send(owner as never, this.rollup.deployment.dispute.disputeGame, data);
  }

  async passTime(seconds: number): Promise<void> {
    await this.rollup.client.increaseTime({ seconds });
    await this.rollup.client.mine({ blocks: 1 });
  }

  /** Status of an assertion in the order of the contract: 1 pending, 2 confirmed, 3 rejected. */
  async status(id: bigint): Promise<number> {
    const address = this.rollup.deployment.addresses.rollup;
    return (await this.rollup.client.readContract({ address, abi: rollupAbi, functionName: 'assertion', args: [id] }))
      .status;
  }

  /** Undefined where there is no such game. */
  async phase(id: bigint): Promise<Phase | undefined> {
    await this.reader.refresh();
    return this.reader.has(id) ? (await this.reader.view(id)).phase : undefined;
  }

  /** Whether it is somebody's move. */
  async runs(id: bigint): Promise<boolean> {
    return moverOf(await this.view(id)) !== undefined;
  }

  /** Moves of one side that L1 has, without the opening, and the one that ended the game included if the winner made it. */
  async movesBy(id: bigint, side: 'challenger' | 'asserter'): Promise<number> {
    const address = this.rollup.deployment.dispute.disputeGame;
    const logs = await this.rollup.client.getContractEvents({ address, abi: disputeGameAbi, fromBlock: 0n });
    const own = logs.filter(({ args }) => 'gameId' in args && args.gameId === id);
    const moves = own.filter(({ eventName }) => eventName === 'Moved' || eventName === 'UnitEntered').length;
    const won = side === 'challenger' ? 'challengerWon' : 'asserterWon';
    const ended = own.some(({ args }) => 'outcome' in args && OUTCOMES[(args.outcome ?? 0) - 1] === won);
    // The challenger opened, so the asserter moves first; then they take turns.
    return Math.floor((moves + (side === 'asserter' ? 1 : 0)) / 2) + (ended ? 1 : 0);
  }

  /** Events of all games so far. */
  async totalMoves(): Promise<number> {
    const address = this.rollup.deployment.dispute.disputeGame;
    return (await this.rollup.client.getContractEvents({ address, abi: disputeGameAbi, fromBlock: 0n })).length;
  }

  /** Wei that the game contract holds. */
  gameBalance(): Promise<bigint> {
    return this.rollup.client.getBalance({ address: this.rollup.deployment.dispute.disputeGame });
  }

  async stop(): Promise<void> {
    await this.rollup.anvil.stop();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { disputeGameAbi, rollupAbi } from '@metachain/contracts';
import type { Trace } from '@metachain/prover';
import { concat, type Hash, isAddressEqual, keccak256, parseUnits, zeroHash } from 'viem';
import { type Clients, clientsOf } from '../devnet/clients.js';
import { waitUntil } from '../process/child.js';
import { ChainTrace } from './chain-trace.js';
import { DisputeNet, disputeConfig } from './dispute-net.js';
import { GameWatch, type ShownMove } from './game-watch.js';
import { L1View } from './l1-view.js';
import { endOf } from './lie-play.js';
import { People, pool } from './people.js';
import { parties } from './stage.js';
import { TracePlayer } from './trace-player.js';

const pending = 1;
const confirmed = 2;
let net: DisputeNet;
let people: People;
let clients: Clients;

beforeAll(async () => {
  net = await DisputeNet.start({ report: () => undefined, failed: () => undefined }, 'proposer');
  clients = clientsOf(net.devnet, parties.payer.privateKey);
  people = new People(net.devnet);
  await people.openMarket();
  await net.useBlockTime();
}, 240_000);
afterAll(() => net?.stop());

/** Tells another story of every state after the first unit, and has nothing to show for it in the end. */
class LateLie implements Trace {
  constructor(private readonly truth: Trace) {}

  async tupleAt(unit: bigint): Promise<Hash> {
    const tuple = await this.truth.tupleAt(unit);
    return unit === 0n ? tuple : keccak256(concat([tuple, zeroHash]));
  }

  stateAt(unit: bigint): ReturnType<Trace['stateAt']> {
    return this.truth.stateAt(unit);
  }

  unit(unit: bigint): ReturnType<Trace['unit']> {
    return this.truth.unit(unit);
  }
}

const assertion = (id: bigint) =>
  clients.l1.readContract({
    address: net.devnet.addresses.rollup,
    abi: rollupAbi,
    functionName: 'assertion',
    args: [id],
  });

/** The next assertion of the proposer, while swaps go on. */
async function nextAssertion() {
  const swap = { type: 'Swap', pool, zeroForOne: true, amountIn: parseUnits('0.01', 18), minimumOut: 1n } as const;
  for (;;) {
    const made = await clients.l1.getContractEvents({
      address: net.devnet.addresses.rollup,
      abi: rollupAbi,
      eventName: 'AssertionCreated',
      fromBlock: net.devnet.l1BlockNumber,
      strict: true,
    });
    const last = made.at(-1)?.args;
    const fresh = last && (await assertion(last.id)).status === pending;
    if (fresh) return last;
    await people.send([[people.maker, [swap]]]);
    await sleep(300);
  }
}

/** A liar's account challenges an assertion and plays as long as it has a move. */
async function challenge({ id, parent, state }: Awaited<ReturnType<typeof nextAssertion>>) {
  const view = new L1View(net.devnet, net.genesis);
  await view.refresh();
  const from = BigInt((await assertion(parent)).itemIndex);
  const truth = new ChainTrace(
    view.pointAt(from),
    view.honestUnits(from, state.itemIndex),
    net.devnet.programHash as Hash,
  );
  const claimed = await endOf(truth);
  expect(state).toMatchObject({ stateRoot: claimed.stateRoot, headerHash: claimed.headerHash });
  const liar = new TracePlayer(net.devnet, parties.challenger, new LateLie(truth));
  const game = await liar.challenge(id, await truth.stateAt(0n), claimed);
  liar.start();
  return { liar, game };
}

async function toEnd(game: bigint): Promise<ShownMove[]> {
  const watch = new GameWatch(clients, net.devnet.dispute.disputeGame, net.devnet.l1BlockNumber);
  const moves: ShownMove[] = [];
  while (!moves.some((move) => move.game === game && move.what === 'end')) {
    moves.push(...(await watch.read()));
    await sleep(200);
  }
  return moves.filter((move) => move.game === game);
}

it("loses against the proposer's true assertion: the prover moves as its delegate, the proposer is paid", async () => {
  const { proposer } = ((await (await fetch(`${net.devnet.rpcUrl}/readyz`)).json()) as Health).dependencies;
  expect(proposer.detail.toLowerCase()).toContain(`defender: ${parties.prover.address.toLowerCase()}`);
  const claim = await nextAssertion();
  expect(isAddressEqual(claim.asserter, parties.operator.address)).toBe(true);
  const { liar, game } = await challenge(claim);
  const moves = await toEnd(game).finally(() => liar.stop());
  expect(moves.at(-1)!.winner).toBe(parties.operator.address);
  expect(moves.filter(({ by }) => isAddressEqual(by, parties.challenger.address)).length).toBeGreaterThan(1);
  const answers = moves.filter(({ by }) => isAddressEqual(by, parties.prover.address));
  expect(answers.length).toBeGreaterThan(1);
  expect(moves.some(({ by }) => isAddressEqual(by, parties.operator.address))).toBe(false);
  await waitUntil('The confirmation', async () => (await assertion(claim.id)).status === confirmed);
  const [ended] = await clients.l1.getContractEvents({
    address: net.devnet.dispute.disputeGame,
    abi: disputeGameAbi,
    eventName: 'BondPaid',
    args: { to: parties.operator.address },
    fromBlock: net.devnet.l1BlockNumber,
    strict: true,
  });
  expect(ended!.args.amount).toBe(disputeConfig.gameBondWei / 2n);
}, 300_000);

interface Health {
  readonly dependencies: { readonly proposer: { readonly detail: string } };
}

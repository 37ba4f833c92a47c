import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVNET_CONFIG, type Deployment, deployContracts, inboxAbi } from '@metachain/contracts';
import { type Position } from '@metachain/program';
import {
  bytesToHex as hex,
  createPublicClient,
  createWalletClient,
  type Hash,
  http,
  isAddressEqual,
  type PublicClient,
  zeroHash,
} from 'viem';
import {
  deployProgram,
  describeProgram,
  type LoweredProgram,
  lowerProvable,
  MAX_UNIT_STEPS,
  PersistentStateTree,
  type Unit,
  unitMachine,
  unitOutcome,
} from '@metachain/prover';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import type { Devnet } from '../devnet/data-directory.js';
import { clientsOf } from '../devnet/clients.js';
import { ChainTrace, endProof } from '../dispute/chain-trace.js';
import { claimsWithProof } from '../dispute/expected-moves.js';
import { GameWatch, type ShownMove } from '../dispute/game-watch.js';
import { burnAddress } from '../dispute/stage.js';
import { TracePlayer } from '../dispute/trace-player.js';
import { longProgram } from '../dispute/long-program.js';
import { LyingMachine } from '../dispute/lying-machine.js';
import { Operator } from '../dispute/operator.js';
import type { ChainUnit } from '../dispute/unit-chain.js';
import { InfraError } from '../errors.js';
import { anvilUrl, startAnvil } from '../l1/anvil.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { freePort } from '../process/ports.js';
import { cpuSecondsSince, progress } from './report.js';

/** Units that the assertion claims: some 17 minutes of blocks of a second. */
const leastUnits = 1_024n;
/** Steps of one round of the program, and around its loop. */
const roundSteps = 5n;
const otherSteps = 8n;
/** As many rounds as a unit has steps for. */
const longest = (MAX_UNIT_STEPS - otherSteps) / roundSteps;

/** Gas of a game over 2^32 steps, from the challenge to the verdict, and of what it is about. */
export interface GameGas {
  readonly gasGame: number;
  readonly gasAssertion: number;
  readonly moves: number;
  readonly steps: number;
  readonly units: number;
  readonly largestMove: number;
  readonly calldataBytes: number;
  /** Of the pass over all steps, machine hashes at 17 points included, by this process's CPU time: other processes do not count. */
  readonly stepsPerSecond: number;
}

/**
 * Plays a whole game on a real L1: an honest assertion, a challenger who lies about one step of 2^32, down to that step.
 * The second of two games at once is measured, and the burn address exists as it does on public chains: what only the first game ever
 * pays is not counted.
 */
export async function measureGame(degree = DEVNET_CONFIG.gameDegree, rounds = longest): Promise<GameGas> {
  const directory = mkdtempSync(join(tmpdir(), 'metachain-game-'));
  const port = await freePort();
  const anvil = await startAnvil({ port, directory });
  try {
    return await play(anvilUrl(port), rounds, degree);
  } finally {
    await anvil.stop('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

const start: Position = { parentHash: zeroHash, parentNumber: 0n, item: 0n, offset: 0 };
const nothing = { itemWord: () => undefined, payloadWord: () => undefined, delayedWord: () => undefined };
const cryptography = { recover: () => new Uint8Array(32), verifyAggregate: () => false };

/** Runs the unit once and remembers what the first cut of its steps shows. */
function runLong(
  program: LoweredProgram,
  degree: bigint,
  expected: bigint,
  open?: Unit['open'],
): { unit: ChainUnit; seconds: number } {
  const unit: Unit = {
    program,
    state: PersistentStateTree.empty,
    position: start,
    inputs: nothing,
    cryptography,
    ...(open && { open }),
  };
  const began = process.cpuUsage();
  const machine = unitMachine(unit);
  const hashes = new Map<bigint, Hash>();
  for (let point = 0n; point <= degree; point++) {
    const at = (expected * point) / degree;
    machine.runTo(at);
    hashes.set(at, hex(machine.hash()));
  }
  const seconds = cpuSecondsSince(began);
  const outcome = unitOutcome(unit, machine);
  if (outcome.trapped || outcome.steps !== expected)
    throw new InfraError('checkFailed', 'The long program did not run as planned.');
  return { seconds, unit: { unit, outcome, seen: { hashes, finalProof: endProof(machine) } } };
}

async function play(url: string, rounds: bigint, degree: bigint): Promise<GameGas> {
  const steps = rounds * roundSteps + otherSteps;
  const wasm = longProgram(rounds);
  const program = lowerProvable(wasm);
  progress('deploying the contracts and the program');
  const devnet = await deployFor(url, wasm, degree);
  progress(`running ${steps} steps, honestly and with one wrong step`);
  const honest = runLong(program, degree, steps);
  const jump = skipped(program, steps);
  const lie = runLong(program, degree, steps - 1n, (begin) => new LyingMachine(begin, { jump }));
  const parting = { unit: 0n, step: jump.step, honestSteps: steps, liarSteps: steps - 1n };
  const { units, liarSteps } = claimsWithProof(leastUnits, parting, 'challenger', degree);
  const begin = { position: start, state: PersistentStateTree.empty };
  const truth = new ChainTrace(begin, [honest.unit], devnet.programHash);
  const falsehood = new ChainTrace(begin, [lie.unit], devnet.programHash);
  if (liarSteps !== steps - 1n) falsehood.claimSteps(0n, liarSteps);
  const [asserter, challenger] = [developmentAccount(roles.proposer), developmentAccount(roles.challenger)];
  const state = await truth.stateAt(1n);
  const genesis = { id: 0n, state: await truth.stateAt(0n), gas: 0n, transaction: zeroHash, at: 0 };
  const claim = await new Operator(devnet, asserter).assert(genesis, state, units, await firstItem(devnet));
  progress('playing');
  const parties = [new TracePlayer(devnet, challenger, falsehood), new TracePlayer(devnet, asserter, truth)] as const;
  await parties[0].challenge(claim.id, genesis.state, state);
  const measured = await parties[0].challenge(claim.id, genesis.state, state);
  const moves = (await toTheEnd(devnet, parties, measured)).filter(({ game }) => game === measured);
  const winner = moves.at(-1)?.winner;
  if (winner === undefined || !isAddressEqual(winner, asserter.address))
    throw new InfraError('checkFailed', 'The honest side did not win.');
  return {
    gasGame: sum(moves, ({ gas }) => Number(gas)),
    gasAssertion: Number(claim.gas),
    moves: moves.length,
    steps: Number(steps),
    units: Number(units),
    largestMove: Math.max(...moves.map(({ gas }) => Number(gas))),
    calldataBytes: sum(moves, ({ calldataBytes }) => calldataBytes),
    stepsPerSecond: Math.round(Number(steps) / honest.seconds),
  };
}

const sum = (moves: readonly ShownMove[], of: (move: ShownMove) => number) =>
  moves.reduce((total, move) => total + of(move), 0);

/**
 * The liar's machine passes over an addition, so it makes one step less. Early, so that finding the place again takes a fraction of a
 * second.
 */
function skipped(program: LoweredProgram, steps: bigint): { step: bigint; pc: number } {
  const step = (steps / 348n / roundSteps) * roundSteps + 1n;
  const unit: Unit = { program, state: PersistentStateTree.empty, position: start, inputs: nothing, cryptography };
  const machine = unitMachine(unit);
  machine.runTo(step + 1n);
  return { step, pc: machine.stepper.pc + 1 };
}

async function toTheEnd(devnet: Devnet, parties: readonly TracePlayer[], game: bigint): Promise<ShownMove[]> {
  const watch = new GameWatch(
    clientsOf(devnet, developmentAccount(roles.deployer).privateKey),
    devnet.dispute.disputeGame,
    0n,
  );
  const moves = await watch.read();
  for (let turn = 0; turn < 60 && !moves.some((move) => move.what === 'end' && move.game === game); turn++) {
    for (const party of parties) await party.turn();
    moves.push(...(await watch.read()));
  }
  return moves;
}

async function deployFor(url: string, wasm: Uint8Array, gameDegree: bigint): Promise<Devnet> {
  const transport = http(url);
  const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
  const wallet = createWalletClient({ account, chain: foundry, transport });
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const description = describeProgram(wasm);
  const programHash = hex(description.hash);
  const deployment = await deployContracts({
    walletClient: wallet,
    publicClient: client,
    config: { ...DEVNET_CONFIG, gameDegree },
    genesis: { stateRoot: hex(PersistentStateTree.empty.root), headerHash: zeroHash, programHash, blockNumber: 0n },
  });
  const { oneStepProver } = deployment.dispute;
  await deployProgram({ wallet, client, oneStepProver }, description);
  await client.waitForTransactionReceipt({ hash: await wallet.sendTransaction({ to: burnAddress, value: 1n }) });
  const append = { address: deployment.addresses.inbox, abi: inboxAbi, functionName: 'appendEmpty' } as const;
  await client.waitForTransactionReceipt({ hash: await wallet.writeContract(append) });
  return described(url, deployment, programHash);
}

const none = {
  dcep: '0x0000000000000000000000000000000000000000',
  merchantToken: '0x0000000000000000000000000000000000000000',
} as const;

const described = (url: string, deployment: Deployment, programHash: Hash): Devnet => ({
  version: 1,
  chainId: 1,
  l1ChainId: foundry.id,
  l1Url: url,
  rpcUrl: url,
  proverUrl: url,
  programHash,
  l1BlockNumber: deployment.l1BlockNumber,
  addresses: deployment.addresses,
  dispute: deployment.dispute,
  testTokens: none,
  programRegistered: true,
  marketOpen: false,
});

function firstItem(devnet: Devnet): Promise<Hash> {
  const client: PublicClient = createPublicClient({ chain: foundry, transport: http(devnet.l1Url) });
  return client.readContract({ address: devnet.addresses.inbox, abi: inboxAbi, functionName: 'items', args: [0n] });
}

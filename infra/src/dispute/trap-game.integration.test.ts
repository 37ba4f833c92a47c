import { afterEach, describe, expect, it } from '@jest/globals';
import { DEVNET_CONFIG, disputeGameAbi, rollupAbi } from '@metachain/contracts';
import { describeProgram, type LoweredProgram, lowerProvable, unitMachine } from '@metachain/prover';
import { bytesToHex, decodeFunctionData, type Hash, zeroHash } from 'viem';
import { clientsOf } from '../devnet/clients.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { ChainTrace } from './chain-trace.js';
import { type Claims, claimsWithProof, type Parting } from './expected-moves.js';
import type { ShownMove } from './game-watch.js';
import { Operator } from './operator.js';
import { noInputs, programGenesis, ProgramNet } from './program-net.js';
import { playToEnd, TracePlayer } from './trace-player.js';
import { type ChainUnit, runUnits } from './unit-chain.js';
import { signed, unitModule, unsigned } from './unit-module.js';

const { gameDegree } = DEVNET_CONFIG;
const asserter = developmentAccount(roles.proposer);
const challenger = developmentAccount(roles.challenger);
const reader = developmentAccount(roles.deployer);

/** Counts local 0 down from 40 to 0 and stores a 7; then `code`. */
const countdown = (code: readonly number[]): Uint8Array =>
  unitModule([
    ...[0x42, 40, 0x21, 0],
    ...[0x03, 0x40, 0x20, 0, 0x42, 1, 0x7d, 0x22, 0, 0x42, 0, 0x52, 0x0d, 0, 0x0b],
    ...[0x41, 32, 0x42, 7, 0x37, 3, 0],
    ...[0x41, 0, 0x41, 32, 0x10, 0],
    ...code,
  ]);

/** What traps once local 0 is zero. */
const traps: Record<string, readonly number[]> = {
  'an unreachable instruction': [0x20, 0, 0x50, 0x04, 0x40, 0x00, 0x0b],
  'a division by zero': [0x42, 1, 0x20, 0, 0x80, 0x1a],
  'a load beyond the memory': [0x20, 0, 0xa7, 0x29, 3, ...unsigned(65_536n), 0x1a],
  'a host operation on an unaligned address': [0x41, 1, 0x41, ...signed(32n), 0x10, 0],
};
/** A division by one, which is none of these. */
const harmless = [0x42, 1, 0x42, 1, 0x80, 0x1a];
const trap = 0x00;
const constant = 0x21;

const unitsOf = (program: LoweredProgram, items = 1n): ChainUnit[] =>
  runUnits(program, programGenesis, items, () => noInputs);
const first = (units: readonly ChainUnit[]): ChainUnit => units[0] as ChainUnit;

/** Place in the code of the instruction that follows `step` steps of a unit. */
function placeAt({ unit }: ChainUnit, step: bigint): number {
  const machine = unitMachine(unit);
  machine.runTo(step);
  return machine.stepper.pc;
}

/** The program as a liar would have it: another instruction at one place. It sets a slot that nobody reads any more, or traps. */
const patched = (program: LoweredProgram, place: number, opcode: number): LoweredProgram => ({
  ...program,
  code: program.code.map((instruction, index) =>
    index === place ? { opcode, constantOperand: false, destination: 0, a: 0, b: 0, immediate: 0n } : instruction,
  ),
});

interface Scene {
  /** The program as the liar has it. */
  readonly lie: LoweredProgram;
  /** Steps of the first unit before the one that the two see differently. */
  readonly step: bigint;
}

type Liar = 'asserter' | 'challenger';
interface Game extends Scene, Claims {
  readonly parting: Parting;
}

/** What has to be claimed so that L1 executes the step of a scene. */
function gameOf(program: LoweredProgram, scene: Scene, liar: Liar): Game {
  const steps = (of: LoweredProgram) => first(unitsOf(of)).outcome.steps;
  const parting = { unit: 0n, step: scene.step, honestSteps: steps(program), liarSteps: steps(scene.lie) };
  return { ...scene, parting, ...claimsWithProof(1n, parting, liar, gameDegree) };
}

/** A game in which the liar sees one step otherwise and is as consistent as one can be about all that follows. */
async function play(net: ProgramNet, program: LoweredProgram, { lie, parting, items, liarSteps }: Game, liar: Liar) {
  const { devnet, item } = net;
  const honestTrace = new ChainTrace(programGenesis, unitsOf(program, items), devnet.programHash);
  const lyingTrace = new ChainTrace(programGenesis, unitsOf(lie, items), devnet.programHash);
  if (liarSteps !== parting.liarSteps) lyingTrace.claimSteps(0n, liarSteps);
  const traceOf = (side: 'asserter' | 'challenger') => (side === liar ? lyingTrace : honestTrace);
  const genesis = await honestTrace.stateAt(0n);
  const claimed = await traceOf('asserter').stateAt(BigInt(traceOf('asserter').length));
  const parent = { id: 0n, state: genesis, gas: 0n, transaction: zeroHash, at: 0 };
  const claim = await new Operator(devnet, asserter).assert(parent, claimed, item);
  const parties = [
    new TracePlayer(devnet, challenger, traceOf('challenger')),
    new TracePlayer(devnet, asserter, traceOf('asserter')),
  ] as const;
  const game = await parties[0].challenge(claim.id, genesis, claimed);
  const last = (await playToEnd(devnet, parties, game)).findLast((move) => move.game === game) as ShownMove;
  return { assertion: claim.id, winner: last.winner, decided: await decision(net, last) };
}

/** How the last transaction of a game ended it. */
async function decision({ devnet }: ProgramNet, { from, length, pieces, transaction }: ShownMove) {
  const { l1 } = clientsOf(devnet, reader.privateKey);
  const { input } = await l1.getTransaction({ hash: transaction as Hash });
  const { functionName, args } = decodeFunctionData({ abi: disputeGameAbi, data: input });
  if (functionName !== 'proveStep') return functionName;
  return from + (length * args[1].index) / BigInt(pieces);
}

const isRejected = ({ devnet }: ProgramNet, id: bigint): Promise<boolean> =>
  clientsOf(devnet, reader.privateKey).l1.readContract({
    address: devnet.addresses.rollup,
    abi: rollupAbi,
    functionName: 'isRejected',
    args: [id],
  });

/** Both roles of the liar on a chain of its own. */
function decidesAtTheStep(name: string, wasm: Uint8Array, lieOf: (truth: readonly ChainUnit[]) => Scene) {
  describe(name, () => {
    let net: ProgramNet;
    afterEach(() => net.stop());

    it.each(['asserter', 'challenger'] as const)(
      'loses by it as the %s',
      async (liar) => {
        const program = lowerProvable(wasm);
        const game = gameOf(program, lieOf(unitsOf(program)), liar);
        net = await ProgramNet.start(wasm, gameDegree, game.items);
        expect(bytesToHex(describeProgram(wasm).hash)).toBe(net.devnet.programHash);
        const { assertion, winner, decided } = await play(net, program, game, liar);
        expect(decided).toBe(game.step);
        expect(winner).toBe(liar === 'asserter' ? challenger.address : asserter.address);
        expect(await isRejected(net, assertion)).toBe(liar === 'asserter');
      },
      120_000,
    );
  });
}

for (const [what, code] of Object.entries(traps)) {
  decidesAtTheStep(`who says that ${what} did not trap`, countdown(code), (truth) => {
    const { outcome } = first(truth);
    expect(outcome.trapped).toBe(true);
    // The rescue and the credit of the item's messages follow, and trap as well: the chain goes on unchanged.
    expect(truth.map(({ unit }) => unit.position.offset)).toEqual([0, 0xffffffff, 0xfffffffe]);
    const step = outcome.steps - 1n;
    const place = placeAt(first(truth), step);
    const lie = patched(first(truth).unit.program, place, constant);
    expect(first(unitsOf(lie)).outcome.trapped).toBe(false);
    return { lie, step };
  });
}

decidesAtTheStep('who says that a division by one trapped', countdown(harmless), (truth) => {
  const { program } = first(truth).unit;
  const place = program.code.findIndex(({ opcode }) => opcode === 0x80);
  let step = 0n;
  while (placeAt(first(truth), step) !== place) step++;
  const lie = patched(program, place, trap);
  expect(first(truth).outcome.trapped).toBe(false);
  expect(first(unitsOf(lie)).outcome).toMatchObject({ trapped: true, steps: step + 1n });
  return { lie, step };
});

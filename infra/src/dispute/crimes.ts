import { systemAddresses, type Withdrawal } from '@metachain/program';
import { type Address, parseEther, parseUnits } from 'viem';
import { clientsOf } from '../devnet/clients.js';
import { etherDepositData } from '../devnet/deposits.js';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import type { LieFacts } from './deviations.js';
import type { L1View } from './l1-view.js';
import type { LieKind } from './lies.js';
import { type Cast, type Executed, type Operations, type People, pool } from './people.js';
import { postUnsignedBlock } from './unsigned-block.js';

const { eth } = systemAddresses;
/** Gas that the rules give a plain withdrawal. */
const withdrawalGas = 100_000n;
const dcep = (amount: string) => parseUnits(amount, 6);

const withdrawTo = (to: Address, amount: bigint) => ({ type: 'Withdraw', token: eth, to, amount }) as const;
const swap = (amountIn: bigint, minimumOut = 1n) =>
  ({ type: 'Swap', pool, zeroForOne: false, amountIn, minimumOut }) as const;

/** Withdrawal as the message passer encodes it. */
const withdrawal = (nonce: bigint, sender: Address, target: Address, value: bigint): Withdrawal => ({
  nonce,
  sender,
  target,
  value,
  gasLimit: withdrawalGas,
  data: '0x',
});

/** What a crime needs. */
interface Scene {
  readonly people: People;
  readonly cast: Cast;
  readonly view: L1View;
  /** Nonce of the next withdrawal. */
  readonly nonce: bigint;
}

type Facts = Omit<LieFacts, 'kind' | 'victim' | 'thief'>;

/** The transactions of a scene came into two blocks: the lie would break off between them. Play it again with other people. */
export class SlotEndedError extends InfraError {}

/** Sends transactions that the honest rules treat as expected, all in one block. Throws SlotEndedError. */
async function inOneBlock(
  { people }: Scene,
  list: readonly (readonly [Cast[keyof Cast], Operations])[],
  expected: readonly Executed['status'][],
): Promise<bigint> {
  const executed = await people.attempt(list);
  const block = executed[0]?.blockNumber ?? 0n;
  const statuses = executed.map(({ status }) => status).join();
  if (statuses !== expected.join()) throw new InfraError('checkFailed', `The rules answered ${statuses}.`);
  if (executed.some(({ blockNumber }) => blockNumber !== block))
    throw new SlotEndedError('checkFailed', 'A slot ended between two transactions of one scene.');
  return block;
}

/** What happens on the chain, by the honest rules, so that there is something to lie about. */
const scenes: Readonly<Record<LieKind, (scene: Scene) => Promise<Facts>>> = {
  'stolen-swap-output': async (scene) => {
    const { victim, thief } = scene.cast;
    const value = parseEther('3');
    const block = await inOneBlock(
      scene,
      [
        [victim, [swap(dcep('10000'))]],
        [thief, [withdrawTo(thief.address, value)]],
      ],
      ['executed', 'failed'],
    );
    return { at: { block }, loot: withdrawal(scene.nonce, thief.address, thief.address, value) };
  },
  'forged-signature': async (scene) => {
    const { victim, thief } = scene.cast;
    const value = parseEther('40');
    const block = await inOneBlock(scene, [[thief, [withdrawTo(thief.address, value)]]], ['failed']);
    return { at: { block }, loot: withdrawal(scene.nonce, victim.address, thief.address, value) };
  },
  'deposit-skipped': async ({ people, cast, view }) => {
    const message = await depositFor(people, cast.victim.address, view);
    return { message };
  },
  'wrong-withdrawal-root': async (scene) => {
    const { victim, thief } = scene.cast;
    const honest = [withdrawTo(victim.address, parseEther('1'))];
    const block = await inOneBlock(scene, [[victim, honest]], ['executed']);
    return { at: { block }, loot: withdrawal(scene.nonce, thief.address, thief.address, parseEther('100')) };
  },
  'wrong-reserve': async (scene) => {
    const { victim, thief } = scene.cast;
    const value = parseEther('100');
    const block = await inOneBlock(
      scene,
      [
        [victim, [swap(dcep('1000'))]],
        [thief, [swap(dcep('10'), value), withdrawTo(thief.address, value)]],
      ],
      ['executed', 'failed'],
    );
    return { at: { block }, loot: withdrawal(scene.nonce, thief.address, thief.address, value) };
  },
  'missing-trap': async ({ people, cast, view, nonce }) => {
    const { thief } = cast;
    const value = parseEther('0.2');
    await people.allPosted();
    await view.refresh();
    const item = await postUnsignedBlock(people.devnet, view, thief, [withdrawTo(thief.address, value)]);
    return { at: { item }, loot: withdrawal(nonce, thief.address, thief.address, value) };
  },
};

async function depositFor(people: People, to: Address, view: L1View): Promise<bigint> {
  const before = await people.balance(to);
  const { l1, l1Wallet, account } = clientsOf(people.devnet, developmentAccount(roles.deployer).privateKey);
  const value = parseEther('7');
  const { portal } = people.devnet.addresses;
  const data = etherDepositData(to, value);
  const hash = await l1Wallet.sendTransaction({ account, to: portal, data, value, gas: 1_000_000n });
  await l1.waitForTransactionReceipt({ hash });
  await people.reaches(to, before + value);
  await view.refresh();
  return view.messageIn(hash);
}

/** Plays the scene of a lie and waits until all of it is on L1. */
export async function commit(kind: LieKind, scene: Scene): Promise<LieFacts> {
  const facts = await scenes[kind](scene);
  await scene.people.allPosted();
  await scene.view.refresh();
  return { ...facts, kind, victim: scene.cast.victim.address, thief: scene.cast.thief.address };
}

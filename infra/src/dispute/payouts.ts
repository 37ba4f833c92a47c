import type { Withdrawal } from '@metachain/program';
import type { PersistentStateTree } from '@metachain/prover';
import { type Address, parseUnits } from 'viem';
import { ChainTrace } from './chain-trace.js';
import type { Claim } from './operator.js';
import { pool } from './people.js';
import { line, type Print } from './show.js';
import type { Stage } from './stage.js';
import { ether } from './text.js';

/** Gas that the rules give a plain withdrawal. */
const withdrawalGas = 100_000n;

/** A withdrawal of ether to the sender's own address, as the message passer encodes it. */
export const plainWithdrawal = (nonce: bigint, account: Address, value: bigint): Withdrawal => ({
  nonce,
  sender: account,
  target: account,
  value,
  gasLimit: withdrawalGas,
  data: '0x',
});

/** Proves a withdrawal on a claim and asks for the money: `paid`, or the error of the portal that refused. */
export async function tryLie(
  stage: Stage,
  withdrawal: Withdrawal,
  claim: Claim,
  tree: PersistentStateTree,
): Promise<string> {
  const proven = await stage.withdrawals.prove(withdrawal, claim, tree);
  if (!proven.done && proven.error !== 'AlreadyProven') {
    const paid = await stage.withdrawals.finalize(withdrawal);
    return paid.done ? 'paid' : `${paid.error}; proving it again: ${proven.error}`;
  }
  const paid = await stage.withdrawals.finalize(withdrawal);
  return paid.done ? 'paid' : paid.error;
}

/** Proves the honest withdrawal on the right assertion and has it paid out; whether the money arrived. */
export async function payHonestly(
  stage: Stage,
  withdrawal: Withdrawal,
  right: Claim,
  tree: PersistentStateTree,
  print: Print,
): Promise<boolean> {
  const before = await stage.balance(withdrawal.target);
  const proven = await stage.withdrawals.prove(withdrawal, right, tree);
  const paid = proven.done ? await stage.withdrawals.finalize(withdrawal) : proven;
  const arrived = (await stage.balance(withdrawal.target)) - before;
  print(
    line('portal', paid.done ? `the honest withdrawal pays ${ether(arrived)}` : `the honest withdrawal: ${paid.error}`),
  );
  return paid.done && arrived === withdrawal.value;
}

/** One more swap, batch and assertion on top of the right state, which nobody disputes; whether it is confirmed. */
export async function continueChain(stage: Stage, print: Print): Promise<boolean> {
  const { people, view, operator } = stage;
  const swap = { type: 'Swap', pool, zeroForOne: true, amountIn: parseUnits('0.01', 18), minimumOut: 1n } as const;
  const block = await people.send([[people.maker, [swap]]]);
  await people.allPosted();
  await view.refresh();
  const begin = stage.parent.state.itemIndex;
  const units = view.honestUnits(begin, view.itemCount);
  const trace = new ChainTrace(view.pointAt(begin), units, stage.programHash);
  const state = await trace.stateAt(BigInt(units.length));
  const next = await operator.assert(stage.parent, state, view.itemHash(view.itemCount - 1n));
  await operator.confirm(next.id);
  stage.parent = next;
  print(line('L1', `the chain goes on: block ${block} with one more swap is asserted and confirmed`));
  return next.state.blockNumber >= block;
}

import { finalisationGas, type Keeper, retryCall, USUAL_WITHDRAWAL_GAS } from '@metachain/bridge';
import { inboxAbi, optimismPortalAbi, rollupAbi, type L1Addresses } from '@metachain/contracts';
import type { Engine } from '@metachain/program';
import { proofToNodes, withdrawalKey } from '@metachain/program';
import { encodeFunctionData, zeroHash, type Hash } from 'viem';

import { ExitError } from '../errors.js';
import type { Boundary } from '../replay/boundary.js';
import type { Assertion } from '../watch/assertions.js';
import type { ExitCall, ExitUndone } from './exit-types.js';
import type { SentWithdrawal } from './withdrawals.js';

/** The transactions of an exit, each of which anyone may send. */
export class ExitCalls {
  /** @param maximumGas most gas that a withdrawal may ask for to be finalised */
  constructor(
    private readonly addresses: L1Addresses,
    private readonly maximumGas = USUAL_WITHDRAWAL_GAS,
  ) {}

  /** An item without payload: the chain takes up all overdue messages at it. */
  appendEmpty(): ExitCall {
    const data = encodeFunctionData({ abi: inboxAbi, functionName: 'appendEmpty' });
    return { what: 'append an empty item', to: this.addresses.inbox, data, value: 0n };
  }

  /** A bonded claim of the state at `end`. */
  assertState(parent: Assertion, end: Boundary, bond: bigint): ExitCall {
    const state = {
      stateRoot: end.stateRoot,
      headerHash: end.headerHash,
      programHash: parent.programHash,
      blockNumber: end.blockNumber,
      itemIndex: end.item,
    };
    const data = encodeFunctionData({
      abi: rollupAbi,
      functionName: 'assertState',
      args: [parent.id, parent.outputRoot, state, end.itemHash],
    });
    return { what: `assert the state at item ${end.item}`, to: this.addresses.rollup, data, value: bond };
  }

  confirm(id: bigint): ExitCall {
    const data = encodeFunctionData({ abi: rollupAbi, functionName: 'confirm', args: [id] });
    return { what: `confirm assertion ${id}`, to: this.addresses.rollup, data, value: 0n };
  }

  returnBond(id: bigint): ExitCall {
    const data = encodeFunctionData({ abi: rollupAbi, functionName: 'returnBond', args: [id] });
    return { what: `return the bond of assertion ${id}`, to: this.addresses.rollup, data, value: 0n };
  }

  /** Proves a withdrawal under an assertion, from the state that was replayed up to it. Throws ExitError when it is not in that state. */
  prove({ hash, withdrawal }: SentWithdrawal, assertion: Assertion, state: Engine): ExitCall {
    const { value, proof } = state.proof(withdrawalKey(hash));
    if (value[0] !== 1) throw new ExitError(`withdrawal ${hash} is not in the state of assertion ${assertion.id}`);
    const { stateRoot, headerHash } = assertion;
    const output = {
      version: zeroHash,
      stateRoot,
      messagePasserStorageRoot: stateRoot,
      latestBlockhash: headerHash,
    };
    const data = encodeFunctionData({
      abi: optimismPortalAbi,
      functionName: 'proveWithdrawalTransaction',
      args: [withdrawal, assertion.id, output, proofToNodes(proof)],
    });
    return {
      what: `prove withdrawal ${short(hash)}`,
      to: this.addresses.portal,
      data,
      value: 0n,
      withdrawal: hash,
    };
  }

  finalise({ hash, withdrawal }: SentWithdrawal): ExitCall {
    const data = encodeFunctionData({
      abi: optimismPortalAbi,
      functionName: 'finalizeWithdrawalTransaction',
      args: [withdrawal],
    });
    return {
      what: `finalise withdrawal ${short(hash)}`,
      to: this.addresses.portal,
      data,
      value: 0n,
      mostGas: finalisationGas(this.maximumGas),
      withdrawal: hash,
    };
  }

  /** Has the keeper of its money repeat the call of a finalised withdrawal. */
  retry({ hash, withdrawal }: SentWithdrawal, keeper: Keeper): ExitCall {
    return {
      what: `retry withdrawal ${short(hash)}`,
      ...retryCall(withdrawal, keeper, this.addresses),
      value: 0n,
      mostGas: finalisationGas(this.maximumGas),
      withdrawal: hash,
    };
  }

  /** Why the step of a withdrawal is not worth its gas; undefined where it is. */
  tooDear({ hash, withdrawal: { gasLimit } }: SentWithdrawal, step: 'finalise' | 'retry'): ExitUndone | undefined {
    if (gasLimit <= this.maximumGas) return undefined;
    const reason = `it asks for ${gasLimit} gas on L1, above ${this.maximumGas}; --maximum-gas ${gasLimit} permits it`;
    return { what: `${step} withdrawal ${short(hash)}`, reason, withdrawal: hash };
  }
}

const short = (hash: Hash): string => hash.slice(0, 10);

import { proofToNodes, systemAddresses, toHex, withdrawalKey } from '@metachain/program';
import { type Address, type Hex, hexToBytes, keccak256 } from 'viem';
import { z } from 'zod';
import { quantity, ZERO_HASH } from '../format/hex.js';
import { method, type MethodTable } from '../method.js';
import { invalidParams } from '../rpc.errors.js';
import type { RpcServices } from '../rpc-services.js';
import { address, type BlockReference, callRequest, optionalBlock, slot } from '../schemas.js';

/** Code of system addresses: the INVALID instruction, so that clients see a contract and nobody takes it for EVM code. */
const SYSTEM_CODE: Hex = '0xfe';
const NO_CODE: Hex = '0x';

/** State overrides would need a second state: refused rather than ignored. */
const noOverrides = z
  .unknown()
  .refine((value) => value === undefined || isEmptyObject(value), 'state overrides are not supported');

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Calls and reads of the state. */
export function stateMethods(services: RpcServices): MethodTable {
  const { calls, accounts, chain } = services;

  const codeAt = async (account: Address, reference: BlockReference) => {
    const known = await accounts.isContract(account, await services.stateAt(reference));
    return known ? SYSTEM_CODE : NO_CODE;
  };

  const nonceAt = async (account: Address, reference: BlockReference) => {
    if (reference === 'pending') return quantity(await chain.pendingNonce(account));
    return quantity((await accounts.counters(account, await services.stateAt(reference))).nonce);
  };

  return {
    eth_call: method(
      [callRequest, optionalBlock, noOverrides.optional(), noOverrides.optional()],
      async ([request, reference]) => {
        return (await calls.run(request, await services.stateAt(reference))).data;
      },
    ),
    eth_estimateGas: method([callRequest, optionalBlock, noOverrides.optional()], async ([request, reference]) => {
      return quantity(await services.estimator.gas(request, await services.stateAt(reference)));
    }),
    eth_getBalance: method([address, optionalBlock], async ([account, reference]) => {
      return quantity(await accounts.balance(account, await services.stateAt(reference)));
    }),
    eth_getTransactionCount: method([address, optionalBlock], ([account, reference]) => nonceAt(account, reference)),
    eth_getCode: method([address, optionalBlock], ([account, reference]) => codeAt(account, reference)),
    /** No address has EVM storage: every slot reads as zero. */
    eth_getStorageAt: method([address, slot, optionalBlock], async ([, , reference]) => {
      await services.stateAt(reference);
      return ZERO_HASH;
    }),
    eth_getProof: method([address, z.array(slot), optionalBlock], ([account, slots, reference]) =>
      proofs(services, account, slots, reference),
    ),
  };
}

/**
 * Proofs of sent withdrawals in the shape of op-stack clients (docs/spec/l1.md): the state is one tree, so its root stands for the
 * storage root, and the nodes are pieces of the proof of docs/spec/state.md. Other addresses have no storage to prove.
 */
async function proofs(services: RpcServices, account: Address, slots: readonly Hex[], reference: BlockReference) {
  if (slots.length > services.limits.proofKeys)
    throw invalidParams(`too many keys: at most ${services.limits.proofKeys}`);
  if (account !== systemAddresses.messagePasser && slots.length > 0) {
    throw invalidParams(`storage proofs exist for ${systemAddresses.messagePasser} only`);
  }
  const state = await services.stateAt(reference);
  const number = state === 'pending' ? services.blocks.head : state;
  const [balance, { nonce }, contract, block] = await Promise.all([
    services.accounts.balance(account, number),
    services.accounts.counters(account, number),
    services.accounts.isContract(account, number),
    services.blocks.byNumber(number),
  ]);
  return {
    address: account,
    accountProof: [],
    balance: quantity(balance),
    nonce: quantity(nonce),
    codeHash: keccak256(contract ? SYSTEM_CODE : NO_CODE),
    storageHash: block?.stateRoot ?? ZERO_HASH,
    storageProof: await Promise.all(slots.map((key) => storageProof(services, key, number))),
  };
}

async function storageProof(services: RpcServices, key: Hex, number: number) {
  const withdrawalHash = await services.index.withdrawalHash(key);
  if (!withdrawalHash) return { key, value: '0x0', proof: [] };
  const stateKey = withdrawalKey(withdrawalHash);
  const { value, proof } = await services.accounts.proof(toHex(stateKey), number);
  return { key, value: quantity(hexToBytes(value)[0]!), proof: proofToNodes(hexToBytes(proof)) };
}

import { MAX_CALLDATA_BYTES, PAYLOAD_BYTES_PER_BLOB } from '@metachain/bridge';
import { ecrecover, messagePasserAbi, systemAddresses } from '@metachain/program';
import { bytesToHex, encodeFunctionData, type Hex } from 'viem';
import { lowerProvable } from '../machine/lowering/program.js';
import { joinBytes, keccak, word } from '../machine/merkle/hash.js';
import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { everyEntry } from '../machine/testing/operations.js';
import { accounts, ETHER, program, RealChain } from '../machine/testing/real-chain.js';
import type { Unit } from '../machine/unit.js';

/** A chain whose first unit has steps of some kinds that no unit of the rules has dearer. */
export interface DearUnit {
  readonly name: string;
  readonly payload: 'calldata' | 'blobs';
  readonly make: () => Promise<RealChain>;
}

/** Blobs that a transaction may carry (EIP-7594): a proof of a word shows the hashes of all. */
const MOST_BLOBS = 6;
/** Data of a message from L1, and of a withdrawal (docs/spec/l1.md; chain/src/modules/bridge/README.md). */
const MOST_MESSAGE_BYTES = 4_096;
const MOST_WITHDRAWAL_BYTES = 3_776;
/** Beside its blocks a payload has their lengths and is cut into words: with so much room it fits. */
const SPARE_BYTES = 1_024;
const [, alice, bob] = accounts;

/** Bytes none of which is zero: as calldata they cost most. */
export const filledBytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => 1 + ((index * 7) % 255));

const filledHex = (length: number): Hex => bytesToHex(filledBytes(length));

/** What follows the block in a payload of `bytes`: no block, but a longer way from a word to the root of all. */
const junkBehind = (block: Uint8Array, bytes: number): Uint8Array => filledBytes(bytes - block.length - SPARE_BYTES);

/** Content above 16,352 bytes, so that the rules hash as much at once as the machine does. */
async function everything(): Promise<RealChain> {
  const chain = new RealChain();
  const block = await chain.block(await everyEntry(chain));
  chain.postBlocks([block, junkBehind(block, MAX_CALLDATA_BYTES)]);
  return chain;
}

async function payment(): Promise<RealChain> {
  const chain = new RealChain();
  const block = await chain.block([await chain.ethereum(bob, { to: alice?.address, value: 5n })]);
  chain.postBlobs([block, junkBehind(block, MOST_BLOBS * PAYLOAD_BYTES_PER_BLOB)]);
  return chain;
}

/** The event of the withdrawal is the longest record that the rules put into the log. */
async function longMessages(): Promise<RealChain> {
  const chain = new RealChain();
  const sender = alice?.address;
  chain.deposit({ sender, to: sender, mint: ETHER, data: filledHex(MOST_MESSAGE_BYTES) });
  const args = [`0x${'5a'.repeat(20)}`, 200_000n, filledHex(MOST_WITHDRAWAL_BYTES)] as const;
  const data = encodeFunctionData({ abi: messagePasserAbi, functionName: 'initiateWithdrawal', args });
  const withdrawal = await chain.ethereum(bob, { to: systemAddresses.messagePasser, value: 5n, data });
  chain.postBlocks([await chain.block([withdrawal], 1n)]);
  return chain;
}

export const dearUnits: readonly DearUnit[] = [
  { name: 'every operation and call, in as much calldata as a batch may have', payload: 'calldata', make: everything },
  { name: 'a payment, in as many blobs as a batch may have', payload: 'blobs', make: payment },
  { name: 'a message from L1 and a withdrawal, as long as they may be', payload: 'calldata', make: longMessages },
];

/** Other keys in the state, so that proofs are as long as those of a chain in use. */
export const OTHER_KEYS = 180_000;
const others = joinBytes(Array.from({ length: OTHER_KEYS }, (_, index) => joinBytes([keccak(word(index)), word(1)])));

export const rules = lowerProvable(program.wasm);

/** The first unit of a chain, with the other keys beside its state. */
export const firstUnitOf = (chain: RealChain): Unit => ({
  program: rules,
  state: PersistentStateTree.fromRecords(joinBytes([chain.genesis.contents, others])),
  position: chain.start,
  inputs: chain.inputs,
  cryptography: { recover: ecrecover, verifyAggregate: () => false },
});

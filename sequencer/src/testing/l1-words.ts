import { expect } from '@jest/globals';
import {
  createGenesis,
  type DelayedMessage,
  delayedSourceHash,
  delayedWords,
  Engine,
  type ItemHeader,
  itemHeaderWords,
  loadProgram,
  nextAccumulator,
  type Position,
  type SealedBlock,
  startOfItem,
  type UnitInputs,
} from '@metachain/program';
import { type Address, type Hex, parseEther, parseGwei, zeroAddress, zeroHash } from 'viem';

/** Word of 32 bytes at a place; undefined behind the end. */
export function wordOf(bytes: Uint8Array | undefined, index: number): Uint8Array | undefined {
  const word = bytes?.slice(index * 32, index * 32 + 32);
  return word?.length === 32 ? word : undefined;
}

/** A delayed message that brings an account ether; `time` in seconds. */
export const depositOf = (account: Address, index: bigint, time: bigint, mint = parseEther('1')): DelayedMessage => ({
  sender: account,
  to: account,
  mint,
  value: 0n,
  gasLimit: 100_000n,
  data: '0x',
  l1BlockNumber: 3n,
  l1Timestamp: time,
  sourceHash: delayedSourceHash(index),
});

/** Accumulator of messages that are all there are. */
export const accumulatorOf = (messages: readonly DelayedMessage[]): Hex =>
  messages.reduce<Hex>(nextAccumulator, zeroHash);

/** Header words of an item of L1. */
export function itemWords(fields: Partial<ItemHeader>): Uint8Array {
  const { payloadWords = 0n } = fields;
  return itemHeaderWords({
    previous: zeroHash,
    poster: zeroAddress,
    l1BlockNumber: 5n,
    l1Timestamp: 0n,
    l1BaseFee: parseGwei('1'),
    l1BlobBaseFee: 1n,
    delayedCount: 0n,
    delayedAccumulator: zeroHash,
    payloadKind: payloadWords > 0n ? 'calldata' : 'none',
    payloadWords,
    payloadHash: zeroHash,
    ...fields,
  });
}

/** What L1 holds, by number; `payload` is asked for the item that is run. */
export interface L1Words {
  readonly item: (index: bigint) => Uint8Array | undefined;
  readonly payload?: (item: bigint) => Uint8Array | undefined;
  readonly message?: (index: bigint) => Uint8Array | undefined;
}

/** Words of messages by number. */
export const wordsOf =
  (messages: readonly DelayedMessage[]): NonNullable<L1Words['message']> =>
  (index) => {
    const message = messages[Number(index)];
    return message && delayedWords(message);
  };

/** Every block that the rules make of the items from `from` up to `end` (not included), on genesis. No unit may trap. */
export function judgeItems(
  chainId: number,
  made: ReturnType<typeof createGenesis>,
  [from, end]: readonly [bigint, bigint],
  l1: L1Words,
): SealedBlock[] {
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId }, made);
  const blocks: SealedBlock[] = [];
  for (let position: Position = startOfItem(from, made.hash, 0n); position.item < end;) {
    const unit = engine.runUnit(position, inputsOf(l1));
    expect(unit.trapped).toBe(false);
    if (unit.block) blocks.push(unit.block);
    position = unit.next;
  }
  return blocks;
}

/** The words as a unit reads them. */
export const inputsOf = ({ item, payload, message }: L1Words): UnitInputs => ({
  itemWord: (index, word) => wordOf(item(index), word),
  payloadWord: (index, word) => wordOf(payload?.(index), word),
  delayedWord: (index, word) => wordOf(message?.(index), word),
});

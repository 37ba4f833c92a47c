import { rollupAbi } from '@metachain/contracts';
import {
  AccumulatorMismatchError,
  askAgain,
  fetchLogs,
  type L1Source,
  MalformedLogError,
  type RawLog,
} from '@metachain/bridge';
import {
  decodeEventLog,
  decodeFunctionResult,
  encodeFunctionData,
  toEventSelector,
  type Address,
  type Hash,
  type Hex,
} from 'viem';

import { agreedAnswer } from '../l1/read-contract.js';

/** A claim about the chain's state, as L1 has it. */
export interface Assertion {
  readonly id: bigint;
  readonly parent: bigint;
  readonly asserter: Address;
  readonly outputRoot: Hash;
  readonly stateRoot: Hash;
  readonly headerHash: Hash;
  readonly programHash: Hash;
  readonly blockNumber: bigint;
  readonly itemIndex: bigint;
  readonly lastItem: Hash;
  readonly l1BlockNumber: bigint;
  readonly transactionHash: Hash;
}

const CREATED = toEventSelector(
  rollupAbi.find((entry) => entry.type === 'event' && entry.name === 'AssertionCreated') as never,
);

/**
 * Follows the assertions on L1, gap-free: their numbers are counted, and checked against the count that L1 stores. Logs and count are what as many
 * endpoints answer alike as must agree on a block: no accumulator vouches for them, and one endpoint could hide a wrong assertion.
 */
export class AssertionReader {
  readonly #assertions: Assertion[] = [];

  constructor(
    private readonly source: L1Source,
    private readonly rollup: Address,
  ) {}

  /** All assertions so far, by number; the genesis is number 0. */
  get assertions(): readonly Assertion[] {
    return this.#assertions;
  }

  /** Reads a stretch of L1. Throws when logs are missing or malformed, or endpoints disagree; asking again is safe. */
  async read(fromBlock: bigint, toBlock: bigint, toHash: Hash): Promise<readonly Assertion[]> {
    const asked = { addresses: [this.rollup], topics: [CREATED], fromBlock, toBlock };
    const logs = await fetchLogs(this.source, { ...asked, agreed: true });
    const fresh = logs.map(decodeAssertion);
    fresh.forEach(({ id }, position) => requireCount(id, BigInt(this.#assertions.length + position)));
    const known = BigInt(this.#assertions.length + fresh.length);
    const count = await askAgain(
      () => this.#ask('assertionCount', toHash),
      (stored) => stored === known,
    );
    requireCount(count, known);
    this.#assertions.push(...fresh);
    return fresh;
  }

  /** Forgets what an L1 reorg undid. */
  dropFrom(l1BlockNumber: bigint): void {
    while ((this.#assertions.at(-1)?.l1BlockNumber ?? -1n) >= l1BlockNumber) this.#assertions.pop();
  }

  /** Number of the newest confirmed assertion after an L1 block; the genesis counts as confirmed. Throws L1UnavailableError. */
  latestConfirmed(blockHash: Hash): Promise<bigint> {
    return this.#ask('latestConfirmed', blockHash);
  }

  async #ask(functionName: 'assertionCount' | 'latestConfirmed', blockHash: Hash): Promise<bigint> {
    const data = encodeFunctionData({ abi: rollupAbi, functionName });
    const answer = await agreedAnswer(this.source, 'eth_call', [{ to: this.rollup, data }, { blockHash }]);
    // Before the Rollup was deployed there is no code to answer.
    return answer === '0x' ? 0n : decodeFunctionResult({ abi: rollupAbi, functionName, data: answer });
  }
}

function requireCount(actual: bigint, expected: bigint): void {
  if (actual !== expected) throw new AccumulatorMismatchError('number of assertions', String(actual), String(expected));
}

function decodeAssertion(log: RawLog): Assertion {
  try {
    const { args } = decodeEventLog({
      abi: rollupAbi,
      eventName: 'AssertionCreated',
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
    });
    const { id, parent, asserter, outputRoot, state, lastItem } = args;
    return {
      id,
      parent,
      asserter,
      outputRoot,
      ...state,
      lastItem,
      l1BlockNumber: log.blockNumber,
      transactionHash: log.transactionHash,
    };
  } catch {
    throw new MalformedLogError(`assertion log ${log.logIndex} of block ${log.blockNumber} cannot be decoded`);
  }
}

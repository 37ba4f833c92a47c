import {
  createGenesis,
  delayedWords,
  encodeBlock,
  encodePayload,
  payloadToWords,
  type SealedBlock,
} from '@metachain/program';
import { type Hex, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { EngineHost } from '../engine/engine-host.js';
import type { DerivationRequest, EngineBlock, EngineEvent, EngineOptions } from '../engine/engine.types.js';
import { programFactory } from '../engine/program-machine.js';
import { programRules } from '../engine/program-rules.js';
import { createBlockSigner } from '../poster/block-signer.js';
import { engineOptions, genesisOf, NOW, signedTransfer } from './engine-setup.js';
import { accumulatorOf, depositOf, itemWords, judgeItems, wordsOf } from './l1-words.js';

const CHAIN_ID = 88_005;
const producer = privateKeyToAccount(`0x${'0a'.repeat(32)}`);
/** Who signs the transactions. */
export const user = privateKeyToAccount(`0x${'0b'.repeat(32)}`);
const genesis = genesisOf(CHAIN_ID, producer, user, 10_000);
/** Where the chain begins. */
export const made = createGenesis(genesis);
const sign = createBlockSigner(producer, CHAIN_ID);
const NONE = new Uint8Array(0);

/** Two deposits that are not overdue; the payload names the first. */
const messages = [0n, 1n].map((index) => depositOf(user.address, index, NOW - 500n));
const headerAt = (index: number, payloadWords: number) =>
  itemWords({
    poster: user.address,
    l1BlockNumber: 5n + BigInt(index),
    l1Timestamp: NOW + BigInt(index),
    l1BaseFee: parseGwei('20'),
    l1BlobBaseFee: parseGwei('3'),
    delayedCount: 2n,
    delayedAccumulator: accumulatorOf(messages),
    payloadWords: BigInt(payloadWords),
  });

/** What L1 makes of a payload in item 1. */
export function judgeForeign(words: Uint8Array): SealedBlock[] {
  const headers = [headerAt(0, 0), headerAt(1, words.length / 32)];
  const l1 = { item: (index: bigint) => headers[Number(index)], payload: () => words, message: wordsOf(messages) };
  return judgeItems(CHAIN_ID, made, [1n, 2n], l1);
}

/** Item 1 of L1, which somebody else posted, as a node is asked to derive it on genesis. */
export const requestFor = (words: Uint8Array): DerivationRequest => ({
  parent: { number: 0n, hash: made.hash },
  item: { index: 1n, words: headerAt(1, words.length / 32), alias: NONE },
  start: { offset: 0, unit: 0 },
  words,
  messages: messages.map((message, index) => ({ index: BigInt(index), words: delayedWords(message), alias: NONE })),
  items: [{ index: 0n, words: headerAt(0, 0), alias: NONE }],
});

/** Data directory of a node, and transactions of the user by nonce: 0, 1, 2 and 9. */
export async function foreignScene(name: string, changed: Partial<EngineOptions> = {}) {
  const options = { ...engineOptions(name, genesis), ...changed };
  const transactions = await Promise.all(
    [0, 1, 2, 9].map(async (nonce) => (await signedTransfer(options, user, nonce)).wire),
  );
  return { options, transactions };
}

/** Bytes of some of the transactions, as a block holds them. */
export const contentOf = (transactions: readonly Uint8Array[], ...places: readonly number[]): Uint8Array =>
  new Uint8Array(Buffer.concat(places.map((place) => transactions[place]!)));

/** A block that takes the prices of item 0 and the first deposit, or nothing of L1. */
async function blockOn(parent: Hex, content: Uint8Array, fromL1 = false): Promise<Uint8Array> {
  const [delayed, priceItem] = fromL1 ? [1n, 1n] : [0n, 0n];
  const fields = { parent, timestamp: NOW - 20n, delayed, priceItem, content };
  return encodeBlock({ ...fields, signature: await sign(fields) });
}

/** Two blocks; the second builds on what L1 makes of the first, and ends with a transaction that the rules skip. */
export async function foreignPayload(transactions: readonly Uint8Array[]): Promise<Uint8Array> {
  // The first transaction comes twice, and one whose nonce is in the future stands between those that count.
  const first = await blockOn(made.hash, contentOf(transactions, 0, 3, 0, 1), true);
  const [{ hash }] = judgeForeign(payloadToWords(encodePayload([first]))) as [SealedBlock];
  return payloadToWords(encodePayload([first, await blockOn(hash, contentOf(transactions, 2, 3))]));
}

/** An engine on a data directory, and what it tells. */
export async function startHost(options: EngineOptions) {
  const events: EngineEvent[] = [];
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) =>
    events.push(event),
  );
  const blocks = (): EngineBlock[] => events.flatMap((event) => (event.type === 'block' ? [event.block] : []));
  return { host, events, blocks };
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createGenesis,
  delayedSourceHash,
  delayedWords,
  encodeBlock,
  encodePayload,
  Engine,
  itemHeaderWords,
  loadProgram,
  nextAccumulator,
  payloadToWords,
  type Position,
  type SealedBlock,
} from '@metachain/program';
import { type Hex, parseEther, parseGwei, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createBlockSigner } from '../poster/block-signer.js';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { EngineHost } from './engine-host.js';
import type { DerivationRequest, EngineBlock, EngineEvent, EngineOptions } from './engine.types.js';
import { programFactory } from './program-machine.js';
import { programRules } from './program-rules.js';

const CHAIN_ID = 88_005;
const producer = privateKeyToAccount(`0x${'0a'.repeat(32)}`);
const user = privateKeyToAccount(`0x${'0b'.repeat(32)}`);
const genesis = genesisOf(CHAIN_ID, producer, user, 10_000);
const made = createGenesis(genesis);
const sign = createBlockSigner(producer, CHAIN_ID);
const NONE = new Uint8Array(0);
const NEVER = 1n << 60n;

/** Two deposits that are not overdue; the payload names the first. */
const messages = [0n, 1n].map((index) => ({
  sender: user.address,
  to: user.address,
  mint: parseEther('1'),
  value: 0n,
  gasLimit: 100_000n,
  data: '0x' as const,
  l1BlockNumber: 3n,
  l1Timestamp: NOW - 500n,
  sourceHash: delayedSourceHash(index),
}));
const headerAt = (index: number, payloadWords: number) =>
  itemHeaderWords({
    previous: zeroHash,
    poster: user.address,
    l1BlockNumber: 5n + BigInt(index),
    l1Timestamp: NOW + BigInt(index),
    l1BaseFee: parseGwei('20'),
    l1BlobBaseFee: parseGwei('3'),
    delayedCount: 2n,
    delayedAccumulator: messages.reduce<Hex>(nextAccumulator, zeroHash),
    payloadKind: payloadWords > 0 ? 'calldata' : 'none',
    payloadWords: BigInt(payloadWords),
    payloadHash: zeroHash,
  });

let options: EngineOptions;
let transactions: Uint8Array[];
beforeEach(async () => {
  options = engineOptions('derived', genesis);
  transactions = await Promise.all(
    [0, 1, 2, 9].map(async (nonce) => (await signedTransfer(options, user, nonce)).wire),
  );
});

/** A block that takes the prices of item 0 and the first deposit, or nothing of L1. */
async function blockOn(parent: Hex, contents: readonly number[], fromL1 = false): Promise<Uint8Array> {
  const content = new Uint8Array(Buffer.concat(contents.map((nonce) => transactions[nonce]!)));
  const [delayed, priceItem] = fromL1 ? [1n, 1n] : [0n, 0n];
  const fields = { parent, timestamp: NOW - 20n, delayed, priceItem, content };
  return encodeBlock({ ...fields, signature: await sign(fields) });
}

/** What L1 makes of a payload in item 1. */
function judge(words: Uint8Array): SealedBlock[] {
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId: CHAIN_ID }, made);
  const headers = [headerAt(0, 0), headerAt(1, words.length / 32)];
  const part = (bytes: Uint8Array, index: number) => bytes.slice(index * 32, index * 32 + 32);
  const inputs = {
    itemWord: (item: bigint, index: number) => part(headers[Number(item)]!, index),
    payloadWord: (_: bigint, index: number) => part(words, index),
    delayedWord: (number: bigint, index: number) => part(delayedWords(messages[Number(number)]!), index),
  };
  const blocks: SealedBlock[] = [];
  for (
    let position: Position = { parentHash: made.hash, parentNumber: 0n, item: 1n, offset: 0, unit: 0 };
    position.item === 1n;
  ) {
    const unit = engine.runUnit(position, inputs);
    if (unit.block) blocks.push(unit.block);
    position = unit.next;
  }
  return blocks;
}

/** Two blocks; the second builds on what L1 makes of the first, and ends with a transaction that the rules skip. */
async function payload(): Promise<Uint8Array> {
  // The first transaction comes twice, and one whose nonce is in the future stands between those that count.
  const first = await blockOn(made.hash, [0, 3, 0, 1], true);
  const [{ hash }] = judge(payloadToWords(encodePayload([first]))) as [SealedBlock];
  return payloadToWords(encodePayload([first, await blockOn(hash, [2, 3])]));
}

const requestFor = (words: Uint8Array): DerivationRequest => ({
  parent: { number: 0n, hash: made.hash },
  item: { index: 1n, words: headerAt(1, words.length / 32), alias: NONE },
  start: { offset: 0, unit: 0 },
  words,
  messages: messages.map((message, index) => ({ index: BigInt(index), words: delayedWords(message), alias: NONE })),
  items: [{ index: 0n, words: headerAt(0, 0), alias: NONE }],
});

async function start() {
  const events: EngineEvent[] = [];
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) =>
    events.push(event),
  );
  const blocks = (): EngineBlock[] => events.flatMap((event) => (event.type === 'block' ? [event.block] : []));
  return { host, events, blocks };
}

describe('an item that somebody else posted', () => {
  let running: Awaited<ReturnType<typeof start>>;
  beforeEach(async () => {
    running = await start();
  });
  afterEach(() => running.host.stop());

  it('becomes the blocks of L1, without what the rules skip, and is replayed from the journal alone', async () => {
    const words = await payload();
    const expected = judge(words);
    const blocks = await running.host.derive(requestFor(words));
    expect(blocks.map(({ hash }) => hash)).toEqual(expected.map(({ hash }) => hash));
    const joined = (...nonces: number[]) => new Uint8Array(Buffer.concat(nonces.map((nonce) => transactions[nonce]!)));
    const [first, second] = running.blocks();
    expect([first!.content, second!.content].map((content) => Uint8Array.from(content))).toEqual([
      joined(0, 1),
      joined(2),
    ]);
    expect(first!.context).toMatchObject({ delayed: 1n, priceItem: 1n });
    expect([first!.messages.length, second!.messages.length]).toEqual([1, 0]);
    await running.host.stop();
    running = await start();
    expect(running.blocks().map(({ block }) => block.hash)).toEqual(expected.map(({ hash }) => hash));
    expect(running.blocks().map(({ content }) => Uint8Array.from(content))).toEqual([joined(0, 1), joined(2)]);
  });

  it('gives its transactions back when it is undone, and its deposit', async () => {
    await running.host.derive(requestFor(await payload()));
    await running.host.undo(0n, NEVER, NEVER);
    await running.host.tick();
    const again = running.blocks().at(-1)!;
    expect(again.block.number).toBe(1n);
    expect(Uint8Array.from(again.content)).toEqual(new Uint8Array(Buffer.concat(transactions.slice(0, 3))));
    expect([again.messages.length, running.host.nonce(user.address)]).toEqual([2, 3n]);
  });

  it('takes the place of blocks of this node, whose transactions follow where they still can', async () => {
    await running.host.submit([await signedTransfer(options, user, 0), await signedTransfer(options, user, 1)]);
    await running.host.submit([await signedTransfer(options, user, 2), await signedTransfer(options, user, 3)]);
    await running.host.tick();
    const words = await payload();
    await running.host.derive(requestFor(words));
    await running.host.tick();
    const after = running.blocks().at(-1)!;
    expect(after.block).toMatchObject({ number: 3n, parentHash: judge(words)[1]!.hash });
    expect(Uint8Array.from(after.content)).toEqual((await signedTransfer(options, user, 3)).wire);
  });

  it('stops the node where it lacks an input of L1, instead of taking the trap for a verdict', async () => {
    const request = { ...requestFor(await payload()), items: [] };
    await expect(running.host.derive(request)).rejects.toMatchObject({ code: 205 });
    expect(running.host.status()).toMatchObject({ head: 0n, halted: 'item 0 of L1 is not known here' });
  });
});

import { inboxAbi, optimismPortalAbi as portalAbi } from '@metachain/contracts';
import {
  delayedSourceHash,
  delayedWords,
  itemHash,
  itemHeaderWords,
  nextAccumulator,
  type ItemHeader,
  type PayloadKind,
} from '@metachain/program';
import {
  decodeEventLog,
  encodeFunctionData,
  decodeFunctionResult,
  toEventSelector,
  zeroHash,
  type Address,
  type Hash,
  type Hex,
} from 'viem';
import { getL2TransactionHash } from 'viem/op-stack';
import { z } from 'zod';

import { AccumulatorMismatchError, L1AnswerDisagreementError, MalformedLogError } from '../errors.js';
import type { Accumulators, InboxContract, RangeContent, RawLog } from './inbox-contract.js';
import { KeptMessage } from './kept-message.js';
import { PayloadReader } from './payload-reader.js';
import type { L1Source } from './source.js';
import type { DelayedMessage, InboxItem, L1Location } from './types.js';

const KINDS: readonly PayloadKind[] = ['none', 'blobs', 'calldata'];
/** Data of a message in bytes, at most. */
const MAX_MESSAGE_DATA = 4_096;
/** Largest number of payload words the rules can address. */
const MAX_PAYLOAD_WORDS = 65_536;

/** The Portal's events by transaction: each message has one, in the same order as the messages. */
type Deposits = ReadonlyMap<string, RawLog[]>;

/** The Inbox and Portal contracts of this repository. */
export class MetachainInbox implements InboxContract {
  readonly addresses: readonly Address[];
  readonly topics: readonly Hex[];
  readonly #payloads: PayloadReader;

  constructor(
    private readonly source: L1Source,
    private readonly contracts: { readonly inbox: Address; readonly portal: Address },
  ) {
    this.addresses = [contracts.inbox, contracts.portal];
    this.topics = [ITEM_APPENDED, DELAYED_MESSAGE, TRANSACTION_DEPOSITED];
    this.#payloads = new PayloadReader(source, contracts.inbox);
  }

  async decode(logs: readonly RawLog[], before: Accumulators): Promise<RangeContent> {
    const inboxLogs = logs.filter((log) => isFrom(log, this.contracts.inbox));
    const deposits = groupByTransaction(logs.filter((log) => isFrom(log, this.contracts.portal)));
    const messages: DelayedMessage[] = [];
    const items: InboxItem[] = [];
    for (const log of inboxLogs) {
      if (log.topics[0] === DELAYED_MESSAGE) {
        messages.push(
          decodeMessage(
            log,
            before.messages + BigInt(messages.length),
            messages.at(-1)?.accumulator ?? before.messageHash,
            deposits,
          ),
        );
      } else if (log.topics[0] === ITEM_APPENDED) {
        items.push(
          await this.#decodeItem(
            log,
            before.items + BigInt(items.length),
            items.at(-1)?.accumulator ?? before.itemHash,
          ),
        );
      }
    }
    return { items, messages };
  }

  async accumulators(blockHash: Hash): Promise<Accumulators> {
    const [items, messages] = await Promise.all([
      this.#call('itemCount', [], blockHash),
      this.#call('delayedCount', [], blockHash),
    ]);
    const [itemHash, messageHash] = await Promise.all([
      items === 0n ? zeroHash : this.#call('items', [items - 1n], blockHash),
      this.#call('delayedAccumulatorAt', [messages], blockHash),
    ]);
    return { items, itemHash, messages, messageHash };
  }

  async #decodeItem(log: RawLog, expectedIndex: bigint, previous: Hash): Promise<InboxItem> {
    const { index, itemHash: stored, header } = decodeInbox(log, 'ItemAppended');
    requireIndex('item', index, expectedIndex);
    if (header.payloadWords > MAX_PAYLOAD_WORDS)
      throw new MalformedLogError(`item ${index} claims ${header.payloadWords} payload words`);
    const content = headerOf(header, index, previous);
    const hash = itemHash(content);
    if (hash !== stored) throw new AccumulatorMismatchError(`item ${index}`, stored, hash);
    const payload = await this.#payloads.read(log.transactionHash, content);
    return {
      index,
      words: itemHeaderWords(content),
      accumulator: hash,
      poster: content.poster,
      timestamp: content.l1Timestamp,
      delayedCount: content.delayedCount,
      payloadWords: Number(content.payloadWords),
      payload,
      l1: locationOf(log),
    };
  }

  async #call<Name extends 'itemCount' | 'delayedCount' | 'items' | 'delayedAccumulatorAt'>(
    functionName: Name,
    args: readonly bigint[],
    blockHash: Hash,
  ): Promise<Name extends 'itemCount' | 'delayedCount' ? bigint : Hash> {
    const data = encodeFunctionData({ abi: inboxAbi, functionName, args } as never);
    const call = [{ to: this.contracts.inbox, data }, { blockHash }];
    // The logs of one endpoint are checked against this, so this must not be the word of one endpoint.
    const answer = await this.source.agreed('eth_call', call, (value) => answerSchema.parse(value));
    if (answer === undefined) throw new L1AnswerDisagreementError(`${functionName} of the inbox in block ${blockHash}`);
    // Before the Inbox was deployed there is no code to answer.
    if (answer === '0x')
      return (functionName === 'itemCount' || functionName === 'delayedCount' ? 0n : zeroHash) as never;
    return decodeFunctionResult({ abi: inboxAbi, functionName, data: answer } as never) as never;
  }
}

const answerSchema = z
  .string()
  .regex(/^0x([0-9a-f]{64})?$/)
  .transform((text) => text as Hex);

const selector = (name: string) =>
  toEventSelector([...inboxAbi, ...portalAbi].find((entry) => 'name' in entry && entry.name === name) as never);
const ITEM_APPENDED = selector('ItemAppended');
const DELAYED_MESSAGE = selector('DelayedMessage');
const TRANSACTION_DEPOSITED = selector('TransactionDeposited');

const isFrom = (log: RawLog, address: Address) => log.address === address.toLowerCase();

const locationOf = ({ blockNumber, blockHash, transactionHash, logIndex }: RawLog): L1Location => ({
  blockNumber,
  blockHash,
  transactionHash,
  logIndex,
});

const groupByTransaction = (logs: readonly RawLog[]): Deposits => {
  const groups = new Map<string, RawLog[]>();
  for (const log of logs) groups.set(log.transactionHash, [...(groups.get(log.transactionHash) ?? []), log]);
  return groups;
};

function requireIndex(what: string, index: bigint, expected: bigint): void {
  if (index !== expected)
    throw new AccumulatorMismatchError(`number of the next ${what}`, String(expected), String(index));
}

type EventHeader = ReturnType<typeof decodeInbox<'ItemAppended'>>['header'];

/** The header with the previous hash that the logs so far give, not the one that the log claims. */
function headerOf(header: EventHeader, index: bigint, previous: Hash): ItemHeader {
  const payloadKind = KINDS[Number(header.payloadKind)];
  if (payloadKind === undefined) throw new MalformedLogError(`item ${index} has payload kind ${header.payloadKind}`);
  return { ...header, previous, payloadKind };
}

function decodeInbox<Name extends 'ItemAppended' | 'DelayedMessage'>(log: RawLog, eventName: Name) {
  try {
    return decodeEventLog({ abi: inboxAbi, eventName, topics: log.topics as [Hex, ...Hex[]], data: log.data }).args;
  } catch {
    throw new MalformedLogError(`${eventName} log ${log.logIndex} of block ${log.blockNumber} cannot be decoded`);
  }
}

function decodeMessage(log: RawLog, expectedIndex: bigint, previous: Hash, deposits: Deposits): DelayedMessage {
  const args = decodeInbox(log, 'DelayedMessage');
  requireIndex('message', args.index, expectedIndex);
  if ((args.data.length - 2) / 2 > MAX_MESSAGE_DATA)
    throw new MalformedLogError(`message ${args.index} has too much data`);
  const { index, sender, data, header } = args;
  const content = { ...header, sender, data, sourceHash: delayedSourceHash(index) };
  const accumulator = nextAccumulator(previous, content);
  if (accumulator !== args.accumulator)
    throw new AccumulatorMismatchError(`message ${index}`, args.accumulator, accumulator);
  const alias = aliasOf(log, deposits);
  return new KeptMessage({ index, words: delayedWords(content), accumulator, alias, l1: locationOf(log) });
}

/** The op-stack hash comes from the Portal's event: the n-th of the transaction belongs to its n-th message. */
function aliasOf(message: RawLog, deposits: Deposits): Hash {
  const log = deposits.get(message.transactionHash)?.shift();
  if (log === undefined)
    throw new MalformedLogError(`message log ${message.logIndex} of block ${message.blockNumber} has no deposit event`);
  try {
    const { args } = decodeEventLog({
      abi: portalAbi,
      eventName: 'TransactionDeposited',
      topics: log.topics as [Hex, ...Hex[]],
      data: log.data,
    });
    return getL2TransactionHash({ log: { ...log, args } as never });
  } catch {
    throw new MalformedLogError(`deposit log ${log.logIndex} of block ${log.blockNumber} cannot be decoded`);
  }
}

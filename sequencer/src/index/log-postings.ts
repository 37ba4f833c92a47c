import type { Hex } from 'viem';
import type { RecordSummary } from '@metachain/program';

/** Positions of transactions, ascending, by address or topic. */
export type Postings = Map<Hex, number[]>;

/** Which transactions of a block mention what: addresses of their logs, and topics by place. */
export interface BlockPostings {
  readonly addresses: Postings;
  readonly topics: readonly [Postings, Postings, Postings, Postings];
  readonly senders: Postings;
}

/** An indexed argument that is an account: twelve zero bytes, then an address that is neither zero nor a system entity. */
const ACCOUNT_TOPIC = /^0x0{24}(?!0{40}|4d455441|4200000000000000000000000000000000)/;

const post = (postings: Postings, value: Hex, position: number): void => {
  const positions = postings.get(value);
  if (positions === undefined) postings.set(value, [position]);
  else if (positions[positions.length - 1] !== position) positions.push(position);
};

/** Collects the postings of a block; cost linear in its logs. */
export function postingsOf(summaries: readonly RecordSummary[]): BlockPostings {
  const addresses: Postings = new Map();
  const senders: Postings = new Map();
  const topics = [new Map(), new Map(), new Map(), new Map()] as [Postings, Postings, Postings, Postings];
  summaries.forEach(({ sender, logs }, position) => {
    post(senders, sender, position);
    for (const log of logs) {
      post(addresses, log.address, position);
      for (let place = 0; place < log.topics.length; place++) post(topics[place]!, log.topics[place]!, position);
    }
  });
  return { addresses, topics, senders };
}

/**
 * The account that a topic is, where it is an indexed argument. Who took part in what is in `activity` anyhow, so such topics have no postings of
 * their own: those would be most of the rows of a block, each on a page of its own.
 */
export const accountOf = (topic: Hex, place: number): Hex | undefined =>
  place > 0 && ACCOUNT_TOPIC.test(topic) ? `0x${topic.slice(26)}` : undefined;

/** Key of the index: `a:<address>` or `<topic position>:<topic>`. */
export const postingKey = (value: Hex, place: number | 'address'): string =>
  `${place === 'address' ? 'a' : place}:${value}`;

/** Neighbours from this number on are written as a run. */
const SHORTEST_RUN = 3;

/**
 * Ascending positions as text, separated by commas; a run of neighbours as `first-last`. What every swap of a block mentions (a token, the
 * topic of its event) is one run then instead of thousands of numbers.
 */
export function writePositions(positions: readonly number[]): string {
  let text = '';
  for (let start = 0, end: number; start < positions.length; start = end) {
    end = endOfRun(positions, start);
    if (start > 0) text += ',';
    const last = positions[end - 1]!;
    if (end - start >= SHORTEST_RUN) text += `${positions[start]}-${last}`;
    else text += end - start === 1 ? last : `${positions[start]},${last}`;
  }
  return text;
}

function endOfRun(positions: readonly number[], start: number): number {
  let end = start + 1;
  while (end < positions.length && positions[end] === positions[end - 1]! + 1) end++;
  return end;
}

/** Key to positions, of all but accounts. */
export function postingTexts({ addresses, topics }: BlockPostings): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [address, positions] of addresses) texts.set(postingKey(address, 'address'), writePositions(positions));
  topics.forEach((postings, place) => {
    for (const [topic, positions] of postings)
      if (accountOf(topic, place) === undefined) texts.set(postingKey(topic, place), writePositions(positions));
  });
  return texts;
}

/** Account to the positions of the transactions it took part in, as sender or as an indexed argument. */
export function activityTexts({ topics, senders }: BlockPostings): Map<string, string> {
  const found = new Map<string, number[][]>();
  const add = (account: string, positions: number[]) => {
    const lists = found.get(account);
    if (lists) lists.push(positions);
    else found.set(account, [positions]);
  };
  for (const [sender, positions] of senders) add(sender, positions);
  topics.forEach((postings, place) => {
    for (const [topic, positions] of postings) {
      const account = accountOf(topic, place);
      if (account !== undefined) add(account, positions);
    }
  });
  return new Map([...found].map(([account, lists]) => [account, writePositions(merged(lists))]));
}

function merged(lists: readonly number[][]): readonly number[] {
  if (lists.length === 1) return lists[0]!;
  return [...new Set(lists.flat())].sort((left, right) => left - right);
}

/** Positions from their text. */
export const readPositions = (text: string): number[] =>
  text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number) as [number, number?];
    return Array.from({ length: last! - first + 1 }, (_, step) => first + step);
  });

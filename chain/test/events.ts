import { type Abi, decodeEventLog, type Hex, toHex } from 'viem';

/** An Ethereum-shaped log of the rules. */
export interface LedgerEvent {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** Event records of one `log` call (docs/spec/logs.md). */
export const parseEvents = (bytes: Uint8Array): LedgerEvent[] => {
  const events: LedgerEvent[] = [];
  for (let at = 0; at < bytes.length;) {
    const [kind, topics = 0] = bytes.subarray(at, at + 2);
    if (kind !== 1) throw new RangeError(`record ${kind} where an event should be`);
    const length = (bytes[at + 2] ?? 0) + 256 * (bytes[at + 3] ?? 0);
    const words = at + 24;
    events.push({
      address: toHex(bytes.slice(at + 4, words)),
      topics: Array.from({ length: topics }, (_, i) => toHex(bytes.slice(words + 32 * i, words + 32 * (i + 1)))),
      data: toHex(bytes.slice(words + 32 * topics, words + 32 * topics + length)),
    });
    at = words + 32 * topics + length;
  }
  return events;
};

/** Names and arguments of events. Those that the ABI does not know are left out. */
export const decodeEvents = (abi: Abi, events: readonly LedgerEvent[]) =>
  events.flatMap(({ address, topics, data }) => {
    try {
      const { eventName, args } = decodeEventLog({ abi, topics: topics as [Hex, ...Hex[]], data, strict: true }) as {
        eventName: string;
        args: unknown;
      };
      return [{ address, eventName, args: args as Record<string, unknown> }];
    } catch {
      return [];
    }
  });

const RECORD_BYTES = 64;
const PATH_BYTES = 32;

/** What changed in a stretch and in the one that follows it, as one: records as `PersistentStateTree.changesSince` gives them. */
export function joinChanges(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  let [one, other, end] = [0, 0, 0];
  while (one < first.length || other < second.length) {
    const order = orderAt(first, one, second, other);
    joined.set(order < 0 ? recordAt(first, one) : recordAt(second, other), end);
    end += RECORD_BYTES;
    if (order <= 0) one += RECORD_BYTES;
    if (order >= 0) other += RECORD_BYTES;
  }
  return joined.slice(0, end);
}

const recordAt = (records: Uint8Array, at: number): Uint8Array => records.subarray(at, at + RECORD_BYTES);

/** Which path comes first: below 0 the one of `first`; 0 where both have it. */
function orderAt(first: Uint8Array, one: number, second: Uint8Array, other: number): number {
  if (one >= first.length) return 1;
  if (other >= second.length) return -1;
  // Paths are hashes, which differ in the first bytes: a call would take longer than these.
  let at = 0;
  while (at < PATH_BYTES - 1 && first[one + at] === second[other + at]) at++;
  return first[one + at]! - second[other + at]!;
}

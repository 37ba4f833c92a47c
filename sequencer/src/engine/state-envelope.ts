import type { MachineHead } from './machine.port.js';

/*
 * A snapshot of the machine: what the builder must know of the last block, then the program's own snapshot.
 */

/** Puts the head in front of the program's snapshot. */
export function sealEnvelope(head: MachineHead, state: Uint8Array): Uint8Array {
  const text = Buffer.from(
    JSON.stringify(head, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, state]);
}

/** Inverse of sealEnvelope; `state` is a view. The checksum around it was verified. */
export function openEnvelope(bytes: Uint8Array): { head: MachineHead; state: Uint8Array } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 4 + buffer.readUInt32LE(0);
  const fields = JSON.parse(buffer.toString('utf8', 4, end)) as Record<string, string>;
  const { hash, stateRoot, ...numbers } = fields;
  const bigints = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, BigInt(value)]));
  return { head: { ...bigints, hash, stateRoot } as unknown as MachineHead, state: bytes.subarray(end) };
}

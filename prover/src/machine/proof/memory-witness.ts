import type { Machine } from '../machine.js';

/** Address of a mutable global: they follow the memory, eight bytes each. */
export const globalAddress = (machine: Machine, index: number): number => machine.stepper.memory.length + index * 8;

/** The leaf at an address and its siblings from the leaf up. */
export function leafProof(machine: Machine, address: number): Uint8Array[] {
  const tree = machine.memoryTree();
  const leaf = address >> 5;
  return [tree.node(0, leaf), ...tree.siblings(leaf)];
}

/** The leaves of an aligned range and the nodes that complete them to the root; nothing for an empty range. */
export function rangeProof(machine: Machine, pointer: number, length: number): Uint8Array[] {
  if (length === 0) return [];
  const tree = machine.memoryTree();
  const first = pointer >> 5;
  const last = (pointer + length - 1) >> 5;
  const leaves = Array.from({ length: last - first + 1 }, (_, i) => tree.node(0, first + i));
  return [...leaves, ...tree.rangeSiblings(first, last)];
}

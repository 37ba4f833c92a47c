import { rlpFailed, rlpFixed, rlpLength, rlpList, rlpPosition, rlpRequireAt } from '../../kernel/rlp';
import { transaction } from './types';

/** Access lists (EIP-2930) are checked for form, charged by their bytes, and otherwise ignored. */

function readKeys(): void {
  const start = rlpList();
  const end = start + usize(rlpLength());
  const fields = transaction();
  while (!rlpFailed() && rlpPosition() < end) {
    rlpFixed(32);
    fields.accessKeys++;
  }
  rlpRequireAt(end);
}

function readEntry(): void {
  const start = rlpList();
  const end = start + usize(rlpLength());
  rlpFixed(20);
  readKeys();
  rlpRequireAt(end);
  transaction().accessAddresses++;
}

/** Reads `[[address, [key, ...]], ...]` and counts addresses and keys. */
export function readAccessList(): void {
  const start = rlpList();
  const end = start + usize(rlpLength());
  while (!rlpFailed() && rlpPosition() < end) readEntry();
  rlpRequireAt(end);
}

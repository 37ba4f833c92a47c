import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Hex } from 'viem';

/** The program hash that the repository names: what its sources must give, and what a chain made from them asserts. */
export const committedHashPath = fileURLToPath(new URL('../../../program/program-hash.json', import.meta.url));

/** What to do when the program's hash is another. */
export const HASH_ADVICE =
  'If the rules were meant to change, run `npm run program:hash -- --write` and commit program/program-hash.json.';

export const readCommittedHash = (): Hex =>
  (JSON.parse(readFileSync(committedHashPath, 'utf8')) as { programHash: Hex }).programHash;

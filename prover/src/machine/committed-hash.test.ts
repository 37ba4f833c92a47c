import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { programPath } from '@metachain/program';
import { bytesToHex } from 'viem';
import { HASH_ADVICE, readCommittedHash } from './committed-hash.js';
import { describeProgram } from './lowering/program.js';

it('the built program has the hash that the repository names', () => {
  const hash = bytesToHex(describeProgram(new Uint8Array(readFileSync(programPath))).hash);
  const verdict = hash === readCommittedHash() ? 'equal' : `the program's hash is ${hash}. ${HASH_ADVICE}`;
  expect(verdict).toBe('equal');
});

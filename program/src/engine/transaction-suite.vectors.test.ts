import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { fromHex } from '../codec/bytes.js';
import { frameEthereum, MAXIMUM_ETHEREUM_BYTES } from '../codec/entry.js';
import { loadProgram } from './load.js';
import { Preparer } from './preparer.js';

/** TransactionTests of ethereum/tests through the program, with chain id 1, which is what the suite signs for. MIT-licensed: LICENSE beside the file. */
const file = new URL('../../../chain/test/vectors/ethereum-transaction-tests.json', import.meta.url);

interface Case {
  readonly name: string;
  readonly raw: string;
  readonly exception?: string;
  readonly hash?: string;
  readonly sender?: string;
}

const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

/** Valid on Ethereum, refused here on purpose; by error number. */
const refusedOnPurpose: Record<number, string> = {
  2103: 'no replay protection: only transactions signed for this chain (EIP-155) are taken',
  2105: 'contract creation: there are no user contracts',
  [-1]: 'longer than 16,384 bytes: the limit of a transaction here',
};

const { module } = loadProgram();
const preparer = new Preparer(module, 1);

const verdictOf = (bytes: string): { code: number; hash: string; sender: string } => {
  const raw = fromHex(bytes);
  if (raw.length > MAXIMUM_ETHEREUM_BYTES) return { code: -1, hash: '', sender: '' };
  return raw.length === 0 ? { code: 1_202, hash: '', sender: '' } : preparer.recordPrepare(frameEthereum(raw), 0n);
};

describe('ethereum/tests TransactionTests', () => {
  const listed: string[] = [];

  it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (name, { raw, exception, hash, sender }) => {
    const verdict = verdictOf(raw);
    if (exception !== undefined) {
      expect(verdict.code).not.toBe(0);
      return;
    }
    if (verdict.code !== 0) {
      expect(refusedOnPurpose).toHaveProperty(String(verdict.code));
      listed.push(name);
      return;
    }
    expect([verdict.hash, verdict.sender]).toEqual([hash, sender]);
  });

  it('are 210, of which 33 valid ones are refused on purpose (docs/spec/transactions.md)', () => {
    expect([cases.length, listed.length]).toEqual([210, 33]);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { fromHex } from '../codec/bytes.js';
import { frameEthereum, MAXIMUM_ETHEREUM_BYTES } from '../codec/entry.js';
import { loadProgram } from './load.js';
import { Preparer } from './preparer.js';

/**
 * TransactionTests of ethereum/tests through the program: `SUITES_DIR=<folder with ethereum-transaction-tests> npm test`.
 * Rules of Cancun, chain id 1, which is what the suite signs for.
 */
const suites = process.env['SUITES_DIR'];
const root = suites && join(suites, 'ethereum-transaction-tests');
const FORKS = ['Cancun', 'Shanghai', 'Paris', 'London'];

interface Expected {
  readonly exception?: string;
  readonly hash?: string;
  readonly sender?: string;
}

interface Case {
  readonly name: string;
  readonly bytes: string;
  readonly expected: Expected;
}

const readCases = (folder: string): Case[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) =>
      Object.entries(
        JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<
          string,
          { result: Record<string, Expected>; txbytes: string }
        >,
      ).map(([name, { result, txbytes }]) => ({
        name: `${file} ${name}`,
        bytes: txbytes,
        expected: result[FORKS.find((fork) => result[fork])!]!,
      })),
    );

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

const maybe = root && existsSync(root) ? describe : describe.skip;

maybe('ethereum/tests TransactionTests (skipped unless SUITES_DIR names their folder)', () => {
  const cases = root ? readCases(root) : [];
  const listed: string[] = [];

  it('has the 210 cases', () => {
    expect(cases.length).toBe(210);
  });

  it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (name, { bytes, expected }) => {
    const { code, hash, sender } = verdictOf(bytes);
    if (expected.exception !== undefined) {
      expect(code).not.toBe(0);
      return;
    }
    if (code !== 0) {
      expect(refusedOnPurpose).toHaveProperty(String(code));
      listed.push(`${name}: ${refusedOnPurpose[code]}`);
      return;
    }
    expect([hash, sender]).toEqual([expected.hash, expected.sender]);
  });

  it('refuses few valid transactions, all for a stated reason', () => {
    console.log(
      `${cases.length - listed.length} of ${cases.length} verdicts as on Ethereum; refused on purpose:\n${listed.join('\n')}`,
    );
    expect(listed.length).toBeLessThan(60);
  });
});

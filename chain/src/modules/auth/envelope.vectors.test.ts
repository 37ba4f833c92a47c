import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { type Hex, hexToBytes } from 'viem';

import { TestProgram } from '../../../test/wasm.js';
import { readTransaction } from '../../../test/envelope.js';

/** One file of ethereum/tests TransactionTests: a name, the raw bytes, and per fork a sender and hash or an exception. */
type Suite = Record<string, { readonly txbytes: Hex; readonly result: Record<string, Verdict> }>;

interface Verdict {
  readonly exception?: string;
  readonly hash?: Hex;
  readonly sender?: Hex;
}

/** The newest fork that all cases of the suite may name, newest first. */
const forks = ['Prague', 'Cancun', 'Shanghai', 'Paris', 'London'];

/** Valid on Ethereum, refused here, with the number that says why (README, "Errors"). */
const reasons: Record<number, string> = {
  2103: 'no replay protection (EIP-155)',
  2105: 'contract creation',
};

const folder = process.env['SUITES_DIR'];
const suite = folder === undefined ? undefined : join(folder, 'ethereum-transaction-tests');

const cases = (): { name: string; raw: Hex; verdict: Verdict }[] => {
  if (suite === undefined) return [];
  const files = readdirSync(suite, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((file) => {
    const contents = JSON.parse(readFileSync(join(file.parentPath, file.name), 'utf8')) as Suite;
    return Object.entries(contents).map(([name, { txbytes, result }]) => {
      const fork = forks.find((candidate) => result[candidate] !== undefined)!;
      return { name, raw: txbytes, verdict: result[fork]! };
    });
  });
};

/** How many differ, by number, and which cases: what the README lists. */
const MAXIMUM_BYTES = 16_384;

describe('Ethereum envelopes against ethereum/tests', () => {
  const run = suite === undefined ? it.skip : it;

  run('gives the verdict of all transaction tests, or a stated reason', () => {
    const program = new TestProgram('auth');
    program.call('configure', 1n, 0n);
    const all = cases();
    const excluded: string[] = [];
    const wrong: string[] = [];
    for (const { name, raw, verdict } of all) {
      if (hexToBytes(raw).length > MAXIMUM_BYTES) {
        excluded.push(`${name}: longer than ${MAXIMUM_BYTES} bytes`);
        continue;
      }
      const { code, sender, hash } = readTransaction(program, raw);
      if (verdict.exception !== undefined) {
        if (code === 0) wrong.push(`${name}: accepted, expected ${verdict.exception}`);
      } else if (code !== 0) {
        if (reasons[code] === undefined) wrong.push(`${name}: refused with ${code}`);
        else excluded.push(`${name}: ${reasons[code]}`);
      } else if (sender !== verdict.sender?.toLowerCase() || hash !== verdict.hash)
        wrong.push(`${name}: other sender or hash`);
    }
    expect(wrong).toEqual([]);
    expect(all).toHaveLength(210);
    if (process.env['SUITES_LIST']) console.log(excluded.join('\n'));
    expect(excluded.length).toBeLessThan(60);
  });
});

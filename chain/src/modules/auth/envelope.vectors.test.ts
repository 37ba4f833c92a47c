import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { hexToBytes } from 'viem';

import { readTransaction } from '../../../test/envelope.js';
import { committedSuite, readSuite, suiteFile, type SuiteCase } from '../../../test/transaction-suite.js';
import { TestProgram } from '../../../test/wasm.js';

const MAXIMUM_BYTES = 16_384;
const specification = resolve(import.meta.dirname, '../../../../docs/spec/transactions.md');

/** Valid on Ethereum, refused here, with the number that says why (README, "Errors"). */
const reasons: Record<number, string> = {
  2103: 'no replay protection (2103)',
  2105: 'contract creation (2105)',
};

/** Cases that Ethereum takes and we do not, with the reason; and cases whose verdict has no reason to differ. */
const judge = (cases: readonly SuiteCase[]): { refused: string[]; wrong: string[] } => {
  const program = new TestProgram('auth');
  program.call('configure', 1n, 0n);
  const [refused, wrong]: [string[], string[]] = [[], []];
  for (const { name, raw, exception, sender, hash } of cases) {
    const tooLong = hexToBytes(raw).length > MAXIMUM_BYTES;
    const read = tooLong ? { code: -1, sender: '', hash: '' } : readTransaction(program, raw);
    const reason = tooLong ? 'longer than 16,384 bytes' : reasons[read.code];
    if (exception !== undefined) {
      if (read.code === 0) wrong.push(`${name}: accepted, expected ${exception}`);
    } else if (read.code !== 0) (reason === undefined ? wrong : refused).push(`| \`${name}\` | ${reason} |`);
    else if (read.sender !== sender?.toLowerCase() || read.hash !== hash) wrong.push(`${name}: other sender or hash`);
  }
  return { refused, wrong };
};

describe('Ethereum envelopes against ethereum/tests', () => {
  const cases = committedSuite();

  it('give the verdict of all 210 cases, or a reason that the specification states', () => {
    const { refused, wrong } = judge(cases);
    expect(wrong).toEqual([]);
    expect(cases).toHaveLength(210);
    const rows = readFileSync(specification, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `tt'));
    expect(rows).toEqual(refused);
  });

  it('take nothing on another chain but what the suite refuses for its chain id', () => {
    const program = new TestProgram('auth');
    program.call('configure', 2n, 0n);
    const taken = cases.filter(
      ({ raw }) => hexToBytes(raw).length <= MAXIMUM_BYTES && readTransaction(program, raw).code === 0,
    );
    expect([...new Set(taken.map(({ exception }) => exception))]).toEqual(['TransactionException.INVALID_CHAINID']);
  });

  const folder = process.env['SUITES_DIR'];
  (folder === undefined ? it.skip : it)('are those of the checkout that SUITES_DIR names', () => {
    const fresh = readSuite(folder!);
    if (process.env['UPDATE_GENERATED']) {
      const source =
        'TransactionTests of https://github.com/ethereum/tests at 4c87ebb, reduced; licence: LICENSE beside this file.';
      const lines = fresh.map((entry) => `    ${JSON.stringify(entry)}`);
      writeFileSync(
        suiteFile,
        `{\n  "source": ${JSON.stringify(source)},\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`,
      );
    }
    expect(committedSuite()).toEqual(fresh);
  });
});

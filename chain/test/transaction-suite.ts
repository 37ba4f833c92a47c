import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import type { Hex } from 'viem';

/** One case of ethereum/tests TransactionTests: the raw bytes, and either sender and hash or the exception that Ethereum answers with. */
export interface SuiteCase {
  readonly name: string;
  readonly raw: Hex;
  readonly exception?: string;
  readonly sender?: Hex;
  readonly hash?: Hex;
}

type Verdict = Pick<SuiteCase, 'exception' | 'sender' | 'hash'>;

/** The newest fork that all cases of the suite may name, newest first. */
const forks = ['Prague', 'Cancun', 'Shanghai', 'Paris', 'London'];

/** Where the cases are committed: MIT-licensed, see LICENSE beside it. */
export const suiteFile = resolve(import.meta.dirname, 'vectors/ethereum-transaction-tests.json');

/** The committed cases. */
export const committedSuite = (): SuiteCase[] =>
  (JSON.parse(readFileSync(suiteFile, 'utf8')) as { cases: SuiteCase[] }).cases;

const only = ({ exception, sender, hash }: Verdict): Verdict =>
  exception === undefined ? { sender: sender!, hash: hash! } : { exception };

/** The cases of a checkout of the suite, reduced to what is compared; `folder` holds `ethereum-transaction-tests`. */
export const readSuite = (folder: string): SuiteCase[] => {
  const root = join(folder, 'ethereum-transaction-tests');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const contents = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<
      string,
      { readonly txbytes: Hex; readonly result: Record<string, Verdict> }
    >;
    return Object.entries(contents).map(([name, { txbytes, result }]) => {
      const fork = forks.find((candidate) => result[candidate] !== undefined)!;
      return { name: `${basename(join(file, '..'))}/${name}`, raw: txbytes, ...only(result[fork]!) };
    });
  });
};

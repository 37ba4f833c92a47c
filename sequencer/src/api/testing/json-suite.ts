import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of JSONTestSuite. What its name begins with is the verdict: `y_` is JSON, `n_` is none, `i_` may be taken or refused. */
export interface JsonSuiteCase {
  readonly name: string;
  readonly body: Buffer;
}

/** The files of a checkout of JSONTestSuite, by name. */
export function readJsonSuite(checkout: string): JsonSuiteCase[] {
  const folder = join(checkout, 'test_parsing');
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, body: readFileSync(join(folder, name)) }));
}

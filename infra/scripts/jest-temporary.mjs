import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Puts all temporary files of a test run into one directory, which goes when Jest ends: also those of a test that was killed or that
 * expects to fail. Workers and processes that tests start inherit the environment.
 */
export function useTemporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'metachain-tests-'));
  // As the directory that it replaces: PostgreSQL runs as another user than root.
  chmodSync(directory, 0o1777);
  process.env.TMPDIR = directory;
  process.on('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
}

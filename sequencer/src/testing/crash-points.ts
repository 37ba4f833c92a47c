import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of a data directory. */
export function copyOf(directory: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'crash-'));
  cpSync(directory, copy, { recursive: true });
  return copy;
}

interface Written {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What was appended to the journal files of `before` until they were those of `after`, in order. */
function appended(before: string, after: string): Written[] {
  const names = readdirSync(after).filter((name) => name.startsWith('journal-'));
  return names.sort().map((name) => {
    const known = existsSync(join(before, name)) ? statSync(join(before, name)).size : 0;
    return { name, bytes: readFileSync(join(after, name)).subarray(known) };
  });
}

/**
 * Data directories as a crash leaves them at `points` places spread over what was appended to the journal between two copies, the first and
 * the last byte among them.
 */
export function* crashPoints(before: string, after: string, points: number): Generator<string> {
  const written = appended(before, after);
  const total = written.reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (let point = 0; point < points; point++) {
    let left = Math.round((total * point) / (points - 1));
    const directory = copyOf(before);
    for (const { name, bytes } of written) {
      const part = bytes.subarray(0, left);
      left -= part.length;
      if (part.length > 0) appendFileSync(join(directory, name), part);
    }
    yield directory;
  }
}

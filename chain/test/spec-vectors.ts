import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A file of docs/spec/vectors. `T` is what its description says. */
export const specVectors = <T>(name: string): T =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../../docs/spec/vectors', name), 'utf8')) as T;

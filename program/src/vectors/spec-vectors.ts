import { readFileSync } from 'node:fs';

/** A file of docs/spec/vectors. `T` is what its description says. */
export const specVectors = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../docs/spec/vectors/${name}`, import.meta.url), 'utf8')) as T;

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { toEventHash, toFunctionSelector } from 'viem';

const modules = ['bank', 'token', 'swap', 'bridge'];
const textOf = (module: string, file: string): string =>
  readdirSync(join(import.meta.dirname, module)).includes(file)
    ? readFileSync(join(import.meta.dirname, module, file), 'utf8')
    : '';

const selectors = modules.flatMap((module) =>
  [...textOf(module, 'selectors.ts').matchAll(/`(.+)` \*\/\s*export const (\w+): u32 = (0x[0-9a-f]{8});/g)].map(
    ([, signature, name, value]) => [module, name!, signature!, value!] as const,
  ),
);
const topics = modules.flatMap((module) =>
  [
    ...textOf(module, 'topics.ts').matchAll(
      /`(.+)` \*\/\s*export const (\w+): usize = memory\.data<u8>\(\s*\[([^\]]+)\]/g,
    ),
  ].map(
    ([, signature, name, bytes]) =>
      [module, name!, signature!, `0x${bytes!.replaceAll('0x', '').replaceAll(/[\s,]/g, '')}`] as const,
  ),
);

describe('constants of the ABI', () => {
  it('finds every constant in the files', () => {
    const count = (file: string): number =>
      modules.reduce((sum, module) => sum + [...textOf(module, file).matchAll(/export const/g)].length, 0);
    expect(selectors.length).toBe(count('selectors.ts'));
    expect(topics.length).toBe(count('topics.ts'));
    expect(selectors.length).toBeGreaterThan(90);
    expect(topics.length).toBeGreaterThan(20);
  });

  it.each(selectors)('%s %s is the selector of %s', (_module, _name, signature, value) => {
    expect(value).toBe(toFunctionSelector(`function ${signature}`));
  });

  it.each(topics)('%s %s is the topic of %s', (_module, _name, signature, value) => {
    expect(value).toBe(toEventHash(`event ${signature}`));
  });
});

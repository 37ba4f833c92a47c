import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import binaryen from 'binaryen';

import { checkSources } from './check-sources.mjs';
import { checkWasm } from './check-wasm.mjs';

const exported = ['run', 'begin', 'apply', 'end', 'prepare', 'query', 'buffer', 'bufferLength'];

/** A module that passes: every export is the same empty function. */
const moduleText = ({ body = '', imports = '', extra = '', memory = '4 4' } = {}): string =>
  `(module ${imports} (memory $m ${memory}) ${extra} (export "memory" (memory $m))
    ${exported.map((name) => `(export "${name}" (func $f))`).join(' ')} (func $f ${body}))`;

const check = (text: string): string[] => {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  const wasm = module.emitBinary();
  module.dispose();
  return checkWasm(wasm);
};

describe('the check of the binary', () => {
  it('finds nothing in a plain module', () => {
    const imports = '(import "host" "log" (func $log (param i32 i32)))';
    expect(check(moduleText({ imports, body: '(call $log (i32.const 0) (i32.const 0))' }))).toEqual([]);
  });

  it.each([
    ['floating point', { body: '(drop (f64.add (f64.const 1) (f64.const 2)))' }],
    ['a memory instruction', { body: '(drop (memory.grow (i32.const 1)))' }],
    ['a memory instruction', { body: '(memory.fill (i32.const 0) (i32.const 0) (i32.const 1))' }],
    ['sign extension', { body: '(drop (i32.extend8_s (i32.const 1)))' }],
    ['a table', { extra: '(table 1 funcref)' }],
    ['a global', { extra: '(global $g (mut i32) (i32.const 0))' }],
    ['a start function', { extra: '(start $f)' }],
    ['recurses', { body: '(call $f)' }],
    ['imports host.time', { imports: '(import "host" "time" (func $t))', body: '(call $t)' }],
    ['imports env.log', { imports: '(import "env" "log" (func $t (param i32 i32)))' }],
    ['256 KiB', { memory: '4 5' }],
    ['inside the memory map', { extra: '(data (i32.const 32760) "123456789")' }],
  ])('finds %s', (what, parts) => {
    expect(check(moduleText(parts)).join()).toContain(what);
  });

  it('finds a missing export', () => {
    expect(check(moduleText().replace('(export "run" (func $f))', ''))).toEqual(['it does not export run']);
  });
});

describe('the check of the sources', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rules-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const checkText = async (text: string): Promise<string[]> => {
    await writeFile(join(folder, 'sample.ts'), text);
    return (await checkSources([folder])).map((problem) => problem.split(': ')[1]!);
  };

  it.each([
    ['throw', 'export function f(): void { throw 1; }'],
    ['allocation with new', 'const a = new Uint8Array(3);'],
    ['floating point', 'const a: f64 = 1;'],
    ['a function value', 'const f = (a: u32): u32 => a;'],
    ['a mutable global', 'let count: u32 = 0;'],
    ['a managed collection', 'function f(a: Array<u32>): void {}'],
    ['the allocator', 'function f(): usize { return heap.alloc(8); }'],
  ])('finds %s', async (what, text) => {
    expect(await checkText(text)).toContain(what);
  });

  it('does not mind words in comments and literals', async () => {
    expect(
      await checkText("/** We never throw. */\nconst TEXT: string = 'throw => new Map<f64>';\n// let it be"),
    ).toEqual([]);
  });
});

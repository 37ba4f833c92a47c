import binaryen from 'binaryen';

/** Names of the host operations (docs/spec/program.md). */
const operations = new Set([
  'state_get',
  'state_set',
  'checkpoint',
  'rollback',
  'commit',
  'read_input',
  'keccak',
  'ecrecover',
  'bls_verify',
  'log',
]);

const exported = ['run', 'begin', 'apply', 'end', 'prepare', 'query', 'buffer', 'bufferLength', 'memory'];

/** Where the memory map starts; literals end below (chain/src/kernel/memory.ts). */
const KERNEL = 0x8000;
const PAGES = 4;

/** What the machine cannot prove, by its text form. */
const forbidden = [
  [/\bf(32|64)\./, 'floating point'],
  [/\(table\b/, 'a table'],
  [/\bcall_indirect\b/, 'an indirect call'],
  [/\bmemory\.(grow|size|copy|fill|init)\b/, 'a memory instruction beyond load and store'],
  [/\bi(32|64)\.extend(8|16|32)_s\b/, 'sign extension'],
  [/\bv128\b/, 'vectors'],
  [/\(start\b/, 'a start function'],
  [/\(global\b/, 'a global'],
];

const functionsOf = (text) => {
  const calls = new Map();
  let current;
  for (const line of text.split('\n')) {
    const start = /^ \(func (\$\S+)/.exec(line);
    if (start) calls.set((current = start[1]), new Set());
    const call = /\bcall (\$[^\s)]+)/.exec(line);
    if (call && current) calls.get(current).add(call[1]);
  }
  return calls;
};

/** A cycle in the call graph, or undefined: recursion could exhaust V8's stack where the machine's has room. */
const findCycle = (calls) => {
  const state = new Map();
  const visit = (name, path) => {
    if (state.get(name) === 'done' || !calls.has(name)) return undefined;
    if (state.get(name) === 'open') return [...path.slice(path.indexOf(name)), name];
    state.set(name, 'open');
    for (const callee of calls.get(name)) {
      const cycle = visit(callee, [...path, name]);
      if (cycle) return cycle;
    }
    state.set(name, 'done');
    return undefined;
  };
  for (const name of calls.keys()) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
};

const checkImports = (text) =>
  [...text.matchAll(/\(import "([^"]*)" "([^"]*)" \((\w+)/g)]
    .filter(([, module, name, kind]) => module !== 'host' || kind !== 'func' || !operations.has(name))
    .map(([, module, name]) => `it imports ${module}.${name}`);

const checkMemory = (text) => {
  const [, initial, maximum] = /\(memory \S+ (\d+) (\d+)\)/.exec(text) ?? [];
  const problems = Number(initial) === PAGES && Number(maximum) === PAGES ? [] : ['its memory is not 256 KiB, fixed'];
  const end = Math.max(
    0,
    ...[...text.matchAll(/\(data \S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"/g)].map(literalEnd),
  );
  return end <= KERNEL ? problems : [...problems, `its literals end at ${end}, inside the memory map`];
};

const literalEnd = ([, start, bytes]) => Number(start) + bytes.replace(/\\([0-9a-f]{2}|.)/g, 'x').length;

/** Lists what in a module the machine cannot prove, or what differs from the specification; empty when it is fine. */
export const checkWasm = (wasm) => {
  const module = binaryen.readBinary(wasm);
  const text = module.emitText();
  module.dispose();
  const found = forbidden.filter(([pattern]) => pattern.test(text)).map(([, what]) => `it contains ${what}`);
  const missing = exported
    .filter((name) => !text.includes(`(export "${name}"`))
    .map((name) => `it does not export ${name}`);
  const cycle = findCycle(functionsOf(text));
  return [
    ...found,
    ...missing,
    ...checkImports(text),
    ...checkMemory(text),
    ...(cycle ? [`it recurses: ${cycle.join(' -> ')}`] : []),
  ];
};

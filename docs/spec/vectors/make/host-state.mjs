// Cases of state_get, state_set, checkpoint, rollback, commit and log.
import { named, word, ZERO } from './encoding.mjs';
import { MEMORY } from './host-model.mjs';

const [KEY, VALUE, OTHER, OUT, LAST] = [0, 32, 64, 96, MEMORY - 32];
const memory = [
  { at: KEY, bytes: named('key') },
  { at: VALUE, bytes: word(1) },
  { at: OTHER, bytes: word(2) },
];
const get = (key = KEY, out = OUT) => ({ operation: 'state_get', key, out });
const set = (key = KEY, value = VALUE) => ({ operation: 'state_set', key, value });
const log = (pointer, length) => ({ operation: 'log', pointer, length });
const [checkpoint, rollback, commit] = ['checkpoint', 'rollback', 'commit'].map((operation) => ({ operation }));

const on = (name, ...calls) => ({ name, memory, calls });

const wordCases = () => [
  on('state_get: absent', get()),
  on('state_get: what was set', set(), get()),
  on('state_get: the newest word', set(), set(KEY, OTHER), get()),
  on('state_get: another key', set(), get(OTHER)),
  on('state_get: out is the key', set(), get(KEY, KEY)),
  on('state_get: key and out in the last word', set(LAST, VALUE), get(LAST, LAST)),
  on('state_set: the key is the value', set(KEY, KEY), get()),
  on('state_set: two keys', set(), set(OTHER, OTHER), get(), get(OTHER, 128)),
  {
    name: 'state_set: zero makes a leaf',
    memory: [...memory, { at: OTHER, bytes: ZERO }],
    calls: [set(KEY, OTHER), get()],
  },
  on('state_get: key unaligned', get(1)),
  on('state_get: out unaligned', get(KEY, 112)),
  on('state_get: key behind the memory', get(MEMORY)),
  on('state_get: out behind the memory', get(KEY, MEMORY)),
  on('state_get: key at the last pointer of 32 bits', get(2 ** 32 - 32)),
  on('state_set: key unaligned', set(31)),
  on('state_set: value unaligned', set(KEY, 33)),
  on('state_set: key behind the memory', set(MEMORY)),
  on('state_set: value behind the memory', set(KEY, MEMORY)),
];

const checkpointCases = () => [
  on('rollback: forgets a new key and a record', checkpoint, set(), log(KEY, 32), rollback, get()),
  on('rollback: gives back the word before', set(), checkpoint, set(KEY, OTHER), set(OTHER, KEY), rollback, get()),
  on('rollback: keeps earlier records', log(KEY, 32), checkpoint, log(VALUE, 32), rollback),
  on('rollback: keeps what comes after', checkpoint, set(), rollback, set(KEY, OTHER), log(OTHER, 32)),
  on('rollback: leaves the memory', set(), checkpoint, get(), rollback),
  on('commit: keeps words and records', checkpoint, set(), log(KEY, 32), commit, get()),
  on('checkpoint: again after commit', checkpoint, set(), commit, checkpoint, set(KEY, OTHER), rollback, get()),
  on('checkpoint: again after rollback', checkpoint, rollback, checkpoint, set(), commit, get()),
  on('checkpoint: left open at the end', set(), checkpoint, set(KEY, OTHER)),
  on('checkpoint: within a checkpoint', checkpoint, checkpoint),
  on('rollback: without a checkpoint', rollback),
  on('commit: without a checkpoint', commit),
  on('rollback: after a commit', checkpoint, commit, rollback),
  on('commit: after a rollback', checkpoint, rollback, commit),
];

const logCases = () => [
  on('log: one record', log(KEY, 32)),
  on('log: two records', log(KEY, 33), log(VALUE, 7)),
  on('log: no byte', log(KEY, 0)),
  on('log: no byte at the end of the memory', log(MEMORY, 0)),
  on('log: 4,096 bytes at the end of the memory', log(MEMORY - 4_096, 4_096)),
  on('log: 4,097 bytes', log(KEY, 4_097)),
  on('log: length of 32 bits', log(KEY, 2 ** 32 - 1)),
  on('log: unaligned', log(16, 1)),
  on('log: beyond the memory', log(LAST, 33)),
  on('log: no byte behind the memory', log(MEMORY + 32, 0)),
];

export const stateCases = () => [...wordCases(), ...checkpointCases(), ...logCases()];

import { beforeAll, describe, expect, it } from '@jest/globals';
import { zeroAddress, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { fixedBytes, numberWord, toHex } from '../codec/bytes.js';
import { headerHash } from '../codec/tuple.js';
import { keccak256, keccakOf } from '../crypto/keccak.js';
import { SnapshotError } from '../errors.js';
import { verifyProof } from '../state/proof.js';
import { type Command, script, scriptProgram } from '../testing/script-program.js';
import { Engine } from './engine.js';
import { RESCUE_OFFSET, startOfItem, UNITS_PER_ITEM } from './next-position.js';
import { memoEntries } from './memo.js';
import { Preparer } from './preparer.js';
import { Replica } from './replica.js';
import { genesisHead } from './seal.js';
import type { BlockContext } from './types.js';
import type { ProgramModule } from './wasm.js';

let module: ProgramModule;
beforeAll(async () => {
  module = await scriptProgram();
});

const CHAIN = 7_770;
const MEMORY = 256 * 1_024;
const KEY = 0x4000;
const VALUE = 0x4020;
const OUT = 0x4040;
const RESULT = 0x1d020;
const context: BlockContext = { timestamp: 9n, delayed: 0n, priceItem: 0n, producer: zeroAddress };
const engineAt = (window = 4): Engine =>
  Engine.fromGenesis({ module, chainId: CHAIN, window }, { contents: new Uint8Array(), head: genesisHead(zeroHash) });
const put = (key: number, value: number): Command[] => [
  ['store', KEY, 0, key],
  ['store', VALUE, 0, value],
  ['state_set', KEY, VALUE],
];
const keyBytes = (key: number): Uint8Array => Uint8Array.of(key & 255, key >> 8, ...new Uint8Array(30));
const ask = (...commands: Command[]) => ({
  from: zeroAddress,
  to: zeroAddress,
  value: 0n,
  timestamp: 9n,
  data: toHex(script(...commands)),
});
const blockOf = (engine: Engine, ...commands: Command[]) => {
  engine.begin(context);
  engine.apply(script(...commands));
  return engine.end();
};

describe('host operations', () => {
  const traps: [string, Command[], string][] = [
    ['state_get of an unaligned key', [['state_get', KEY + 8, OUT]], 'unaligned'],
    ['state_get to the end of memory', [['state_get', KEY, MEMORY]], 'out of memory'],
    ['state_set from beyond memory', [['state_set', KEY, 0xffffffe0]], 'out of memory'],
    ['keccak of too much', [['keccak', 0, 16_385, OUT]], 'too long'],
    ['keccak of a length of 2^32 - 1', [['keccak', 0, 0xffffffff, OUT]], 'too long'],
    ['keccak over the end', [['keccak', MEMORY - 32, 33, OUT]], 'out of memory'],
    ['ecrecover over the end', [['ecrecover', MEMORY - 96, OUT]], 'out of memory'],
    ['ecrecover to an unaligned place', [['ecrecover', KEY, OUT + 1]], 'unaligned'],
    ['bls_verify from beyond memory', [['bls_verify', MEMORY, OUT]], 'out of memory'],
    ['log of too much', [['log', 0, 4_097]], 'too long'],
    ['log over the end', [['log', MEMORY - 32, 64]], 'out of memory'],
    ['a checkpoint in a checkpoint', [['checkpoint'], ['checkpoint']], 'within'],
    ['rollback without a checkpoint', [['rollback']], 'without'],
    ['commit without a checkpoint', [['checkpoint'], ['commit'], ['commit']], 'without'],
    ['an input out of range', [['read_input', 3, 1, 0]], 'out of range'],
    ['an unknown input space', [['read_input', 9, 0, 0]], 'out of range'],
    ['unreachable code', [['unreachable']], 'unreachable'],
  ];

  it.each(traps)('trap on %s and undo the block', (_name, commands, reason) => {
    const engine = engineAt();
    engine.begin(context);
    engine.apply(script(...put(1, 5)));
    expect(() => engine.apply(script(...commands))).toThrow(reason);
    expect(engine.open).toBe(false);
    expect(engine.stateRoot()).toBe(zeroHash);
  });

  it('allow operands up to the last word of memory', () => {
    const engine = engineAt();
    engine.begin(context);
    expect(
      engine.apply(
        script(['state_get', KEY, MEMORY - 32], ['keccak', MEMORY - 32, 32, OUT], ['keccak', MEMORY - 32, 0, OUT]),
      ),
    ).toEqual({
      status: 'executed',
      code: 0,
    });
  });

  it('hash and recover like the precompiles', async () => {
    const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
    const digest = keccak256(Uint8Array.of(1, 2, 3));
    const signature = fixedBytes(await account.sign({ hash: toHex(digest) }), 65);
    const input = new Uint8Array([...digest, ...numberWord(BigInt(signature[64]!)), ...signature.subarray(0, 64)]);
    const load = [...new Uint32Array(input.buffer)].map((word, index): Command => ['store', KEY + 4 * index, 0, word]);
    const { data } = engineAt().query(ask(...load, ['ecrecover', KEY, RESULT]));
    expect(data.slice(0, 66)).toBe(`0x${'00'.repeat(12)}${account.address.slice(2).toLowerCase()}`);
    const { data: none } = engineAt().query(ask(...load, ['store', KEY + 60, 0, 0], ['ecrecover', KEY, RESULT]));
    expect(none.slice(0, 66)).toBe(zeroHash);
    const { data: hash } = engineAt().query(ask(...load, ['keccak', KEY, 128, RESULT]));
    expect(hash.slice(0, 66)).toBe(toHex(keccak256(input)));
  });
});

describe('blocks', () => {
  it('seal with root, log hash and header hash', () => {
    const engine = engineAt();
    const parent = engine.head.hash;
    engine.begin(context);
    engine.apply(
      script(
        ...put(1, 5),
        ['log', KEY, 32],
        ['checkpoint'],
        ['log', KEY, 64],
        ...put(2, 6),
        ['rollback'],
        ['result', 65_536 + 7],
      ),
    );
    const block = engine.end();
    const event = new Uint8Array(32);
    event[0] = 1;
    const record = engine.records.subarray(32);
    const logHash = toHex(keccakOf(keccakOf(new Uint8Array(32), keccak256(event)), keccak256(record)));
    expect(block).toMatchObject({
      number: 1n,
      timestamp: 9n,
      parentHash: parent,
      logHash,
      stateRoot: engine.stateRoot(),
    });
    expect(block.hash).toBe(headerHash(parent, block.stateRoot, logHash));
    expect(engine.lastDiff!.count).toBe(1);
    const { value, proof } = engine.proof(keyBytes(1));
    expect(value[0]).toBe(5);
    expect(verifyProof(fixedBytes(block.stateRoot, 32), keyBytes(1), proof)).toEqual(value);
  });

  it('read results as status and code', () => {
    const engine = engineAt();
    engine.begin(context);
    expect(engine.apply(script(['result', 0x1_0bb9]))).toEqual({ status: 'failed', code: 3_001 });
    expect(engine.apply(script(['result', 0x2_0834]))).toEqual({ status: 'skipped', code: 2_100 });
    expect(() => engine.apply(script(['result', 0x3_0000]))).toThrow('answered');
  });

  it('are undone when abandoned, refused, or reverted to an earlier one', () => {
    const engine = engineAt(2);
    blockOf(engine, ...put(1, 5));
    const { hash, stateRoot } = { hash: engine.head.hash, stateRoot: engine.stateRoot() };
    engine.begin(context);
    engine.apply(script(...put(3, 5)));
    engine.abandon();
    expect(engine.stateRoot()).toBe(stateRoot);
    expect(() => engine.begin({ ...context, delayed: 77n })).toThrow('error 77');
    blockOf(engine, ...put(1, 6), ...put(2, 6));
    blockOf(engine, ...put(1, 7), ...put(9, 6));
    expect(() => engine.revertTo(0n)).toThrow('outside the history window 1..3');
    engine.revertTo(1n);
    expect([engine.head, engine.stateRoot()]).toEqual([{ number: 1n, hash }, stateRoot]);
  });

  it('cannot be used out of order', () => {
    const engine = engineAt();
    expect(() => engine.apply(script())).toThrow('no block is open');
    expect(() => engine.end()).toThrow('no block is open');
    engine.begin(context);
    expect(() => engine.begin(context)).toThrow('a block is open');
    expect(() => engine.stateRoot()).toThrow('a block is open');
    expect(() => engine.apply(new Uint8Array(16_449))).toThrow('do not fit');
    expect(engine.open).toBe(true);
  });

  it('keep nothing of a query', () => {
    const engine = engineAt();
    blockOf(engine, ...put(1, 5));
    const root = engine.stateRoot();
    const { data } = engine.query(ask(...put(1, 8), ['state_get', KEY, RESULT]));
    expect(data.slice(0, 4)).toBe('0x08');
    expect(() => engine.query(ask(...put(4, 8), ['unreachable']))).toThrow('unreachable');
    expect(engine.stateRoot()).toBe(root);
  });
});

describe('units of proof', () => {
  const inputsOf = (command: Command) => {
    const word = new Uint8Array(32);
    word.set(script(command));
    return {
      itemWord: (_item: bigint, at: number) => (at === 6 ? numberWord(1n) : undefined),
      payloadWord: (_item: bigint, at: number) => (at === 0 ? word : undefined),
      delayedWord: () => new Uint8Array(32),
    };
  };
  const start = (engine: Engine) => startOfItem(4n, engine.head.hash, engine.head.number);

  it('make a block on the parent and name the next position', () => {
    const engine = engineAt();
    const unit = engine.runUnit(start(engine), inputsOf(['log', KEY, 32]));
    expect(unit.trapped).toBe(false);
    expect(unit.next).toEqual({ parentHash: unit.block!.hash, parentNumber: 1n, item: 5n, offset: 0, unit: 0 });
    const rest = engine.runUnit(start(engine), inputsOf(['result', 1]));
    expect([rest.block, rest.next]).toEqual([undefined, { ...start(engine), offset: 7, unit: 1 }]);
  });

  it.each([
    ['where they would go on', ['result', 1]],
    ['where they trap', ['unreachable']],
  ] as [string, Command][])('end their item after as many as one may hold, even %s', (_name, last) => {
    const engine = engineAt();
    const lastButOne = { ...start(engine), offset: 3, unit: UNITS_PER_ITEM - 2 };
    const unit = engine.runUnit(lastButOne, inputsOf(last));
    expect(unit.next).toMatchObject({ item: 4n, unit: UNITS_PER_ITEM - 1 });
    expect(engine.runUnit(unit.next, inputsOf(last)).next).toEqual(startOfItem(5n, engine.head.hash, 0n));
  });

  it('leave the state alone and drop the payload when they trap', () => {
    const engine = engineAt();
    const position = start(engine);
    const unit = engine.runUnit(position, inputsOf(['unreachable']));
    expect(unit).toEqual({ block: undefined, trapped: true, next: { ...position, offset: RESCUE_OFFSET, unit: 1 } });
    expect(engine.stateRoot()).toBe(zeroHash);
  });

  it.each([
    ['its own item', 1, 4, 6, false],
    ['a later item', 1, 5, 6, true],
    ["another item's payload", 2, 3, 0, true],
    ['a message it may consume', 3, 0, 0, false],
    ['a message beyond its count', 3, 1, 0, true],
    ['a position word that is none', 0, 0, 4, true],
  ])('read %s or trap', (_name, space, number, word, trapped) => {
    const engine = engineAt();
    expect(engine.runUnit(start(engine), inputsOf(['read_input', space, number, word])).trapped).toBe(trapped);
  });
});

describe('prepared answers', () => {
  it('are replayed only for the same bytes', () => {
    const hash: Command[] = [
      ['store', KEY, 0, 5],
      ['keccak', KEY, 33, VALUE],
    ];
    const { memo, code } = new Preparer(module, CHAIN).recordPrepare(script(...hash), 0n);
    expect([code, memoEntries(memo)[0]!.input.length]).toEqual([0, 33]);
    memo[memo.length - 1] = 0x12345678;
    const engine = engineAt();
    engine.begin(context);
    const store: Command[] = [['state_set', KEY, VALUE]];
    engine.apply(script(...hash, ...store), memo);
    expect(engine.state.store.read(keyBytes(5))!.slice(-4)).toEqual(Uint8Array.of(0x78, 0x56, 0x34, 0x12));
    engine.apply(script(['store', KEY + 32, 0, 1], ...hash, ...store), memo);
    const input = new Uint8Array(33);
    input[0] = 5;
    input[32] = 1;
    expect(engine.state.store.read(keyBytes(5))).toEqual(keccak256(input));
    engine.apply(script(['store', KEY + 32, 0, 0], ...hash, ...store));
    input[32] = 0;
    expect(engine.state.store.read(keyBytes(5))).toEqual(keccak256(input));
  });

  it('say why an entry is malformed', () => {
    expect(new Preparer(module, CHAIN).recordPrepare(script(['result', 2_101]), 0n)).toMatchObject({
      code: 2_101,
      hash: '0x',
    });
    expect(() => new Preparer(module, CHAIN).recordPrepare(script(['state_get', KEY, OUT]), 0n)).toThrow('no state');
  });
});

describe('snapshots and replicas', () => {
  it('restore the same state, and refuse damage and other chains', () => {
    const engine = engineAt();
    blockOf(engine, ...put(1, 5), ...put(2, 6));
    const snapshot = engine.snapshot(Uint8Array.of(1, 2));
    const restored = Engine.fromSnapshot({ module, chainId: CHAIN }, snapshot);
    expect([restored.head, restored.stateRoot()]).toEqual([engine.head, engine.stateRoot()]);
    const damaged = snapshot.slice();
    damaged[snapshot.length - 40]! ^= 1;
    const code = (bytes: Uint8Array, chainId = CHAIN): string => {
      try {
        Engine.fromSnapshot({ module, chainId }, bytes);
      } catch (error) {
        if (error instanceof SnapshotError) return error.code;
      }
      return 'none';
    };
    expect(code(damaged)).toBe('snapshot/checksum');
    expect(code(snapshot, 1)).toBe('snapshot/chain');
    expect(code(snapshot.subarray(0, 50))).toBe('snapshot/format');
    expect(code(new Uint8Array(200))).toBe('snapshot/format');
  });

  it('answer queries and proofs at every block of the window', () => {
    const engine = engineAt(50);
    const replica = new Replica({ module, chainId: CHAIN, window: 5 }, engine.snapshot());
    const blocks = Array.from({ length: 9 }, (_, index) => {
      const block = blockOf(engine, ...put(1, index + 1), ...put(100 + index, 7), ...put(100 + (index >> 1), index));
      replica.apply({ head: engine.head, diff: engine.lastDiff! });
      return block;
    });
    for (const block of [blocks[8]!, blocks[4]!, blocks[6]!, blocks[3]!, blocks[8]!]) {
      const { data } = replica.query(
        ask(['store', KEY, 0, 1], ['state_get', KEY, RESULT], ...put(1, 99)),
        block.number,
      );
      expect(Number(data.slice(0, 4))).toBe(Number(block.number));
      for (const key of [1, 100, 102, 103, 106, 108, 200]) {
        const { value, proof, stateRoot } = replica.proof(keyBytes(key), block.number);
        expect(stateRoot).toBe(block.stateRoot);
        expect(verifyProof(fixedBytes(stateRoot, 32), keyBytes(key), proof)).toEqual(value);
      }
    }
    expect(() => replica.query(ask(), 3n)).toThrow('block 3 is outside the history window 4..9');
    expect(() => replica.proof(keyBytes(1), 10n)).toThrow('outside');
    replica.revertTo(6n);
    engine.revertTo(6n);
    blockOf(engine, ...put(1, 77));
    replica.apply({ head: engine.head, diff: engine.lastDiff! });
    expect(replica.proof(keyBytes(1), 7n).stateRoot).toBe(engine.stateRoot());
    expect(replica.head).toEqual(engine.head);
  });
});

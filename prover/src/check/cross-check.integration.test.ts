import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { tokenAddress } from '@metachain/program';
import { zeroHash } from 'viem';

import type { ProverConfig } from '../config.js';
import { lowerProvable } from '../machine/lowering/program.js';
import { ProverMetrics } from '../metrics/metrics.js';
import { ETHER, program, PROGRAM_HASH, TestRollup, users } from '../testing/test-rollup.js';
import { assembleProver, type AssembledProver } from '../watch/assemble.js';
import { deriveOnce } from '../watch/follow.js';
import type { ProverLog } from '../watch/prover-log.js';
import type { CheckMessage, FromWorker, ToWorker } from './check-messages.js';
import { CheckSession } from './check-session.js';
import type { CheckThread } from './cross-check.js';

jest.setTimeout(60_000);

const [alice, bob] = users as [(typeof users)[0], (typeof users)[0]];
const lowered = lowerProvable(program.wasm);

let rollup: TestRollup;
let directory: string;
beforeEach(async () => {
  rollup = await TestRollup.start();
  directory = await mkdtemp(join(tmpdir(), 'checked-'));
}, 60_000);
afterEach(async () => {
  await rollup.anvil.stop();
  await rm(directory, { recursive: true });
});

/** The stepper on this thread; `alter` changes what it is told V8 did. */
class InlineThread implements CheckThread {
  readonly seen: ToWorker[] = [];
  private readonly session = new CheckSession(lowered);
  private listener: (answer: FromWorker) => void = () => undefined;
  end: (error: Error) => void = () => undefined;

  constructor(private readonly alter: (message: CheckMessage) => CheckMessage = (message) => message) {}

  post(message: ToWorker): void {
    this.seen.push(message);
    setImmediate(() => {
      const answer = this.session.take(message.type === 'check' ? this.alter(message) : message);
      if (answer) this.listener(answer);
    });
  }
  onAnswer(listener: (answer: FromWorker) => void): void {
    this.listener = listener;
  }
  onEnd(listener: (error: Error) => void): void {
    this.end = listener;
  }
  close = () => Promise.resolve();
}

const logs: unknown[] = [];
const note = (fields: object) => void logs.push((fields as { event: unknown }).event);
const log: ProverLog = { info: note, warn: note, error: note, fatal: note };

async function open(thread: CheckThread, overrides: Partial<Record<keyof ProverConfig, unknown>> = {}) {
  logs.length = 0;
  return assembleProver({
    config: rollup.config({ crossCheck: true, ...overrides }),
    genesis: rollup.genesis,
    program: { module: program.module, hash: PROGRAM_HASH },
    metrics: new ProverMetrics('test', false),
    log,
    openThread: () => thread,
  });
}

const idle = async ({ prover }: AssembledProver) => {
  for (const limit = Date.now() + 50_000; Date.now() < limit;) {
    const { crossCheck } = prover.status();
    if (crossCheck?.pending === 0 || crossCheck?.mismatch) return crossCheck;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new TypeError('the stepper did not finish');
};

const pay = (sequence: bigint) =>
  rollup.packed(alice, sequence, [{ type: 'Transfer', token: tokenAddress(1), to: bob.address, amount: 5n }]);

const postPayment = async (sequence: bigint) => {
  const block = await rollup.build([await pay(sequence)]);
  return { item: await rollup.post([block.bytes]), block };
};

describe('the cross-check', () => {
  it('passes what V8 and the stepper agree about: deposits, batches, junk, empty items', async () => {
    await rollup.deposit(alice, 3n * ETHER);
    const block = await rollup.build([await pay(0n), await rollup.transfer(bob, 0, alice.address, 7n)], {
      delayed: 1n,
    });
    await rollup.post([block.bytes], 'blobs');
    await rollup.postPayload(Uint8Array.of(1, 9, 9, 9));
    const last = await rollup.appendEmpty();
    const assembled = await open(new InlineThread());
    await deriveOnce(assembled);
    expect(await idle(assembled)).toMatchObject({
      item: 3n,
      itemHash: last.accumulator,
      stateRoot: block.sealed.stateRoot,
      headerHash: block.sealed.hash,
      mismatch: undefined,
    });
    expect(assembled.prover.status()).toMatchObject({ ready: true });
    expect(assembled.prover.status().crossCheck!.stepsPerSecond).toBeGreaterThan(0);
  });

  const alterations: [string, (unit: CheckMessage['units'][number]) => Partial<CheckMessage['units'][number]>][] = [
    ['state root', ({ sealed }) => ({ sealed: { stateRoot: zeroHash, logHash: sealed!.logHash } })],
    ['log hash', ({ sealed }) => ({ sealed: { stateRoot: sealed!.stateRoot, logHash: zeroHash } })],
    ['trapped', () => ({ trapped: true })],
    ['made a block', () => ({ sealed: undefined })],
    ['header hash', ({ next }) => ({ next: { ...next, parentHash: zeroHash } })],
    ['next offset', ({ next }) => ({ next: { ...next, offset: next.offset + 1 } })],
  ];

  it.each(alterations)('stops for good at another %s and raises the alarm', async (name, alter) => {
    const good = await postPayment(0n);
    await postPayment(1n);
    await postPayment(2n);
    const thread = new InlineThread((message) =>
      message.item === 1n ? { ...message, units: message.units.map((unit) => ({ ...unit, ...alter(unit) })) } : message,
    );
    const assembled = await open(thread, { dataDirectory: directory });
    await deriveOnce(assembled);
    expect(await idle(assembled)).toMatchObject({
      item: 1n,
      itemHash: good.item.accumulator,
      mismatch: { item: 1n, offset: 0, difference: expect.stringContaining(name) },
    });
    const { ready, reason } = assembled.prover.status();
    expect([ready, reason]).toEqual([false, 'V8 and the stepper disagree']);
    expect(logs).toContain('stepper_mismatch');
    await assembled.prover.checkpoint();
    expect(logs).not.toContain('checkpoint');
  });

  it('counts a stepper that cannot run a unit as a disagreement', async () => {
    await postPayment(0n);
    const assembled = await open(new InlineThread((message) => ({ ...message, payload: new Uint8Array() })));
    await deriveOnce(assembled);
    expect((await idle(assembled)).mismatch).toMatchObject({ item: 0n });
  });

  it('says so when its thread ends, and passes nothing more', async () => {
    const thread = new InlineThread();
    const assembled = await open(thread);
    thread.end(new TypeError('out of memory'));
    await postPayment(0n);
    thread.post = () => undefined;
    await deriveOnce(assembled);
    const { ready, reason, crossCheck } = assembled.prover.status();
    expect([ready, reason, crossCheck]).toEqual([
      false,
      'out of memory',
      expect.objectContaining({ item: 0n, stopped: 'out of memory' }),
    ]);
  });

  it('goes back with an L1 reorg and passes what replaces it', async () => {
    await rollup.client.mine({ blocks: 2 });
    const first = await postPayment(0n);
    await postPayment(1n);
    const assembled = await open(new InlineThread());
    await deriveOnce(assembled);
    expect(await idle(assembled)).toMatchObject({ item: 2n });
    await rollup.client.request({ method: 'anvil_reorg', params: [1, []] } as never);
    await rollup.sync();
    await deriveOnce(assembled);
    expect(await idle(assembled)).toMatchObject({ item: 1n, stateRoot: first.block.sealed.stateRoot });
    const empty = await rollup.appendEmpty();
    await deriveOnce(assembled);
    expect(await idle(assembled)).toMatchObject({ item: 2n, itemHash: empty.accumulator, mismatch: undefined });
  });

  it('goes on after a restart where it was, and begins anew where that is not known', async () => {
    const first = await postPayment(0n);
    const before = await open(new InlineThread(), { dataDirectory: directory });
    await deriveOnce(before);
    await idle(before);
    await before.prover.checkpoint();
    await before.close();
    const second = await postPayment(1n);
    const thread = new InlineThread();
    const again = await open(thread, { dataDirectory: directory });
    await again.prover.resume();
    await deriveOnce(again);
    expect(await idle(again)).toMatchObject({ item: 2n, itemHash: second.item.accumulator });
    expect(thread.seen.filter(({ type }) => type === 'check')).toHaveLength(1);
    await again.close();
    expect(JSON.parse(await readFile(join(directory, 'checked.json'), 'utf8'))).toMatchObject({ item: '2' });

    await writeFile(join(directory, 'checked.json'), '{"item":"1","it');
    const anew = new InlineThread();
    const third = await open(anew, { dataDirectory: directory });
    await third.prover.resume();
    await deriveOnce(third);
    expect(await idle(third)).toMatchObject({ item: 2n });
    expect(anew.seen.filter(({ type }) => type === 'check')).toHaveLength(2);
    expect(first.block.sealed.number).toBe(1n);
  });
});

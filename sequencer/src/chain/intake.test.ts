import { describe, expect, it } from '@jest/globals';
import { frameEthereum } from '@metachain/program';
import { unpackWires, packWires } from '../engine/packed-batch.js';
import type { Outcome } from '../engine/engine-core.js';
import { RejectedTransaction } from './chain.types.js';
import { Intake, type IntakeStations } from './intake.js';

const limits = { transactions: 10, bytes: 40_000, chunk: 3 };
const raw = (value: number, length = 10): Uint8Array => new Uint8Array(length).fill(value).fill(0x90, 0, 1);
const executed = (index: number): Outcome => ({ status: 'executed', code: 0, hash: '0x', blockNumber: 1n, index });

/** Stations that pass wires through; preparation of batch n takes `delays[n]` milliseconds. */
function stations(delays: number[] = []): IntakeStations & { order: number[][]; prepared: number } {
  const result = {
    order: [] as number[][],
    prepared: 0,
    prepare: async (wires: readonly Uint8Array[]) => {
      await new Promise((resolve) => setTimeout(resolve, delays[result.prepared++] ?? 0));
      return packWires(wires);
    },
    execute: async (batch: ArrayBuffer) => {
      const values = unpackWires(batch).map((wire) => wire[1]!);
      result.order.push(values);
      return values.map(executed);
    },
  };
  return result;
}

describe('Intake', () => {
  it('gathers what comes together and keeps its order through slow preparation', async () => {
    const parts = stations([20, 5, 0]);
    const intake = new Intake(parts, limits);
    const outcomes = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((value) => intake.submit(raw(value))));
    expect(parts.order).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    expect(outcomes.map((outcome) => (outcome as { index: number }).index)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(intake.load).toBe(0);
  });

  it('refuses with -32005 before more is on its way than allowed', async () => {
    const intake = new Intake(stations(), limits);
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, value) => intake.submit(raw(value))));
    expect(outcomes.slice(10)).toMatchObject([{ code: -32_005 }, { code: -32_005 }]);
    expect(await intake.submit(raw(1))).toMatchObject({ status: 'executed' });
    const heavy = new Intake(stations(), { ...limits, bytes: 15 });
    expect(await Promise.all([heavy.submit(raw(1)), heavy.submit(raw(2))])).toMatchObject([
      { status: 'executed' },
      { code: -32_005 },
    ]);
    expect(await new Intake(stations(), limits, () => true).submit(raw(1))).toMatchObject({ code: -32_005 });
  });

  it('refuses what no rule needs to see, in the usual words', async () => {
    const intake = new Intake(stations(), limits);
    const bad = [
      new Uint8Array(0),
      new Uint8Array(16_385).fill(0x80),
      ...[[3, 1], [4, 1], [0x7e, 1], [0x7f]].map((raw) => frameEthereum(Uint8Array.from(raw))),
    ];
    const messages = await Promise.all(
      bad.map(async (bytes) => ((await intake.submit(bytes)) as RejectedTransaction).message),
    );
    expect(messages).toEqual([
      'typed transaction too short',
      'oversized data',
      ...Array<string>(4).fill('transaction type not supported'),
    ]);
  });

  it('answers with a refusal when a station fails, and works on after it', async () => {
    const parts = stations();
    const intake = new Intake(
      {
        ...parts,
        prepare: (wires) => (wires.length === 1 ? Promise.reject(new Error('worker ended')) : parts.prepare(wires)),
      },
      limits,
    );
    expect(await intake.submit(raw(1))).toMatchObject({ message: expect.stringContaining('worker ended') });
    expect(await Promise.all([intake.submit(raw(1)), intake.submit(raw(2))])).toMatchObject([
      { status: 'executed' },
      { status: 'executed' },
    ]);
  });

  it('holds, releases and closes for good', async () => {
    const intake = new Intake(stations(), limits);
    intake.hold('it is catching up with L1');
    expect(await intake.submit(raw(1))).toMatchObject({ message: expect.stringContaining('catching up') });
    intake.release();
    expect(await intake.submit(raw(1))).toMatchObject({ status: 'executed' });
    const last = intake.submit(raw(2));
    intake.close('the node is stopping');
    await intake.drained();
    expect(await last).toMatchObject({ status: 'executed' });
    intake.release();
    expect(await intake.submit(raw(3))).toMatchObject({ message: expect.stringContaining('stopping') });
  });
});

import { describe, expect, it } from '@jest/globals';
import { ecrecover, encodeContext, type ProgramReceipt, StateStore } from '@metachain/program';
import { TableState } from './host-state.js';
import { lower } from './lowering/lower.js';
import { ZERO_WORD } from './merkle/hash.js';
import { ProgramBuffer, SteppedProgram } from './stepped-program.js';
import { ALL_OPERATIONS, systemCalls } from './testing/operations.js';
import { accounts, program, RealChain } from './testing/real-chain.js';
import { UnitHost } from './unit-host.js';

const lowered = lower(program.wasm);
const [producer, alice, bob] = accounts;

/** Applies the same entries in V8 and in the stepper; the step counts beside the receipts. */
class WeighedChain {
  readonly chain = new RealChain();
  private readonly stepped: SteppedProgram;

  constructor() {
    const { contents } = this.chain.genesis;
    const store = new StateStore(contents.length / 64);
    store.load(contents);
    const cryptography = { recover: ecrecover, verifyAggregate: () => false };
    const position = [Buffer.from(this.chain.genesis.hash.slice(2), 'hex'), ZERO_WORD, ZERO_WORD, ZERO_WORD];
    const read = (index: bigint): Uint8Array | undefined => (index < 4n ? position[Number(index)] : undefined);
    this.stepped = new SteppedProgram(lowered, new UnitHost(new TableState(store), read, cryptography));
  }

  /** One block; for each included entry its receipt and the steps that `apply` took. */
  block(entries: readonly Uint8Array[]): { receipt: ProgramReceipt; steps: bigint }[] {
    const { chain, stepped } = this;
    chain.time += 5n;
    const context = { timestamp: chain.time, delayed: 0n, priceItem: 0n, producer: producer?.address ?? '0x' };
    chain.builder.begin(context);
    stepped.write(ProgramBuffer.context, encodeContext(context));
    expect(stepped.call('begin')).toMatchObject({ result: 0n, trap: undefined });
    const steps = entries.flatMap((entry) => {
      const v8 = chain.builder.apply(entry);
      const call = stepped.callWith('apply', entry);
      expect(call.trap).toBeUndefined();
      expect(Number(call.result & 0xffffn)).toBe(v8.code);
      return v8.status === 'skipped' ? [] : [call.steps];
    });
    const { receipts } = chain.builder.end();
    stepped.call('end');
    return receipts.map((receipt, index) => ({ receipt, steps: steps[index] ?? 0n }));
  }
}

describe('step weights', () => {
  it('are not below the measured steps of packed operations', async () => {
    const weighed = new WeighedChain();
    const rows = [];
    for (const [index, [name, operations]] of ALL_OPERATIONS.entries()) {
      const fields = { sequence: BigInt(index), maxFee: 15n * 10n ** 15n };
      const [row] = weighed.block([await weighed.chain.packed(alice, operations, fields)]);
      rows.push([
        name,
        Number(row?.steps),
        Number((row?.receipt.gasUsed ?? 0n) - (row?.receipt.l1Gas ?? 0n)),
        row?.receipt.code,
      ]);
    }
    for (const [name, steps, weight] of rows) expect([name, Number(weight) >= Number(steps)]).toEqual([name, true]);
  });

  it('are not below the measured steps of calls', async () => {
    const weighed = new WeighedChain();
    const calls = systemCalls(bob?.address ?? '0x', weighed.chain.time + 100_000n);
    const rows = [];
    for (const [nonce, { name, to, value, data }] of calls.entries()) {
      const [row] = weighed.block([await weighed.chain.ethereum(bob, { to, value, data, nonce })]);
      rows.push([
        name,
        Number(row?.steps),
        Number((row?.receipt.gasUsed ?? 0n) - (row?.receipt.l1Gas ?? 0n)),
        row?.receipt.code,
      ]);
    }
    for (const [name, steps, weight] of rows) expect([name, Number(weight) >= Number(steps)]).toEqual([name, true]);
  });
});

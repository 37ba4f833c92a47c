import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { rollupAbi } from '@metachain/contracts';
import { tokenAddress } from '@metachain/program';
import { encodeFunctionData } from 'viem';

import { ProverMetrics } from '../metrics/metrics.js';
import { assembleOn } from '../testing/assemble-on.js';
import { TestRollup, users } from '../testing/test-rollup.js';
import type { AssembledProver } from './assemble.js';
import { follow } from './follow.js';
import type { ProverLog } from './prover-log.js';

jest.setTimeout(120_000);

const [alice, bob] = users as [(typeof users)[0], (typeof users)[0]];

let rollup: TestRollup;
beforeEach(async () => {
  rollup = await TestRollup.start();
}, 60_000);
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await rollup.anvil.stop();
});

const pay = (sequence: bigint) =>
  rollup.packed(alice, sequence, [{ type: 'Transfer', token: tokenAddress(1), to: bob.address, amount: 5n }]);

const reorg = (depth: number) => rollup.client.request({ method: 'anvil_reorg', params: [depth, []] } as never);

/** A prover that runs beside the test, and the names of the events it logs. */
async function running(confirmations = 0) {
  const events: unknown[] = [];
  const note = (fields: object) => void events.push((fields as { event: unknown }).event);
  const log: ProverLog = { info: note, warn: note, error: note, fatal: note };
  const config = rollup.config();
  const metrics = new ProverMetrics('test', false);
  const assembled = await assembleOn(rollup, {
    config: { ...config, l1: { ...config.l1, confirmations } },
    metrics,
    log,
  });
  const end = new AbortController();
  const start = () => follow({ ...assembled, metrics, log, retryMilliseconds: 20 }, end.signal);
  let done: Promise<void> | undefined;
  const until = async (holds: (status: ReturnType<AssembledProver['prover']['status']>) => boolean) => {
    done ??= start();
    for (const limit = Date.now() + 60_000; !holds(assembled.prover.status()) && Date.now() < limit;)
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))]);
    expect(holds(assembled.prover.status())).toBe(true);
  };
  stops.push(async () => {
    end.abort();
    await done;
    await assembled.close();
  });
  return { assembled, events, until };
}

describe('a reorg while a block of L1 is judged', () => {
  const count = encodeFunctionData({ abi: rollupAbi, functionName: 'assertionCount' });

  // https://github.com/ethereum-optimism/optimism/pull/3185: what the reorg took is asked for once more and then given up, not for ever.
  it.each([
    ['the payload of a batch', (method: string) => method === 'eth_getTransactionByHash'],
    ['the assertions', (_: string, params: string) => params.includes(count)],
  ] as const)('is no endless wait for %s that it took away', async (_name, isAsked) => {
    const first = await rollup.build([await pay(0n)]);
    await rollup.post([first.bytes]);
    const { assembled, events, until } = await running();
    await until(({ ready, boundary }) => ready && boundary.item === 1n);
    let reorgs = 0;
    let release = () => {};
    const posted = new Promise<void>((resolve) => (release = resolve));
    const { source } = assembled;
    const before = async (method: string, params: unknown) => {
      if (isAsked(method, JSON.stringify(params)) && reorgs++ === 0) await posted.then(() => reorg(1));
    };
    const [request, agreed] = [source.request.bind(source), source.agreed.bind(source)];
    source.request = ((method: string, params?: unknown) =>
      before(method, params).then(() => request(method, params))) as typeof source.request;
    source.agreed = (method, params, read) => before(method, params).then(() => agreed(method, params, read));
    const second = await rollup.build([await pay(1n)]);
    await rollup.post([second.bytes]);
    release();
    await until(() => events.includes('l1_reorg'));
    expect(events.filter((event) => event === 'derivation_failed').length).toBeLessThanOrEqual(2);
    expect(assembled.prover.status().boundary).toMatchObject({ item: 1n, stateRoot: first.sealed.stateRoot });
    await rollup.post([second.bytes]);
    await until(({ ready, boundary }) => ready && boundary.item === 2n);
    expect(assembled.prover.status().boundary.stateRoot).toBe(second.sealed.stateRoot);
  });
});

describe('a reorg less deep than the confirmations of one node and deeper than those of another', () => {
  // https://github.com/ethereum-optimism/optimism/pull/4930
  it('is undone by the one, never seen by the other, and both derive the same', async () => {
    const first = await rollup.build([await pay(0n)]);
    await rollup.post([first.bytes]);
    await rollup.client.mine({ blocks: 3 });
    const [hasty, patient] = [await running(0), await running(3)];
    const second = await rollup.build([await pay(1n)]);
    const posted = await rollup.post([second.bytes]);
    await hasty.until(({ boundary }) => boundary.item === 2n);
    await patient.until(({ boundary }) => boundary.item === 1n);
    const { input } = await rollup.client.getTransaction({ hash: posted.l1.transactionHash });
    await reorg(2);
    await hasty.until(({ boundary }) => boundary.item === 1n);
    // The batch names the L1 block it was made on: on another branch it reverts, and nobody can bring it in.
    const { inbox } = rollup.deployment.addresses;
    await expect(rollup.send(alice, inbox, input)).rejects.toThrow('reverted');
    await rollup.post([second.bytes]);
    await rollup.client.mine({ blocks: 3 });
    const settled = ({ assembled }: typeof hasty) => assembled.prover.status().boundary;
    for (const prover of [hasty, patient]) await prover.until(({ boundary }) => boundary.item === 2n);
    expect(settled(hasty)).toEqual(settled(patient));
    expect(settled(patient).stateRoot).toBe(second.sealed.stateRoot);
    expect(hasty.events).toContain('l1_reorg');
    expect(patient.events).not.toContain('l1_reorg');
  });
});

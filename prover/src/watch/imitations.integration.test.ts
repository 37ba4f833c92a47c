import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import { emptyHandedCode, imitationCall, imitationCode } from '@metachain/bridge/testing';
import { encodeFunctionData, type Hex } from 'viem';

import { ProverMetrics } from '../metrics/metrics.js';
import { assembleOn } from '../testing/assemble-on.js';
import { ETHER, TestRollup, users } from '../testing/test-rollup.js';
import { deriveOnce } from './follow.js';

jest.setTimeout(60_000);

const [alice] = users as [(typeof users)[0]];
const contract: Hex = '0x00000000000000000000000000000000000000c0';

let rollup: TestRollup;
beforeEach(async () => {
  rollup = await TestRollup.start();
}, 60_000);
afterEach(() => rollup.anvil.stop());

const derive = async () => {
  const metrics = new ProverMetrics('test', false);
  const assembled = await assembleOn(rollup, { metrics });
  await deriveOnce(assembled);
  return { ...assembled.prover.status(), shown: await metrics.registry.metrics() };
};

it('derives nothing from a look-alike contract that emits the events of inbox, portal and rollup', async () => {
  await rollup.deposit(alice, 2n * ETHER);
  const { bytes } = await rollup.build([], { delayed: 1n });
  await rollup.post([bytes]);
  await rollup.assertState();
  const before = await derive();
  const fromBlock = rollup.deployment.l1BlockNumber;
  const { inbox, portal, rollup: assertions } = rollup.deployment.addresses;
  const logs = await rollup.client.getLogs({ address: [inbox, portal, assertions], fromBlock: fromBlock + 1n });
  // The deposit twice (inbox and portal), the item, the assertion.
  expect(logs.length).toBeGreaterThanOrEqual(4);
  for (const log of logs) {
    await rollup.client.setCode({ address: contract, bytecode: imitationCode(log.topics.length) });
    await rollup.send(alice, contract, imitationCall(log));
  }
  const after = await derive();
  expect(after.boundary).toEqual(before.boundary);
  expect(after.assertions).toEqual(before.assertions);
  expect([after.items, after.messages, after.ready]).toEqual([before.items, before.messages, true]);
});

it('credits nobody for a deposit that a contract made without passing the ether on', async () => {
  const { portal } = rollup.deployment.addresses;
  await rollup.client.setCode({ address: contract, bytecode: emptyHandedCode(portal) });
  const before = (await derive()).boundary;
  const args = [alice.address, 9n * ETHER, 200_000n, false, '0x'] as const;
  const call = encodeFunctionData({ abi: optimismPortalAbi, functionName: 'depositTransaction', args });
  await rollup.send(alice, contract, call, 9n * ETHER);
  await rollup.client.increaseTime({ seconds: 3_700 });
  await rollup.appendEmpty();
  const { boundary, shown } = await derive();
  expect(boundary).toMatchObject({ blockNumber: before.blockNumber + 1n, delayedConsumed: 1n, minted: 0n });
  expect(shown).toContain('value_conservation_delta 0');
  expect(shown).toContain('withdrawals_pending_wei 0');
});

import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { L1Source } from '@metachain/bridge';
import { type Relay, type Alteration, startAlteringEndpoint } from '@metachain/bridge/testing';
import { outputRoot, tokenAddress } from '@metachain/program';
import { type Hex, numberToHex } from 'viem';

import { assembleOn, quiet } from '../testing/assemble-on.js';
import { ETHER, TestRollup, users } from '../testing/test-rollup.js';
import { AssertionReader } from './assertions.js';
import { deriveOnce } from './follow.js';
import type { ProverLog } from './prover-log.js';

jest.setTimeout(60_000);

const [alice, bob] = users as [(typeof users)[0], (typeof users)[0]];
const FALSE_ROOT: Hex = `0x${'11'.repeat(32)}`;

let rollup: TestRollup;
let liar: Relay;
let alter: Alteration;
beforeEach(async () => {
  rollup = await TestRollup.start();
  alter = (_, result) => result;
  liar = await startAlteringEndpoint(rollup.anvil.url, (method, result) => alter(method, result));
}, 60_000);
afterEach(async () => {
  await liar.stop();
  await rollup.anvil.stop();
});

/** A prover that asks the liar first, and two honest endpoints beside it. */
const derive = async () => {
  const fatal = jest.fn<ProverLog['fatal']>();
  const config = rollup.config({ keepGoing: true }, liar.url);
  const urls = [liar.url, rollup.anvil.url, rollup.anvil.url];
  const assembled = await assembleOn(rollup, {
    config: { ...config, l1: { ...config.l1, urls } },
    log: { ...quiet, fatal },
  });
  await deriveOnce(assembled);
  return { ...assembled.prover.status(), alarms: fatal.mock.calls.map(([fields]) => fields) };
};

/** Posts a block and asserts a state root after it; answers the true one. */
const assertRoot = async (stateRoot?: Hex) => {
  const operation = { type: 'Transfer', token: tokenAddress(1), to: bob.address, amount: 5n } as const;
  const { bytes, sealed } = await rollup.build([await rollup.packed(alice, 0n, [operation])]);
  await rollup.post([bytes]);
  await rollup.assertState(stateRoot === undefined ? {} : { stateRoot });
  return sealed;
};

/** What a log says of one state root and its output, it says of another. */
const replaced =
  (from: Hex, to: Hex, header: Hex): Alteration =>
  (method, result) => {
    if (method !== 'eth_getLogs') return result;
    const pairs = [
      [from, to],
      [outputRoot(from, header), outputRoot(to, header)],
    ];
    return JSON.parse(
      pairs.reduce((text, [old, fresh]) => text.replaceAll(old!.slice(2), fresh!.slice(2)), JSON.stringify(result)),
    );
  };

it('catches a wrong assertion that the endpoint asked first shows as a right one', async () => {
  const { stateRoot, hash } = await assertRoot(FALSE_ROOT);
  alter = replaced(FALSE_ROOT, stateRoot, hash);
  expect((await derive()).assertions).toMatchObject({ compared: 2, wrong: [{ id: 1n }] });
});

it('raises no alarm about a right assertion that the endpoint asked first shows as a wrong one', async () => {
  const { stateRoot, hash } = await assertRoot();
  alter = replaced(stateRoot, FALSE_ROOT, hash);
  const { assertions, alarms, ready } = await derive();
  expect([assertions, alarms, ready]).toEqual([{ seen: 2, compared: 2, wrong: [] }, [], true]);
});

// anvil answers so between the execution of a block and its announcement.
it('asks an endpoint alone again that counts assertions once as after the next block', async () => {
  await assertRoot();
  const source = new L1Source({ urls: [liar.url], retries: 0 });
  const reader = new AssertionReader(source, rollup.deployment.addresses.rollup);
  let early = 0;
  alter = (method, result) => (method === 'eth_call' && early++ === 0 ? numberToHex(3n, { size: 32 }) : result);
  const { number, hash } = await rollup.client.getBlock();
  expect(await reader.read(0n, number!, hash!)).toHaveLength(2);
  expect(early).toBe(2);
});

it('neither raises nor misses the alarm about the escrow on the word of one endpoint', async () => {
  await rollup.deposit(alice, 2n * ETHER);
  alter = (method, result) => (method === 'eth_getBalance' ? '0x1' : result);
  expect((await derive()).alarms).toEqual([]);
  await rollup.client.setBalance({ address: rollup.deployment.addresses.portal, value: ETHER });
  await rollup.client.mine({ blocks: 1 });
  alter = (method, result) => (method === 'eth_getBalance' ? '0xffffffffffffffff' : result);
  expect((await derive()).alarms).toMatchObject([{ event: 'escrow_broken', pending: -ETHER }]);
});

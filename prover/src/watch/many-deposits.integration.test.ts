import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import { encodeFunctionData, numberToHex, type Hash } from 'viem';

import { assembleOn } from '../testing/assemble-on.js';
import { TestRollup, users } from '../testing/test-rollup.js';
import { deriveOnce } from './follow.js';

/** More in a run of its own: DEPOSITS=10000. */
const DEPOSITS = Number(process.env['DEPOSITS'] ?? 1_000);
/** As many as somebody tries to put into each L1 block, and as many as the portal lets in (docs/spec/l1.md, "Deposit limits"). */
const [TRIED, ALLOWED] = [300, 256];
/** Overdue messages of one L2 block (docs/spec/batch.md, "One unit"). */
const PER_BLOCK = 64;
const WEI = 1_000n;

jest.setTimeout(60_000 + 60 * DEPOSITS);

const [sender, receiver] = users as [(typeof users)[0], (typeof users)[0]];

let rollup: TestRollup;
beforeAll(async () => {
  rollup = await TestRollup.start();
}, 60_000);
afterAll(() => rollup.anvil.stop());

/** Sends a stretch of deposits in one request; the sender is an account that the L1 node holds the key of. */
async function sendDeposits(count: number): Promise<Hash[]> {
  const nonce = await rollup.client.getTransactionCount({ address: sender.address });
  const data = encodeFunctionData({
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [receiver.address, WEI, 21_000n, false, '0x'],
  });
  const call = { from: sender.address, to: rollup.deployment.addresses.portal, data, value: numberToHex(WEI) };
  const requests = Array.from({ length: count }, (_, id) => {
    const params = [{ ...call, gas: numberToHex(200_000), nonce: numberToHex(nonce + id) }];
    return { jsonrpc: '2.0', id, method: 'eth_sendTransaction', params };
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(rollup.anvil.url, { method: 'POST', headers, body: JSON.stringify(requests) });
  return ((await answer.json()) as { result: Hash }[]).map(({ result }) => result);
}

/** Fills L1 blocks, which have room enough for the portal's own limit to decide, until `DEPOSITS` were let in. Returns how many each block took. */
async function fill(): Promise<number[]> {
  await rollup.client.request({ method: 'evm_setBlockGasLimit', params: [numberToHex(200_000_000)] } as never);
  await rollup.client.setAutomine(false);
  const taken: number[] = [];
  for (let left = DEPOSITS; left > 0; left -= taken.at(-1)!) {
    await sendDeposits(left > ALLOWED ? TRIED : left);
    await rollup.client.mine({ blocks: 1 });
    const { number } = await rollup.client.getBlock();
    const address = rollup.deployment.addresses.portal;
    const logs = await rollup.client.getLogs({ address, fromBlock: number!, toBlock: number! });
    taken.push(logs.length);
  }
  await rollup.client.setAutomine(true);
  return taken;
}

/** A node that knows nothing but L1 and reads it in stretches of this many blocks. */
async function derive(maxRange: number) {
  const config = rollup.config();
  const started = performance.now();
  const blocks: bigint[] = [];
  const assembled = await assembleOn(rollup, {
    config: { ...config, l1: { ...config.l1, maxRange } },
    onBlock: ({ number }) => void blocks.push(number),
  });
  await deriveOnce(assembled);
  const { boundary } = assembled.prover.status();
  await assembled.close();
  return { boundary, blocks: blocks.length, seconds: (performance.now() - started) / 1_000 };
}

it(`derives ${DEPOSITS} deposits, as many as L1 lets in, in bounded time and alike on all nodes`, async () => {
  const taken = await fill();
  expect(taken).toHaveLength(Math.ceil(DEPOSITS / ALLOWED));
  expect(Math.max(...taken)).toBe(Math.min(ALLOWED, DEPOSITS));
  await rollup.client.increaseTime({ seconds: 3_700 });
  // Finalized blocks are read in stretches, newer ones one by one.
  await rollup.client.mine({ blocks: 70 });
  await rollup.appendEmpty();
  const nodes = [await derive(2_000), await derive(3)];
  for (const { boundary, blocks, seconds } of nodes) {
    expect(boundary).toEqual(nodes[0]!.boundary);
    expect(blocks).toBe(Math.ceil(DEPOSITS / PER_BLOCK));
    // Ten times what a busy machine takes: so much that only work which grows faster than the deposits gets there.
    expect(seconds).toBeLessThan(20 + DEPOSITS * 0.02);
  }
  expect(nodes[0]!.boundary).toMatchObject({
    delayedConsumed: BigInt(DEPOSITS),
    minted: BigInt(DEPOSITS) * WEI,
    blockNumber: BigInt(Math.ceil(DEPOSITS / PER_BLOCK)),
  });
  if (process.env['DEPOSITS'] !== undefined)
    console.info(
      `${DEPOSITS} deposits in ${taken.length} L1 blocks; derived in ${nodes.map(({ seconds }) => seconds.toFixed(1)).join(' s and ')} s`,
    );
});

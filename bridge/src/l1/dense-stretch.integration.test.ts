import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import { encodeFunctionData, numberToHex } from 'viem';

import { anvilClient, startL1, testAccount, type DeployedL1 } from '../testing/index.js';
import { fetchLogs } from './logs.js';
import { MetachainInbox } from './metachain-inbox.js';
import { L1Source } from './source.js';
import { L1Watcher } from './watcher.js';

/** With DEPOSITS=2000 more than the default limit of an answer: 42 MB. */
const DEPOSITS = Number(process.env['DEPOSITS'] ?? 60);
/** Largest data of a deposit, and what its two logs take in an answer, in bytes; rounded up. */
const [DATA_BYTES, LOG_BYTES] = [4_096, 22_000];
/** Deposits that an answer may hold here. */
const PER_ANSWER = DEPOSITS === 60 ? 9 : (32 * 1024 * 1024) / LOG_BYTES;
/** Blocks until anvil calls one finalized. */
const UNTIL_FINALIZED = 70;

jest.setTimeout(60_000 + 100 * DEPOSITS);

let l1: DeployedL1;
let client: ReturnType<typeof anvilClient>;
let source: L1Source;

beforeAll(async () => {
  l1 = await startL1();
  client = anvilClient(l1.anvil.url);
  source = new L1Source({ urls: [l1.anvil.url], retries: 0, maxResponseBytes: Math.floor(PER_ANSWER * LOG_BYTES) });
}, 60_000);
afterAll(() => l1.anvil.stop());

/** Sends the deposits, each into a block of its own. */
async function depositAll(): Promise<void> {
  const data = encodeFunctionData({
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [testAccount(2).address, 0n, 200_000n, false, `0x${'00'.repeat(DATA_BYTES)}`],
  });
  const call = { from: testAccount(1).address, to: l1.deployment.addresses.portal, data, gas: numberToHex(500_000) };
  for (let sent = 0; sent < DEPOSITS; sent++)
    await client.request({ method: 'eth_sendTransaction', params: [call] } as never);
}

it('a stretch of L1 with more logs than an answer may hold is read to its end, an answer at a time', async () => {
  await depositAll();
  await client.mine({ blocks: UNTIL_FINALIZED });
  const contract = new MetachainInbox(source, l1.deployment.addresses);
  const watcher = new L1Watcher({ source, contract, fromBlock: l1.deployment.l1BlockNumber });
  const parts: number[] = [];
  for (let events = await watcher.step(); events.length > 0; events = await watcher.step())
    parts.push(events.filter(({ type }) => type === 'message').length);
  expect(watcher.messages.map(({ index }) => Number(index))).toEqual(Array.from({ length: DEPOSITS }, (_, i) => i));
  expect(Math.max(...parts)).toBeLessThanOrEqual(PER_ANSWER);
  expect(Math.max(...parts)).toBeGreaterThan(1);

  const { addresses, topics } = contract;
  const range = { fromBlock: l1.deployment.l1BlockNumber, toBlock: watcher.heads.latest };
  const logs = await fetchLogs(source, { addresses, topics, ...range, agreed: true });
  expect(logs).toHaveLength(2 * DEPOSITS);
});

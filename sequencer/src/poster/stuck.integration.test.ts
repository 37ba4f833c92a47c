import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, http, parseEther, parseGwei } from 'viem';
import { foundry } from 'viem/chains';
import { developer, type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { allocation, send as sendWei } from '../testing/l2-user.js';

/** The account with which the devnet's node posts. */
const POSTER = developer(7).address;
const MAX_FEE_GWEI = 20;
const HOUR = 3_600;

let devnet: Devnet;
let node: NodeProcess;

interface Health {
  readonly status: string;
  readonly head: string;
  readonly safe: string;
  readonly dependencies: { readonly poster: { readonly ok: boolean; readonly detail: string } };
}
const health = async () => (await (await fetch(`${node.url}/readyz`)).json()) as Health;
const metric = async (name: string) =>
  Number(
    new RegExp(`^metachain_sequencer_${name} (.*)$`, 'm').exec(await (await fetch(`${node.url}/metrics`)).text())?.[1],
  );
const send = () => sendWei(node);
const l1 = () => createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
const allSafe = async () => {
  const { head, safe } = await health();
  return head === safe;
};
const eventsOf = (name: string) => node.log.filter((line) => line['event'] === name);

beforeAll(async () => {
  const settings = { poster: { resubmitSeconds: 1, maxFeeGwei: MAX_FEE_GWEI }, proposer: { enabled: false } };
  devnet = await startDevnet(settings, [allocation]);
  node = await startNode(devnet.configFile);
  await node.ready();
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

describe('a poster without money', () => {
  it('is noticed while the node is idle', async () => {
    await node.until('the balance', async () => (await metric('poster_balance_ether')) > 1_000);
    expect(await metric('poster_balance_low')).toBe(0);
    await l1().setBalance({ address: POSTER, value: 0n });
    await node.until('the alarm', async () => (await metric('poster_balance_low')) === 1);
    expect(await metric('poster_balance_ether')).toBe(0);
    expect(await metric('poster_balance_threshold_ether')).toBe(0.1);
    expect(eventsOf('poster_funds_low')).toEqual([expect.objectContaining({ balanceWei: '0', address: POSTER })]);
    expect((await health()).dependencies.poster.detail).toContain('balance of 0 ether is LOW, it should be 0.1');
  }, 120_000);

  it('goes on acknowledging, says what is missing, and posts once it is funded', async () => {
    await send();
    const { reason } = await node.event('poster_cannot_pay');
    expect(reason).toMatch(new RegExp(`^the poster ${POSTER} holds 0 ether on L1, .*: send it ether$`));
    await send();
    expect(await allSafe()).toBe(false);
    expect((await health()).status).toBe('ready');
    expect(await metric('publishing_errors_total{kind="batch"}')).toBeGreaterThan(0);
    expect(eventsOf('l1_transaction_sent')).toEqual([]);
    await l1().setBalance({ address: POSTER, value: parseEther('3') });
    await node.until('the batch', allSafe);
    await node.until('the end of the alarm', async () => (await metric('poster_balance_low')) === 0);
    await node.until('the spend', async () => (await metric('poster_spend_ether_per_day')) > 0);
  }, 120_000);
});

describe('a poster that waits for lower fees', () => {
  const expensive = () => l1().setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('1') * 100n });
  const pass = async (seconds: number) => {
    await expensive();
    await l1().increaseTime({ seconds });
    await l1().mine({ blocks: 1 });
    await expensive();
  };

  it('warns at half of the window, is not ready at four fifths, and recovers', async () => {
    await pass(1);
    await send();
    await node.until('the attempt', async () => eventsOf('l1_send_failed').length > 0);
    await pass(13 * HOUR);
    await node.until('the warning', async () => (await metric('sequencing_window_used_ratio')) > 0.5);
    await node.event('sequencing_window');
    expect(eventsOf('sequencing_window')).toEqual([expect.objectContaining({ level: 'warning', usedPercent: 54 })]);
    expect((await health()).dependencies.poster).toMatchObject({
      ok: true,
      detail: expect.stringContaining('54 % of the sequencing window used (warning)'),
    });
    await pass(7 * HOUR);
    await node.until('the alarm', async () => (await health()).status === 'unavailable');
    expect((await health()).dependencies.poster).toMatchObject({
      ok: false,
      detail: expect.stringContaining('83 % of the sequencing window used (alarm)'),
    });
    await node.until('the line', async () => eventsOf('sequencing_window').length === 2);
    expect(eventsOf('sequencing_window')[1]).toMatchObject({ level: 'alarm' });
    await send();
    await l1().setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei('1') });
    await l1().mine({ blocks: 1 });
    await node.until('the batches', allSafe);
    await node.ready();
    await node.until('the metric', async () => (await metric('sequencing_window_used_ratio')) === 0);
  }, 180_000);
});

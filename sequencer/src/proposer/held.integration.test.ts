import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inboxAbi, rollupAbi } from '@metachain/contracts';
import { createWalletClient, defineChain, http, parseEther, parseGwei, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CHAIN_ID, type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';

const user = privateKeyToAccount(`0x${'53'.repeat(32)}`);
const zero = `0x${'00'.repeat(32)}`;

let devnet: Devnet;
let node: NodeProcess;
let checker: Server;
/** What the prover's status says of the cross-check. */
let crossCheck: object | undefined;

interface Health {
  readonly status: string;
  readonly safe: string;
  readonly dependencies: { readonly proposer: { readonly ok: boolean; readonly detail: string } };
}
const health = async () => (await (await fetch(`${node.url}/readyz`)).json()) as Health;
const metric = async (name: string) =>
  Number(
    new RegExp(`^metachain_sequencer_${name} (.*)$`, 'm').exec(await (await fetch(`${node.url}/metrics`)).text())?.[1],
  );
const block = (number: number) =>
  node.call<{ hash: string; stateRoot: string }>('eth_getBlockByNumber', `0x${number.toString(16)}`, false);
const assertions = () =>
  devnet.l1.readContract({
    address: devnet.deployment.addresses.rollup,
    abi: rollupAbi,
    functionName: 'assertionCount',
  });

beforeAll(async () => {
  checker = createServer((_, response) => response.end(JSON.stringify({ crossCheck }))).listen(0, '127.0.0.1');
  await new Promise((resolve) => checker.once('listening', resolve));
  const url = `http://127.0.0.1:${(checker.address() as AddressInfo).port}`;
  const allocation = { token: 0, account: user.address, amount: parseEther('10').toString() };
  devnet = await startDevnet({ proposer: { checker: url } }, [allocation]);
  node = await startNode(devnet.configFile);
  await node.ready();
  const chain = defineChain({
    id: CHAIN_ID,
    name: 'L2',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  });
  const wallet = createWalletClient({ account: user, chain, transport: http(node.url) });
  await wallet.sendTransaction({ to: zeroAddress, value: 1n, maxFeePerGas: parseGwei('1') });
  await node.until('the batch on L1', async () => (await health()).safe === '1');
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
  checker.close();
});

it('waits for a prover that has not checked yet, and says for how long', async () => {
  await node.until('held', async () => (await metric('assertion_held_seconds')) > 1);
  expect(await assertions()).toBe(1n);
  expect((await health()).dependencies.proposer).toEqual({ ok: true, detail: expect.stringContaining('no stepper') });
  expect((await health()).dependencies.proposer.detail).toContain('defender: NONE');
  await node.event('no_defender');
}, 120_000);

it('never asserts where V8 and the stepper disagree, and raises the alarm', async () => {
  const { hash, stateRoot } = await block(0);
  const before = { item: '0', itemHash: zero, stateRoot, headerHash: hash, pending: 0 };
  crossCheck = { ...before, mismatch: { item: '0', offset: 0, difference: 'state root: a in the stepper, b in V8' } };
  await node.until('the alarm', async () => (await metric('assertion_checker_disagreement')) === 1);
  await node.event('assertion_check_failed');
  expect(await health()).toMatchObject({ status: 'unavailable', dependencies: { proposer: { ok: false } } });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await assertions()).toBe(1n);
}, 120_000);

it('asserts once the prover has passed the item with the same state', async () => {
  const { hash, stateRoot } = await block(1);
  const [item] = await devnet.l1.getContractEvents({
    address: devnet.deployment.addresses.inbox,
    abi: inboxAbi,
    eventName: 'ItemAppended',
    fromBlock: devnet.deployment.l1BlockNumber,
    strict: true,
  });
  const { itemHash } = item!.args;
  crossCheck = { item: '1', itemHash, stateRoot, headerHash: hash, pending: 0 };
  await node.until('the assertion', async () => (await assertions()) === 2n);
  await node.until('no alarm', async () => (await metric('assertion_checker_disagreement')) === 0);
}, 120_000);

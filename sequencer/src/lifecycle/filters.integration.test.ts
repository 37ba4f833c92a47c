import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { systemAddresses } from '@metachain/program';
import { Contract, FetchRequest, JsonRpcProvider } from 'ethers';
import pRetry from 'p-retry';
import { type Hex, parseAbi } from 'viem';
import { type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { allocation, l2, sendWithEvent } from '../testing/l2-user.js';

const event = 'event Transfer(address indexed from, address indexed to, uint256 value)';
const POLL_MILLISECONDS = 100;

let devnet: Devnet;
let node: NodeProcess;
let ethers: JsonRpcProvider | undefined;
let stopViem: (() => void) | undefined;

/** Clients come back to the same URL. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  const settings = { http: { port: await freePort() }, poster: { enabled: false }, proposer: { enabled: false } };
  devnet = await startDevnet(settings, [allocation]);
  node = await startNode(devnet.configFile);
  await node.ready();
}, 300_000);
afterEach(() => {
  stopViem?.();
  ethers?.destroy();
});
afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

/** Transfers as viem sees them, over a filter. */
function watchWithViem(): Hex[] {
  const seen: Hex[] = [];
  stopViem = l2(node).watchContractEvent({
    abi: parseAbi([event]),
    address: systemAddresses.eth,
    pollingInterval: POLL_MILLISECONDS,
    onLogs: (logs) => seen.push(...logs.map(({ transactionHash }) => transactionHash)),
    onError: () => undefined,
  });
  return seen;
}

/** Asks again while no node answers: a poll of ethers rejects where nobody listens. */
function persistently(url: string): FetchRequest {
  const request = new FetchRequest(url);
  const ask = FetchRequest.createGetUrlFunc();
  request.getUrlFunc = (asked, signal) => {
    // Jest's errors are of another realm than those of a socket, which p-retry takes for none.
    const attempt = () =>
      ask(asked, signal).catch((cause: unknown) => Promise.reject(new Error('no answer', { cause })));
    return pRetry(attempt, { retries: 1_000, minTimeout: POLL_MILLISECONDS, factor: 1 });
  };
  return request;
}

/** Transfers as ethers sees them, over `eth_getLogs`. */
async function pollWithEthers(): Promise<Hex[]> {
  const seen: Hex[] = [];
  const options = { polling: true, pollingInterval: POLL_MILLISECONDS };
  ethers = new JsonRpcProvider(persistently(node.url), undefined, options);
  const token = new Contract(systemAddresses.eth, [event], ethers);
  await token.on('Transfer', (...given: unknown[]) => {
    seen.push((given.at(-1) as { log: { transactionHash: Hex } }).log.transactionHash);
  });
  return seen;
}

/** Sends until a client has seen the last one: a filter reports nothing older than itself. Returns what was sent. */
async function sendUntilSeen(client: readonly Hex[]): Promise<Hex[]> {
  const sent: Hex[] = [];
  await node.until('a transfer', async () => {
    sent.push(await sendWithEvent(node));
    return node.until('its event', async () => client.includes(sent.at(-1)!), 2);
  });
  return sent;
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'are unknown after a restart by %s; viem installs them again, and who asks for logs misses nothing',
  async (signal) => {
    const viem = watchWithViem();
    const polled = await pollWithEthers();
    const filter = await node.call('eth_newFilter', {});
    const before = await sendUntilSeen(viem);

    await node.stop(signal);
    node = await startNode(devnet.configFile);
    await node.ready();
    await expect(node.call('eth_getFilterChanges', filter)).rejects.toMatchObject({
      code: -32_000,
      message: 'filter not found',
    });
    const sent = [...before, ...(await sendUntilSeen(viem))];
    stopViem?.();

    await node.until('the poll of ethers', async () => sent.every((hash) => polled.includes(hash)));
    for (const seen of [viem, polled]) expect(new Set(seen).size).toBe(seen.length);
  },
  200_000,
);

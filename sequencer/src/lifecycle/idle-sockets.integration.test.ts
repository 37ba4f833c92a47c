import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';

const onLinux = process.platform === 'linux';
const MOST_SOCKETS = 10_000;
/** Of the files that the system lets a process open; the node calls itself not ready from 85 % on. */
const SHARE_OF_FILES = 0.7;
const SOCKETS_PER_ADDRESS = 500;
const SOCKETS_AT_ONCE = 400;
/** Headers have 10 s, and Node looks every 5 s; the rest is for a slow machine. */
const LONGEST_IDLE = 30_000;
const BYTES_PER_SOCKET = 50_000;
const LONGEST_ANSWER = 2_000;

const files = () => Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
const SOCKETS = onLinux ? Math.min(MOST_SOCKETS, Math.floor(files() * SHARE_OF_FILES)) : 0;

let devnet: Devnet;
let node: NodeProcess;
const open = new Set<Socket>();

beforeAll(async () => {
  const api = { connections: MOST_SOCKETS + 1_000, connectionsPerClient: SOCKETS_PER_ADDRESS, limitLoopback: true };
  devnet = await startDevnet({ api, poster: { enabled: false }, proposer: { enabled: false } });
  node = await startNode(devnet.configFile);
  await node.ready();
}, 300_000);
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

/** Every other one says nothing at all, the rest begin a request and never end it. Each address is a client. */
async function openIdle(index: number): Promise<void> {
  const localAddress = `127.0.1.${1 + Math.floor(index / SOCKETS_PER_ADDRESS)}`;
  const socket = connect({ port: Number(new URL(node.url).port), host: '127.0.0.1', localAddress });
  await once(socket, 'connect');
  open.add(socket);
  socket.on('error', () => undefined).on('close', () => open.delete(socket));
  if (index % 2 === 1) socket.write('POST / HTTP/1.1\r\nHost: x\r\n');
  socket.resume();
}

async function openAll(): Promise<void> {
  for (let first = 0; first < SOCKETS; first += SOCKETS_AT_ONCE) {
    const count = Math.min(SOCKETS_AT_ONCE, SOCKETS - first);
    await Promise.all(Array.from({ length: count }, (_, index) => openIdle(first + index)));
  }
}

async function memory(): Promise<number> {
  const text = await (await fetch(`${node.url}/metrics`)).text();
  return Number(/^metachain_sequencer_process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

(onLinux ? it : it.skip)(
  `answers others while ${SOCKETS} sockets are idle, in bounded memory, and drops the idle ones in time`,
  async () => {
    const before = await memory();
    await openAll();
    // A slow machine may have lost the first ones by the time it opens the last.
    expect(open.size).toBeGreaterThan(SOCKETS * 0.9);
    for (let request = 0; request < 10; request++) {
      const asked = performance.now();
      expect(await node.call('eth_chainId')).toMatch(/^0x/);
      expect(performance.now() - asked).toBeLessThan(LONGEST_ANSWER);
    }
    expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
    expect((await memory()) - before).toBeLessThan(SOCKETS * BYTES_PER_SOCKET);

    await node.until('the end of the idle ones', async () => open.size === 0, LONGEST_IDLE / 1_000);
    expect(await node.call('eth_chainId')).toMatch(/^0x/);
  },
  120_000,
);

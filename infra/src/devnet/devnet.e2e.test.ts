import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort } from '../process/ports.js';
import { DataDirectory } from './data-directory.js';

jest.setTimeout(600_000);

const program = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number>;
}

function run(path: string, args: readonly string[]): Run {
  const child = spawn(process.execPath, [program(path), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (text += part.toString()));
  return { child, output: () => text, exit: once(child, 'exit').then(([code]) => Number(code)) };
}

async function until(what: Run, marker: string): Promise<void> {
  const deadline = Date.now() + 400_000;
  while (!what.output().includes(marker)) {
    if (what.child.exitCode !== null || Date.now() > deadline)
      throw new Error(`"${marker}" did not appear in:\n${what.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

describe('the devnet', () => {
  const data = mkdtempSync(join(tmpdir(), 'metachain-e2e-'));
  let ports: string[];
  const flags = () => [
    '--data',
    data,
    '--l1-port',
    ports[0] as string,
    '--rpc-port',
    ports[1] as string,
    '--prover-port',
    ports[2] as string,
  ];
  let devnet: Run;

  beforeAll(async () => {
    ports = [await freePort(), await freePort(), await freePort()].map(String);
    devnet = run('devnet/main.js', flags());
    await until(devnet, 'MetaMask:');
  });
  afterAll(() => {
    devnet.child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });

  it('prints what is running', () => {
    for (const text of ['RPC URL', `http://127.0.0.1:${ports[1]}`, '19779', 'rollup', 'Private key', 'Data and logs'])
      expect(devnet.output()).toContain(text);
    expect(new DataDirectory(data).read()?.marketOpen).toBe(true);
  });

  it('plays the demo to its end: deposits, swaps, batch, prover, withdrawal, comparison', async () => {
    const demo = run('demo/main.js', ['--users', '4', '--swaps', '2', '--data', data]);
    const code = await demo.exit;
    expect([code, demo.output()]).toEqual([0, expect.stringContaining('times less')]);
    for (const text of ['no difference', '0.1 ETH to 0x', 'Uniswap V2 on the same L1'])
      expect(demo.output()).toContain(text);
  });

  it('stops cleanly and continues where it was', async () => {
    devnet.child.kill('SIGINT');
    expect([await devnet.exit, devnet.output()]).toEqual([0, expect.stringContaining('Stopped. State is kept')]);
    const again = run('devnet/main.js', [...flags(), '--once']);
    expect([await again.exit, again.output()]).toEqual([0, expect.stringContaining('Continue the L1')]);
    expect(again.output()).not.toContain('Deploy the contracts');
  });
});

describe('the command line of the devnet', () => {
  it('refuses bad flags with a sentence', async () => {
    const bad = run('devnet/main.js', ['--rpc-port', 'ninety']);
    expect([await bad.exit, bad.output()]).toEqual([1, expect.stringContaining('whole number from 1 to 65535')]);
  });

  it('names a port that is in use and the flag that changes it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = String(typeof address === 'object' ? address?.port : 0);
    const data = mkdtempSync(join(tmpdir(), 'metachain-e2e-'));
    const refused = run('devnet/main.js', ['--data', data, '--rpc-port', port, '--l1-port', String(await freePort())]);
    expect([await refused.exit, refused.output()]).toEqual([1, expect.stringContaining('--rpc-port')]);
    server.close();
    rmSync(data, { recursive: true, force: true });
  });
});

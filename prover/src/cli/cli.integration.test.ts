import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { tokenAddress } from '@metachain/program';
import { freePort } from '@metachain/bridge/testing';
import { bytesToHex, zeroHash } from 'viem';

import { readCheckpoint } from '../replay/checkpoint-store.js';
import { startAbsentEndpoint } from '../testing/absent-endpoint.js';
import { CHAIN_ID, program, TestRollup, users } from '../testing/test-rollup.js';

jest.setTimeout(120_000);

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const alice = users[0]!;

let rollup: TestRollup;
let directory: string;
let config: string;

beforeAll(async () => {
  rollup = await TestRollup.start();
  directory = await mkdtemp(join(tmpdir(), 'prover-cli-'));
  config = join(directory, 'prover.json');
  await writeFile(
    join(directory, 'genesis.json'),
    JSON.stringify(rollup.genesis, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
  const port = await freePort();
  const { l1, genesis } = rollup.config();
  const file = {
    genesis,
    http: { port },
    dataDirectory: 'data',
    signatureThreads: 2,
    l1: { ...l1, fromBlock: l1.fromBlock.toString() },
  };
  await writeFile(config, JSON.stringify(file));
  const blocks: Uint8Array[] = [];
  for (let sequence = 0n; sequence < 4n; sequence++) {
    const transfer = { type: 'Transfer', token: tokenAddress(1), to: users[1]!.address, amount: 3n } as const;
    blocks.push((await rollup.build([await rollup.packed(alice, sequence, [transfer])])).bytes);
  }
  await rollup.post(blocks.slice(0, 3), 'blobs');
  await rollup.post(blocks.slice(3));
  await rollup.assertState();
});
afterAll(async () => {
  await rollup.anvil.stop();
  await rm(directory, { recursive: true });
});

const start = (...args: string[]) => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  const done = once(child, 'close').then(([code]) => ({ code: code as number, ...output }));
  return { child, output, done };
};
const run = (...args: string[]) => start(...args).done;

describe('metachain-prover', () => {
  it('explains itself', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/follow[\s\S]*verify[\s\S]*rebuild[\s\S]*Exit codes/);
  });

  it.each(['force-withdraw', 'exit'])('explains the options of %s, with their defaults', async (command) => {
    const { code, stdout } = await run(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/--max-fee-gwei <gwei>.*\(default: 500\)/);
  });

  it('refuses a configuration with the names of the wrong fields', async () => {
    const bad = join(directory, 'bad.json');
    await writeFile(bad, JSON.stringify({ genesis: 'genesis.json', l1: { urls: ['ftp://x'] }, extra: 1 }));
    const { code, stderr } = await run('verify', '--config', bad);
    expect(code).toBe(1);
    expect(stderr).toMatch(/l1\.urls\.0.*l1\.chainId/);
    expect(stderr).toContain('extra');
  });

  it('takes no bond of the user for the claims of others without a limit', async () => {
    const key = `0x${'11'.repeat(32)}`;
    for (const more of [[], ['--wait'], ['--maximum-bond', '1']]) {
      const { code, stderr } = await run('exit', '--config', config, '--devnet-key', key, '--own-bond', ...more);
      expect(stderr).toContain('--own-bond needs --wait and --maximum-bond');
      expect(code).toBe(1);
    }
  });

  it('verify ends with 0 and the derived state when all assertions are right', async () => {
    const { code, stdout } = await run('verify', '--config', config);
    expect(JSON.parse(stdout)).toMatchObject({
      result: 'match',
      boundary: { item: '2', stateRoot: rollup.engine.stateRoot() },
      assertions: { seen: 2, compared: 2, wrong: [] },
    });
    expect(code).toBe(0);
  });

  it('verify ends with 3 when L1 is out of reach', async () => {
    const { code, stderr } = await run('verify', '--config', config, '--l1', `http://127.0.0.1:${await freePort()}`);
    expect(code).toBe(3);
    expect(stderr).toContain('no L1 endpoint answered');
  });

  it('rebuild writes a snapshot with the same root', async () => {
    const out = join(directory, 'state.snapshot');
    expect((await run('rebuild', '--config', config, '--out', out)).code).toBe(0);
    const { engine, boundary } = await readCheckpoint(out, { module: program.module, chainId: CHAIN_ID });
    expect(engine.stateRoot()).toBe(rollup.engine.stateRoot());
    expect(boundary.item).toBe(2n);
  });

  it('exit reads the blobs that a running follow keeps, when L1 has forgotten them', async () => {
    const following = start('follow', '--config', config);
    const data = join(directory, 'data');
    await until(async () => (await readdir(join(data, 'blobs')).catch(() => [])).some((name) => /^0x\w+$/.test(name)));
    const endpoint = await startAbsentEndpoint(rollup.anvil.url);
    endpoint.isAway = (method) => method === 'anvil_getBlobsByTransactionHash';
    const key = bytesToHex(alice.getHdKey().privateKey!);
    const exit = (...more: string[]) =>
      run('exit', '--config', config, '--devnet-key', key, '--l1', endpoint.url, ...more);
    const { code, stdout, stderr } = await exit();
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ done: true });
    const elsewhere = await exit('--data', join(directory, 'nowhere'));
    expect(elsewhere.stderr).toMatch(/payload of item 0: blob .* is unavailable/);
    expect(elsewhere.code).toBe(3);
    await expect(readdir(join(directory, 'nowhere'))).rejects.toThrow('ENOENT');
    await endpoint.stop();
    following.child.kill('SIGTERM');
    expect((await following.done).code).toBe(0);
  });

  it('follow serves status and metrics, stops cleanly, and ends with 2 on a wrong assertion', async () => {
    const { http } = JSON.parse(await (await import('node:fs/promises')).readFile(config, 'utf8')) as {
      http: { port: number };
    };
    const get = (path: string) => fetch(`http://127.0.0.1:${http.port}${path}`).catch(() => undefined);
    const first = start('follow', '--config', config);
    await until(async () => (await get('/readyz'))?.status === 200);
    expect((await get('/healthz'))!.status).toBe(200);
    expect(await (await get('/status'))!.json()).toMatchObject({ ready: true, boundary: { item: '2' } });
    expect(await (await get('/metrics'))!.text()).toMatch(
      /state_root_mismatch_total 0[\s\S]*value_conservation_delta 0/,
    );
    expect((await get('/nothing'))!.status).toBe(404);
    first.child.kill('SIGTERM');
    expect((await first.done).code).toBe(0);

    await rollup.appendEmpty();
    await rollup.assertState({ stateRoot: zeroHash });
    const { code, stderr } = await run('follow', '--config', config);
    expect(stderr).toContain('ALARM');
    expect(stderr).toContain('resumed from a checkpoint');
    expect(code).toBe(2);
    expect((await run('verify', '--config', config)).code).toBe(2);
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 900; turn++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the condition was not met in time');
}

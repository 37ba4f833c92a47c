import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { anvilClient, startNode, testAccount, type TestNode, writeKeystore } from '@metachain/bridge/testing';
import { l1StandardBridgeAbi, optimismPortalAbi, rollupAbi, testDcepAbi } from '@metachain/contracts';
import { erc20Abi, systemAddresses } from '@metachain/program';
import { bytesToHex, createPublicClient, encodeFunctionData, http, parseEther, type Address, type Hex } from 'viem';

import { PROGRAM_HASH } from '../testing/test-rollup.js';
import type { ExitReport } from './exit-types.js';

jest.setTimeout(300_000);

const WINDOW_SECONDS = 7_200n;
const DAY_AND_A_BIT = 90_000;
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const user = testAccount(3);
/** A fresh account, so that its balance is the money and nothing else. */
const receiver: Address = '0x00000000000000000000000000000000feed0001';
const ETHER = parseEther('1.5');
const DCEP = 200_000_000n;

let node: TestNode;
let client: ReturnType<typeof anvilClient>;
let config: string;
/** The user's key as docs/exit.md gives it, and as a devnet may. */
let inKeystore: readonly string[];
const privateKey = bytesToHex(user.getHdKey().privateKey!);
const plain = ['--devnet-key', privateKey];

const onL1 = async (to: Address, data: Hex, value = 0n) => {
  const hash = await client.sendTransaction({ account: user, chain: null, to, data, value, gas: 3_000_000n });
  expect((await client.waitForTransactionReceipt({ hash })).status).toBe('success');
};

const eventually = async (what: string, condition: () => Promise<boolean>) => {
  for (let turn = 0; turn < 400; turn++) {
    if (await condition().catch(() => false)) return;
    await sleep(200);
  }
  throw new Error(`${what} did not happen:\n${node.log()}`);
};

/** As a bystander would prepare it: the genesis file, the addresses, an L1 endpoint. */
const writeConfig = async () => {
  const { addresses, l1BlockNumber } = node.deployment;
  const path = join(node.directory, 'prover.json');
  const l1 = { urls: [node.anvil.url], chainId: 31_337, addresses, fromBlock: l1BlockNumber.toString() };
  await writeFile(path, JSON.stringify({ genesis: 'genesis.json', l1, signatureThreads: 0, crossCheck: false }));
  return path;
};

const depositAll = async () => {
  const { l1StandardBridge, portal } = node.deployment.addresses;
  const { dcep } = node.deployment.testTokens!;
  const depositEther = [user.address, parseEther('2'), 200_000n, false, '0x'] as const;
  await onL1(
    portal,
    encodeFunctionData({ abi: optimismPortalAbi, functionName: 'depositTransaction', args: depositEther }),
    parseEther('2'),
  );
  await onL1(dcep, encodeFunctionData({ abi: testDcepAbi, functionName: 'mint', args: [user.address, DCEP] }));
  await onL1(dcep, encodeFunctionData({ abi: testDcepAbi, functionName: 'approve', args: [l1StandardBridge, DCEP] }));
  const depositDcep = [dcep, systemAddresses.dcep, DCEP, 200_000, '0x'] as const;
  await onL1(
    l1StandardBridge,
    encodeFunctionData({ abi: l1StandardBridgeAbi, functionName: 'depositERC20', args: depositDcep }),
  );
};

beforeAll(async () => {
  node = await startNode(WINDOW_SECONDS, PROGRAM_HASH);
  client = anvilClient(node.anvil.url);
  config = await writeConfig();
  const { keystore, passwordFile } = await writeKeystore(node.directory, privateKey);
  inKeystore = ['--keystore', keystore, '--password-file', passwordFile];
  await depositAll();
  const l2 = createPublicClient({ transport: http(node.rpcUrl) });
  const token = { address: systemAddresses.dcep as Address, abi: erc20Abi, functionName: 'balanceOf' } as const;
  await eventually('the deposit of tokens', async () => {
    return (await l2.readContract({ ...token, args: [user.address] })) === DCEP;
  });
  await eventually('an assertion of the operator', async () => {
    const { rollup: address } = node.deployment.addresses;
    return (await client.readContract({ address, abi: rollupAbi, functionName: 'assertionCount' })) > 1n;
  });
});
afterAll(() => node.stop());

/** Runs a command of the user, with nothing but L1 to talk to. */
const start = async (command: string, ...args: string[]) => {
  const child = spawn(process.execPath, [main, command, '--config', config, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...output };
};

const runWith = async <T>(key: readonly string[], command: string, ...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await start(command, ...key, ...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
};

const run = <T>(command: string, ...args: string[]): Promise<T> => runWith<T>(inKeystore, command, ...args);

const pass = async (seconds: number) => {
  await client.increaseTime({ seconds });
  await client.mine({ blocks: 1 });
};

describe('with every operator stopped, a user alone', () => {
  it('goes from a forced withdrawal on L1 to the money, ether and tokens', async () => {
    await node.killSequencer();
    await expect(fetch(node.rpcUrl)).rejects.toThrow();

    await run('force-withdraw', '--amount', String(ETHER), '--to', receiver);
    await run('force-withdraw', '--amount', String(DCEP), '--token', systemAddresses.dcep, '--to', receiver);
    const queued = await run<ExitReport>('exit');
    expect(queued.sent).toEqual([]);
    expect(queued.messages.filter(({ state }) => state === 'queued')).toHaveLength(2);
    expect(queued.waits[0]!.what).toMatch(/becomes overdue/);

    await pass(3_700);
    const stingy = await start('exit', ...inKeystore, '--maximum-gas', '1');
    expect(stingy.code).toBe(3);
    expect((JSON.parse(stingy.stdout) as ExitReport).undone).toHaveLength(2);
    const proven = await run<ExitReport>('exit');
    expect(proven.sent.map(({ what }) => what.split(' ')[0]).slice(-3)).toEqual(['assert', 'prove', 'prove']);
    expect(proven.withdrawals).toHaveLength(2);
    expect(proven.withdrawals.every(({ state }) => state === 'proven')).toBe(true);
    expect(proven.waits[0]!.what).toMatch(/window of assertion/);
    expect(await client.getBalance({ address: receiver })).toBe(0n);

    await pass(DAY_AND_A_BIT);
    const paid = await run<ExitReport>('exit', '--wait');
    expect(paid).toMatchObject({ done: true, waits: [], wrongAssertions: [] });
    expect(paid.withdrawals.map(({ state }) => state)).toEqual(['finalised', 'finalised']);
    expect(await client.getBalance({ address: receiver })).toBe(ETHER);
    const { dcep } = node.deployment.testTokens!;
    const balance = { address: dcep, abi: testDcepAbi, functionName: 'balanceOf', args: [receiver] } as const;
    expect(await client.readContract(balance)).toBe(DCEP);
  });

  it('finds nothing left to do, and loses nothing by asking again', async () => {
    const again = await runWith<ExitReport>(plain, 'exit');
    expect(again).toMatchObject({ sent: [], done: true });
  });

  it('gets the bond of its assertion back', async () => {
    expect(await client.getBalance({ address: node.deployment.addresses.rollup })).toBe(0n);
  });
});

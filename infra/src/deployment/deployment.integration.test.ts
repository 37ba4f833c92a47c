import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, type Hex, http, publicActions } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { anvilUrl, startAnvil } from '../l1/anvil.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import type { Child } from '../process/child.js';
import { freePort } from '../process/ports.js';
import { exampleChain, readChainFile } from './chain-file.js';
import { type DeployedChain, deployChain } from './deploy-chain.js';
import { prepareDirectory, writeNodeFiles } from './node-files.js';
import { verifyChain } from './verify-chain.js';

const deployMain = fileURLToPath(new URL('../../dist/deployment/main.js', import.meta.url));
const proverMain = fileURLToPath(new URL('../../../prover/dist/cli/main.js', import.meta.url));
const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);

describe('a chain deployed on an L1 given by URL', () => {
  const directory = mkdtempSync(join(tmpdir(), 'metachain-deployment-'));
  const chainFile = join(directory, 'chain.json');
  const out = join(directory, 'out');
  const write = (value: unknown) => writeFileSync(chainFile, JSON.stringify(value));
  let anvil: Child;
  let url: string;
  let deployed: DeployedChain;

  beforeAll(async () => {
    const port = await freePort();
    url = anvilUrl(port);
    anvil = await startAnvil({ port, directory });
    write({ ...exampleChain, contracts: { testTokens: true, challengeWindowSeconds: 60 } });
    prepareDirectory(out);
    deployed = await deployChain({ l1Url: url, account, chain: readChainFile(chainFile), report: () => undefined });
    writeNodeFiles(out, deployed, url);
  }, 240_000);

  afterAll(async () => {
    await anvil.stop('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  it('is what a prover with the written configuration finds on L1', async () => {
    const verify = [proverMain, 'verify', '--config', join(out, 'prover.json')];
    const { stdout } = await promisify(execFile)(process.execPath, verify, { timeout: 60_000 });
    expect(JSON.parse(stdout)).toMatchObject({ boundary: { blockNumber: '0' } });
  }, 90_000);

  it('is the contracts that these sources make, byte by byte', async () => {
    const found = await verifyChain(join(out, 'deployment.json'), url);
    expect(found.contracts.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
      ...['Inbox: same', 'Rollup: same', 'L2OutputOracle: same', 'OptimismPortal: same'],
      ...['L1CrossDomainMessenger: same', 'L1StandardBridge: same', 'OneStepProver: same', 'DisputeGame: same'],
      ...['TestDcep: same', 'TestMerchantToken: same'],
    ]);
    expect(found).toMatchObject({ same: true, values: { challengeWindowSeconds: 60n, gameDegree: 16n } });
  }, 30_000);

  it('is known for another where a single address in the code of one contract is another, and the command fails', async () => {
    const client = createTestClient({ mode: 'anvil', transport: http(url) }).extend(publicActions);
    const { l1CrossDomainMessenger: address, inbox } = deployed.deployment.addresses;
    const code = (await client.getCode({ address }))!;
    // No function of the messenger shows it.
    const changed = code.replaceAll(inbox.slice(2).toLowerCase(), 'ff'.repeat(20)) as Hex;
    expect(changed).not.toBe(code);
    await client.setCode({ address, bytecode: changed });
    const command = [deployMain, '--verify', join(out, 'deployment.json'), '--l1-url', url];
    const failed = await promisify(execFile)(process.execPath, command).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('not what these sources make') });
    expect((failed as { stdout: string }).stdout).toMatch(/L1CrossDomainMessenger.*other code/);
    expect((failed as { stdout: string }).stdout.match(/other code|no code/g)).toHaveLength(1);
    await client.setCode({ address, bytecode: code });
    expect((await promisify(execFile)(process.execPath, command)).stdout).not.toMatch(/other code|no code/);
  }, 60_000);

  it('is known for another where a contract is missing, or gives a value that it was not made with', async () => {
    const client = createTestClient({ mode: 'anvil', transport: http(url) }).extend(publicActions);
    const { rollup } = deployed.deployment.addresses;
    const code = (await client.getCode({ address: rollup }))!;
    const verdicts = async () =>
      (await verifyChain(join(out, 'deployment.json'), url)).contracts.filter(({ verdict }) => verdict !== 'same');
    await client.setCode({ address: rollup, bytecode: '0x' });
    expect(await verdicts()).toContainEqual({ name: 'Rollup', address: rollup, verdict: 'no code' });
    // 60 seconds of window in one place, 1 in another: whatever the getter says, something differs.
    const window = (seconds: number) => seconds.toString(16).padStart(64, '0');
    await client.setCode({ address: rollup, bytecode: code.replace(window(60), window(1)) as Hex });
    expect(await verdicts()).toContainEqual({ name: 'Rollup', address: rollup, verdict: 'other code' });
    await client.setCode({ address: rollup, bytecode: code });
    expect(await verdicts()).toEqual([]);
  }, 60_000);

  it('keeps the tokens that the file names', () => {
    const { tokens } = JSON.parse(readFileSync(join(out, 'genesis.json'), 'utf8')) as typeof exampleChain.genesis;
    expect(tokens).toEqual(exampleChain.genesis.tokens);
  });

  it('is not overwritten by another', () => {
    expect(() => prepareDirectory(out)).toThrow('genesis.json, deployment.json, sequencer.json, prover.json already');
  });

  it('is refused with the reason when its file or its L1 is wrong', async () => {
    write({ genesis: { ...exampleChain.genesis, producer: 'me' } });
    expect(() => readChainFile(chainFile)).toThrow('producer: an address of 20 bytes');
    write({ ...exampleChain, contracts: { challengeWindowSeconds: 60 } });
    expect(() => readChainFile(chainFile)).toThrow('challengeWindowSeconds must be at least 604800');
    write({ ...exampleChain, speed: 1 });
    expect(() => readChainFile(chainFile)).toThrow('speed');
    write({ ...exampleChain, contracts: { maximumUnits: 1 } });
    expect(() => readChainFile(chainFile)).toThrow('maximumUnits');
    write(exampleChain);
    const chain = readChainFile(chainFile);
    const poor = privateKeyToAccount(`0x${'11'.repeat(32)}`);
    await expect(deployChain({ l1Url: url, account: poor, chain, report: () => undefined })).rejects.toThrow(
      'no ether',
    );
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    await expect(deployChain({ l1Url: nowhere, account, chain, report: () => undefined })).rejects.toThrow(
      'No L1 answers',
    );
  });
});

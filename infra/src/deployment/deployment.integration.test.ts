import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { privateKeyToAccount } from 'viem/accounts';
import { anvilUrl, startAnvil } from '../l1/anvil.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import type { Child } from '../process/child.js';
import { freePort } from '../process/ports.js';
import { exampleChain, readChainFile } from './chain-file.js';
import { type DeployedChain, deployChain } from './deploy-chain.js';
import { prepareDirectory, writeNodeFiles } from './node-files.js';

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

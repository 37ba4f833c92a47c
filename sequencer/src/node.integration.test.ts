import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reorganise } from '@metachain/bridge/testing';
import { optimismPortalAbi } from '@metachain/contracts';
import { JsonRpcProvider } from 'ethers';
import { createPublicClient, createWalletClient, defineChain, http, parseEther, parseGwei, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { CHAIN_ID, type Devnet, developer, type NodeProcess, startDevnet, startNode } from './testing/devnet.js';

let node: NodeProcess;
const user = privateKeyToAccount(`0x${'51'.repeat(32)}`);

describe('node against a real L1', () => {
  let devnet: Devnet;
  const chain = defineChain({
    id: CHAIN_ID,
    name: 'L2',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  });
  const l2 = () => createPublicClient({ chain, transport: http(node.url), pollingInterval: 100, cacheTime: 0 });
  const wallet = () => createWalletClient({ account: user, chain, transport: http(node.url) });
  const heads = async () =>
    (await (await fetch(`${node.url}/readyz`)).json()) as { head: string; safe: string; final: string; status: string };

  beforeAll(async () => {
    devnet = await startDevnet({}, [{ token: 0, account: user.address, amount: parseEther('10').toString() }]);
    node = await startNode(devnet.configFile);
  }, 300_000);

  afterAll(async () => {
    await node?.stop('SIGKILL');
    await devnet?.anvil.stop();
  });

  it('becomes ready and says what runs in its first line', async () => {
    await node.ready();
    expect(node.log[0]).toMatchObject({ event: 'starting', chainId: CHAIN_ID, configHash: expect.any(String) });
  }, 300_000);

  it('executes a transfer, posts it in a batch, and asserts the state', async () => {
    const hash = await wallet().sendTransaction({
      to: zeroAddress.replace(/0$/, '9') as `0x${string}`,
      value: 5n,
      maxFeePerGas: parseGwei('1'),
    });
    const receipt = await l2().waitForTransactionReceipt({ hash, timeout: 60_000 });
    expect(receipt.status).toBe('success');
    await node.until('safe', async () => BigInt((await heads()).safe) >= receipt.blockNumber);
    await node.event('assertion_made');
    const metrics = await (await fetch(`${node.url}/metrics`)).text();
    for (const name of ['sequencer_sealing_seconds', 'sequencer_building_diff_seconds'])
      expect(metrics).toMatch(new RegExp(`${name}_count [1-9]`));
    expect(metrics).toMatch(
      /rpc_client_responses_total{endpoint="0:127[^"]+",method="eth_getLogs",error="none"} [1-9]/,
    );
    expect(metrics).toMatch(/worker_queue_length{worker="engine"} \d/);
  }, 300_000);

  it('mints a deposit from L1', async () => {
    const portal = { address: devnet.deployment.addresses.portal, abi: optimismPortalAbi } as const;
    const l1Wallet = createWalletClient({ account: developer(1), chain: foundry, transport: http(devnet.anvil.url) });
    const args = [developer(1).address, parseEther('2'), 100_000n, false, '0x'] as const;
    await l1Wallet.writeContract({ ...portal, functionName: 'depositTransaction', args, value: parseEther('2') });
    await node.until(
      'deposit',
      async () => (await l2().getBalance({ address: developer(1).address })) === parseEther('2'),
    );
  }, 300_000);

  it('shows a transaction that waits for an earlier nonce as pending, until it is replaced or its turn comes', async () => {
    const nonce = await l2().getTransactionCount({ address: user.address });
    const send = (gwei: string, at: number) =>
      wallet().sendTransaction({ to: zeroAddress, value: 1n, maxFeePerGas: parseGwei(gwei), gas: 100_000n, nonce: at });
    const first = await send('1', nonce + 1);
    expect(await l2().getTransaction({ hash: first })).toMatchObject({
      hash: first,
      from: user.address.toLowerCase(),
      nonce: nonce + 1,
      blockHash: null,
      blockNumber: null,
      transactionIndex: null,
      maxFeePerGas: parseGwei('1'),
      type: 'eip1559',
    });
    const provider = new JsonRpcProvider(node.url);
    expect(await provider.getTransaction(first)).toMatchObject({ hash: first, blockNumber: null, value: 1n });
    provider.destroy();
    const second = await send('2', nonce + 1);
    await expect(l2().getTransaction({ hash: first })).rejects.toThrow('could not be found');
    await send('1', nonce);
    const { blockNumber } = await l2().waitForTransactionReceipt({ hash: second, timeout: 60_000 });
    expect(await l2().getTransaction({ hash: second })).toMatchObject({ blockNumber });
  }, 300_000);

  it('takes a deposit back that an L1 reorganisation dropped, and credits it once when it returns', async () => {
    const depositor = developer(2);
    const deposit = async () => {
      const l1Wallet = createWalletClient({ account: depositor, chain: foundry, transport: http(devnet.anvil.url) });
      const hash = await l1Wallet.writeContract({
        address: devnet.deployment.addresses.portal,
        abi: optimismPortalAbi,
        functionName: 'depositTransaction',
        args: [depositor.address, parseEther('3'), 100_000n, false, '0x'],
        value: parseEther('3'),
      });
      return devnet.l1.waitForTransactionReceipt({ hash });
    };
    const balance = () => l2().getBalance({ address: depositor.address });
    const { blockNumber } = await deposit();
    await node.until('first credit', async () => (await balance()) === parseEther('3'));
    await reorganise(devnet.l1, blockNumber);
    await node.until('credit taken back', async () => (await balance()) === 0n);
    const metrics = await (await fetch(`${node.url}/metrics`)).text();
    expect(metrics).toMatch(/soft_blocks_undone_total [1-9]/);
    expect(metrics).toMatch(/pipeline_resets_total [1-9]/);
    await deposit();
    await node.until('second credit', async () => (await balance()) === parseEther('3'));
    const { head } = await heads();
    await node.until('posted again', async () => BigInt((await heads()).safe) >= BigInt(head));
  }, 300_000);

  it('keeps everything over kill -9 and does not execute twice', async () => {
    const nonce = await l2().getTransactionCount({ address: user.address });
    const request = await wallet().prepareTransactionRequest({
      to: user.address,
      value: 1n,
      nonce,
      maxFeePerGas: parseGwei('1'),
      gas: 200_000n,
    });
    const raw = await wallet().signTransaction(request);
    const hash = await node.call<string>('eth_sendRawTransaction', raw);
    await node.stop('SIGKILL');
    node = await startNode(devnet.configFile);
    await node.ready();
    const receipt = await node.until('receipt', () => l2().getTransactionReceipt({ hash: hash as `0x${string}` }));
    expect(receipt.status).toBe('success');
    await expect(node.call('eth_sendRawTransaction', raw)).rejects.toThrow(/already known|nonce too low/);
    expect(await l2().getTransactionCount({ address: user.address })).toBe(nonce + 1);
    await node.until('posted after the crash', async () => BigInt((await heads()).safe) >= receipt.blockNumber);
  }, 300_000);

  it('drains on SIGTERM and refuses a second start on the same directory', async () => {
    await expect(startNode(devnet.configFile)).rejects.toThrow('in use');
    expect(await node.stop('SIGTERM')).toBe(0);
    node = await startNode(devnet.configFile);
    await node.ready();
  }, 300_000);
});

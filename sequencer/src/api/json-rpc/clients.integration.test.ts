import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodePacked, systemAddresses } from '@metachain/program';
import { JsonRpcProvider, Wallet } from 'ethers';
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  parseAbi,
  parseEther,
  type PublicClient,
  webSocket,
} from 'viem';
import { chainConfig } from 'viem/op-stack';
import type { SealedTransaction } from '../../chain/chain.types.js';
import { account, poolAddress, receipt, sync, transfer, word } from '../../index/testing/blocks.js';
import { foundryBinary } from '../testing/anvil.js';
import { depositTransaction } from '../testing/deposit.js';
import type { ScriptedChain } from '../testing/scripted-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';
import { fundedChain, KEY, target, transferWithViem, user, viemChain } from '../testing/viem-user.js';

const erc20 = parseAbi(['event Transfer(address indexed from, address indexed to, uint256 value)']);
const run = promisify(execFile);

let node: TestNode;
let chain: ScriptedChain;
let slots: NodeJS.Timeout;

const packed = (label: string): SealedTransaction => {
  const pool = poolAddress(0);
  const transaction = {
    lane: 3,
    sequence: 4n,
    deadline: 1_800_000_064n,
    feeToken: 'MB' as const,
    maxFee: 5_000n,
    operations: [{ type: 'Swap' as const, pool, zeroForOne: true, amountIn: 10n ** 18n, minimumOut: 9n }],
  };
  const signature: Hex = `${word('r')}${word('s').slice(2).replace(/^./, '1')}1b`;
  const events = [transfer(systemAddresses.mb, account('alice'), pool, 10n ** 18n), sync(pool, 5n, 6n)];
  const fields = { hash: word(label), nonce: 4n, lane: 3, events, feeToken: (1n << 32n) + 1n };
  return { wire: encodePacked(transaction, signature), receipt: receipt(fields) };
};

beforeAll(async () => {
  chain = fundedChain();
  node = await startTestNode(chain);
  slots = setInterval(() => void chain.seal(), 100);
}, 30_000);

afterAll(async () => {
  clearInterval(slots);
  await node.stop();
});

describe('viem', () => {
  let client: PublicClient;
  beforeAll(() => {
    client = createPublicClient({
      chain: viemChain(node.url, chain.chainId),
      transport: http(node.url),
      pollingInterval: 50,
    });
  });

  it('reads a block with every kind of transaction', async () => {
    const deposit = depositTransaction({ from: account('depositor'), to: account('alice'), mint: 7n, value: 7n });
    const { block } = await chain.seal([deposit, packed('viem')]);
    const read = await client.getBlock({ blockNumber: block.number, includeTransactions: true });
    expect(read.transactions.map(({ typeHex }) => typeHex)).toEqual(['0x7e', '0x7d']);
    expect(read).toMatchObject({
      hash: block.hash,
      receiptsRoot: block.logHash,
      stateRoot: block.stateRoot,
      number: block.number,
    });
    const op = createPublicClient({
      chain: defineChain({ ...viemChain(node.url, chain.chainId), ...chainConfig }),
      transport: http(node.url),
    });
    expect(await op.getTransaction({ hash: deposit.alias! })).toMatchObject({
      type: 'deposit',
      mint: 7n,
      sourceHash: deposit.receipt.hash,
    });
    expect(await op.getTransactionReceipt({ hash: word('viem') })).toMatchObject({
      l1GasUsed: 7_000n,
      l1Fee: 7_000n * 1_000_000n,
    });
  });

  it('filters events and watches them', async () => {
    const { block } = await chain.seal([packed('events')]);
    const logs = await client.getContractEvents({
      abi: erc20,
      address: systemAddresses.mb,
      fromBlock: block.number,
      toBlock: block.number,
      strict: true,
    });
    expect(logs.map(({ args, transactionHash }) => [args.value, transactionHash])).toEqual([
      [10n ** 18n, word('events')],
    ]);
    const seen = await new Promise<Hex>((resolve) => {
      const stop = client.watchContractEvent({
        abi: erc20,
        address: systemAddresses.mb,
        onLogs: ([log]) => {
          stop();
          resolve(log!.transactionHash!);
        },
      });
      setTimeout(() => void chain.seal([packed('watched')]), 1_000);
    });
    expect(seen).toBe(word('watched'));
  });

  it('waits synchronously and reads fees', async () => {
    const wallet = createWalletClient({
      account: user,
      chain: viemChain(node.url, chain.chainId),
      transport: http(node.url),
    });
    const request = await wallet.prepareTransactionRequest({ to: target, value: 1n });
    const serializedTransaction = await user.signTransaction(request as never);
    const sent = await client.sendRawTransactionSync({ serializedTransaction });
    expect(sent.status).toBe('success');
    expect(await client.getFeeHistory({ blockCount: 3, rewardPercentiles: [50] })).toMatchObject({
      reward: [[0n], [0n], [0n]],
    });
    const [head, pending] = await Promise.all([client.getBlockNumber(), client.getBlock({ blockTag: 'pending' })]);
    expect(pending.hash).toBeNull();
    expect(pending.number).toBeGreaterThan(head);
    expect(await client.estimateFeesPerGas()).toMatchObject({ maxPriorityFeePerGas: 0n });
  });

  it('subscribes over WebSocket', async () => {
    const socket = webSocket(node.url.replace('http', 'ws'), { reconnect: false, keepAlive: false });
    const live = createPublicClient({ chain: viemChain(node.url, chain.chainId), transport: socket });
    const heads: bigint[] = [];
    const hashes: Hex[] = [];
    const logs: Hex[] = [];
    const stops = [
      live.watchBlocks({ onBlock: ({ number }) => heads.push(number) }),
      live.watchPendingTransactions({ onTransactions: (found) => hashes.push(...found), batch: false }),
      live.watchEvent({
        address: poolAddress(0),
        onLogs: (found) => logs.push(...found.map(({ transactionHash }) => transactionHash!)),
      }),
    ];
    // Nothing tells when a subscription has arrived at the node.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { block } = await chain.seal([packed('subscribed')]);
    const sent = await transferWithViem(node.url, chain.chainId);
    const complete = () => heads.includes(block.number) && logs.length > 0 && hashes.length > 0;
    for (const end = Date.now() + 10_000; !complete() && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 50));
    stops.forEach((stop) => stop());
    expect(heads).toContain(block.number);
    expect(logs).toEqual([word('subscribed')]);
    expect(hashes).toEqual([sent.transactionHash]);
    await (await live.transport.getRpcClient()).close();
  });
});

describe('ethers', () => {
  it('sends, waits, reads blocks and events', async () => {
    const provider = new JsonRpcProvider(node.url, chain.chainId, { staticNetwork: true, pollingInterval: 50 });
    const wallet = new Wallet(KEY, provider);
    const sent = await wallet.sendTransaction({ to: target, value: 3n });
    const mined = await sent.wait();
    expect(mined).toMatchObject({ status: 1, hash: sent.hash });
    const { block } = await chain.seal([
      packed('ethers'),
      depositTransaction({ from: account('d'), to: account('alice'), mint: 1n, value: 1n }),
    ]);
    const read = await provider.getBlock(block.hash, true);
    expect(read!.prefetchedTransactions.map(({ type }) => type)).toEqual([0x7d, 0x7e]);
    expect((await provider.getTransactionReceipt(word('ethers')))!.logs).toHaveLength(2);
    expect(
      await provider.getLogs({
        address: systemAddresses.mb,
        fromBlock: Number(block.number),
        toBlock: Number(block.number),
      }),
    ).toHaveLength(1);
    expect(await provider.getBalance(user.address)).toBe(parseEther('1000'));
    expect(await provider.getBlock('pending')).toMatchObject({ hash: null });
    const seen = new Promise<string>(
      (resolve) =>
        void provider.once({ address: systemAddresses.mb }, (log: { transactionHash: string }) =>
          resolve(log.transactionHash),
        ),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await chain.seal([packed('ethers seen')]);
    expect(await seen).toBe(word('ethers seen'));
    await provider.removeAllListeners();
    await new Promise((resolve) => setTimeout(resolve, 300));
    provider.destroy();
  });
});

describe('cast', () => {
  const cast = async (...args: string[]) =>
    (await run(foundryBinary('cast'), [...args, '--rpc-url', node.url])).stdout.trim();

  it('sends and reads', async () => {
    expect(await cast('chain-id')).toBe(String(chain.chainId));
    const sent = JSON.parse(await cast('send', target, '--value', '2', '--private-key', KEY, '--json')) as {
      status: string;
      transactionHash: string;
    };
    expect(sent.status).toBe('0x1');
    expect(await cast('tx', sent.transactionHash, 'value')).toBe('2');
    for (const tag of ['latest', 'earliest', 'safe', 'finalized'])
      expect(await cast('block', tag, '--field', 'hash')).toMatch(/^0x/);
    expect(await cast('balance', user.address, '--ether')).toMatch(/^1000/);
    expect(Number(await cast('gas-price'))).toBeGreaterThan(0);
    expect(Number(await cast('block-number'))).toBeGreaterThan(0);
  }, 30_000);

  it('reads a block with every kind of transaction', async () => {
    const deposit = depositTransaction({ from: account('depositor'), to: account('alice'), mint: 7n, value: 7n });
    const { block } = await chain.seal([deposit, packed('cast')]);
    const read = JSON.parse(await cast('block', String(block.number), '--full', '--json')) as {
      hash: string;
      transactions: unknown[];
    };
    expect(read).toMatchObject({ hash: block.hash });
    expect(read.transactions).toHaveLength(2);
    expect(JSON.parse(await cast('receipt', word('cast'), '--json'))).toMatchObject({ transactionHash: word('cast') });
    expect(await cast('tx', word('cast'), 'hash')).toBe(word('cast'));
    expect(
      JSON.parse(
        await cast(
          'logs',
          '--address',
          systemAddresses.mb,
          '--from-block',
          String(block.number),
          '--to-block',
          String(block.number),
          '--json',
        ),
      ),
    ).toHaveLength(1);
  }, 30_000);
});

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
  toHex,
  webSocket,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { chainConfig } from 'viem/op-stack';
import type { SealedTransaction } from '../../chain/chain.types.js';
import { account, poolAddress, receipt, sync, transfer, word } from '../../index/testing/blocks.js';
import { type Anvil, foundryBinary, startAnvil } from '../testing/anvil.js';
import { depositTransaction } from '../testing/deposit.js';
import { ScriptedChain } from '../testing/scripted-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';
import { differences } from '../testing/shape.js';

const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const user = privateKeyToAccount(KEY);
const target = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
const erc20 = parseAbi(['event Transfer(address indexed from, address indexed to, uint256 value)']);
const run = promisify(execFile);

let anvil: Anvil;
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
  chain = new ScriptedChain();
  chain.fund(user.address.toLowerCase() as Hex, parseEther('1000'));
  [anvil, node] = await Promise.all([startAnvil(['--block-time', '1']), startTestNode(chain)]);
  slots = setInterval(() => void chain.seal(), 100);
}, 30_000);

afterAll(async () => {
  clearInterval(slots);
  await node.stop();
  await anvil.stop();
});

const viemChain = (url: string, id: number) =>
  defineChain({
    id,
    name: 'test',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });

const rpc = async (url: string, method: string, params: unknown[]): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { code: number; message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.code} ${answer.error.message}`);
  return answer.result;
};

/** Sends a transfer with viem as an application does, and returns its receipt. */
async function transferWithViem(url: string, id: number) {
  const wallet = createWalletClient({ account: user, chain: viemChain(url, id), transport: http(url) });
  const client = createPublicClient({ chain: viemChain(url, id), transport: http(url), pollingInterval: 100 });
  const hash = await wallet.sendTransaction({ to: target, value: 5n });
  return client.waitForTransactionReceipt({ hash });
}

describe('answers of the same kind as anvil', () => {
  const blockOf = new Map<string, { block: string; hash: string; transaction: string }>();

  beforeAll(async () => {
    for (const [url, id] of [
      [anvil.url, 31_337],
      [node.url, chain.chainId],
    ] as const) {
      const sent = await transferWithViem(url, id);
      expect(sent).toMatchObject({ status: 'success', from: user.address.toLowerCase(), to: target, type: 'eip1559' });
      blockOf.set(url, { block: toHex(sent.blockNumber), hash: sent.blockHash, transaction: sent.transactionHash });
    }
  }, 30_000);

  /** Of receipts without blobs only anvil has these, and its time is no quantity; geth has neither. */
  const onlyAnvil = /^(\[0\])?\.(blobGasPrice|blockTimestamp): missing here$/;
  type Place = { block: string; hash: string; transaction: string };
  const cases: [string, (place: Place) => unknown[]][] = [
    ['eth_chainId', () => []],
    ['net_version', () => []],
    ['web3_clientVersion', () => []],
    ['eth_syncing', () => []],
    ['eth_blockNumber', () => []],
    ['eth_gasPrice', () => []],
    ['eth_maxPriorityFeePerGas', () => []],
    ['eth_getBlockByNumber', ({ block }) => [block, false]],
    ['eth_getBlockByNumber', ({ block }) => [block, true]],
    ['eth_getBlockByNumber', () => ['latest', false]],
    ['eth_getBlockByNumber', () => ['earliest', false]],
    ['eth_getBlockByNumber', () => ['safe', false]],
    ['eth_getBlockByNumber', () => ['finalized', true]],
    ['eth_getBlockByNumber', () => ['0xffffff', true]],
    ['eth_getBlockByHash', ({ hash }) => [hash, true]],
    ['eth_getBlockByHash', () => [word('none'), true]],
    ['eth_getBlockTransactionCountByNumber', ({ block }) => [block]],
    ['eth_getBlockTransactionCountByHash', ({ hash }) => [hash]],
    ['eth_getUncleCountByBlockNumber', ({ block }) => [block]],
    ['eth_getTransactionByHash', ({ transaction }) => [transaction]],
    ['eth_getTransactionByHash', () => [word('none')]],
    ['eth_getTransactionByBlockNumberAndIndex', ({ block }) => [block, '0x0']],
    ['eth_getTransactionByBlockHashAndIndex', ({ hash }) => [hash, '0x0']],
    ['eth_getTransactionByBlockHashAndIndex', ({ hash }) => [hash, '0x9']],
    ['eth_getTransactionReceipt', ({ transaction }) => [transaction]],
    ['eth_getTransactionReceipt', () => [word('none')]],
    ['eth_getBlockReceipts', ({ block }) => [block]],
    ['eth_getLogs', ({ block }) => [{ fromBlock: block, toBlock: block, address: account('nobody') }]],
    ['eth_call', () => [{ to: target, data: '0x' }, 'latest']],
    ['eth_estimateGas', () => [{ from: user.address, to: target, value: '0x1' }]],
    ['eth_getBalance', () => [user.address, 'latest']],
    ['eth_getTransactionCount', () => [user.address, 'pending']],
    ['eth_getTransactionCount', () => [user.address, 'latest']],
    ['eth_getCode', () => [target, 'latest']],
    ['eth_getStorageAt', () => [target, '0x0', 'latest']],
    ['eth_getProof', () => [target, [], 'latest']],
    ['eth_feeHistory', () => ['0x2', 'latest', [25, 75]]],
    ['eth_newBlockFilter', () => []],
    ['eth_newFilter', () => [{ address: target }]],
    ['eth_newPendingTransactionFilter', () => []],
    ['eth_uninstallFilter', () => ['0x1']],
  ];

  it.each(cases)('%s', async (method, params) => {
    const [theirs, ours] = await Promise.all(
      [anvil.url, node.url].map((url) => rpc(url, method, params(blockOf.get(url)!))),
    );
    expect(differences(theirs, ours).filter((entry) => !onlyAnvil.test(entry))).toEqual([]);
  });
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

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toHex } from 'viem';
import { account, word } from '../../index/testing/blocks.js';
import { type Anvil, startAnvil } from '../testing/anvil.js';
import type { ScriptedChain } from '../testing/scripted-chain.js';
import { differences } from '../testing/shape.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';
import { fundedChain, target, transferWithViem, user } from '../testing/viem-user.js';

let anvil: Anvil;
let node: TestNode;
let chain: ScriptedChain;
let slots: NodeJS.Timeout;

beforeAll(async () => {
  chain = fundedChain();
  [anvil, node] = await Promise.all([startAnvil(['--block-time', '1']), startTestNode(chain)]);
  slots = setInterval(() => void chain.seal(), 100);
}, 30_000);

afterAll(async () => {
  clearInterval(slots);
  await node.stop();
  await anvil.stop();
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

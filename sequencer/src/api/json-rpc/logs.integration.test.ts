import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Hex } from 'viem';
import { IndexReader } from '../../index/index-reader.js';
import { bloomMayContain } from '../../index/logs-bloom.js';
import { account, accountTopic, tokenAddress, transferTransaction, word } from '../../index/testing/blocks.js';
import { nextMessage, type ScriptedNode, startScriptedNode } from '../testing/scripted-node.js';

const [alice, bob] = ['alice', 'bob'].map(account) as [Hex, Hex];
const logs = (...parts: string[]) => transferTransaction(parts.join(), tokenAddress(0), alice, bob);

let node: ScriptedNode;
afterEach(() => node.stop());

describe('eth_getLogs', () => {
  it('refuses what is too much before it asks the database', async () => {
    node = await startScriptedNode({ logBlocks: 3 });
    for (let count = 0; count < 6; count++) await node.chain.seal([logs(String(count))]);
    const ask = jest.spyOn(node.app.get(IndexReader), 'logs');
    const list = (length: number, bytes: number) =>
      Array.from({ length }, (_, index) => `0x${index.toString(16).padStart(2 * bytes, '0')}`);
    const refused: [Record<string, unknown>, number, RegExp][] = [
      [
        { fromBlock: 'earliest', toBlock: 'latest' },
        -32005,
        /at most 3 blocks\. Try with this block range \[0x0, 0x2\]/,
      ],
      [{ address: list(10_000, 20) }, -32602, /1000 addresses/],
      [{ topics: [list(10_000, 32)] }, -32602, /1000 topics/],
      [{ topics: [null, null, null, null, null] }, -32602, /max topics/],
      [{ fromBlock: '0x3', toBlock: '0x2' }, -32602, /above toBlock/],
      [{ fromBlock: '0x1', toBlock: '0x99' }, -32602, /beyond current head/],
      [{ fromBlock: '0x99' }, -32602, /beyond current head/],
      [{ blockHash: word('x'), fromBlock: '0x1' }, -32602, /cannot specify both/],
      [{ blockHash: word('x') }, -32000, /unknown block/],
      [{ topics: 'all' }, -32602, /topics/],
      [{ address: [['0x']] }, -32602, /address/],
    ];
    for (const [filter, code, message] of refused) {
      expect((await node.call('eth_getLogs', filter)).error).toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    }
    expect(ask).not.toHaveBeenCalled();
    expect((await node.call('eth_getLogs', { fromBlock: '0x1', toBlock: '0x3' })).result).toHaveLength(3);
  });

  it('names a range that fits when there are too many results', async () => {
    node = await startScriptedNode({ logResults: 4 });
    for (let count = 0; count < 6; count++) await node.chain.seal([logs(String(count))]);
    const { error } = await node.call('eth_getLogs', { fromBlock: '0x1', toBlock: '0x6' });
    const [, from, to] = /Try with this block range \[(0x\w+), (0x\w+)\]/.exec(error!.message)!;
    expect((await node.call('eth_getLogs', { fromBlock: from, toBlock: to })).result).toHaveLength(4);
  });

  it('finds only what the bloom announces, with hashes of the block', async () => {
    node = await startScriptedNode();
    const { block } = await node.chain.seal([logs('a')]);
    const [log] = (await node.call('eth_getLogs', { blockHash: block.hash })).result as {
      address: Hex;
      topics: Hex[];
      transactionHash: Hex;
    }[];
    const { result } = await node.call('eth_getBlockByNumber', '0x1', false);
    const { logsBloom, transactions } = result as { logsBloom: Hex; transactions: Hex[] };
    for (const value of [log!.address, ...log!.topics]) expect(bloomMayContain(logsBloom, value)).toBe(true);
    expect(transactions).toContain(log!.transactionHash);
    expect(log!.topics[1]).toBe(accountTopic(alice));
  });
});

describe('filters', () => {
  it('are unknown, expire, and are few for a client', async () => {
    node = await startScriptedNode({ filtersPerClient: 2, filterLifetimeMs: 2_000 });
    expect((await node.call('eth_getFilterChanges', '0x1')).error).toEqual({
      code: -32000,
      message: 'filter not found',
    });
    const { result: id } = await node.call('eth_newBlockFilter');
    await node.call('eth_newPendingTransactionFilter');
    expect((await node.call('eth_newFilter', {})).error).toMatchObject({ code: -32005 });
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect((await node.call('eth_getFilterChanges', id)).error?.message).toBe('filter not found');
    expect((await node.call('eth_newFilter', {})).result).toMatch(/^0x/);
  });

  it('report each block and log once', async () => {
    node = await startScriptedNode();
    const [blocks, transfers] = [
      (await node.call('eth_newBlockFilter')).result,
      (await node.call('eth_newFilter', { address: tokenAddress(0) })).result,
    ];
    const { block } = await node.chain.seal([logs('a')]);
    expect((await node.call('eth_getFilterChanges', blocks)).result).toEqual([block.hash]);
    expect((await node.call('eth_getFilterChanges', blocks)).result).toEqual([]);
    expect((await node.call('eth_getFilterChanges', transfers)).result).toHaveLength(1);
    expect((await node.call('eth_getFilterChanges', transfers)).result).toEqual([]);
    expect((await node.call('eth_getFilterLogs', transfers)).result).toHaveLength(1);
    expect((await node.call('eth_uninstallFilter', transfers)).result).toBe(true);
    expect((await node.call('eth_uninstallFilter', transfers)).result).toBe(false);
  });
});

describe('after a reorg', () => {
  it('nothing of the undone block is answered, and subscribers are told', async () => {
    node = await startScriptedNode();
    await node.chain.seal([logs('kept')]);
    const socket = await node.socket();
    socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{}]}');
    expect(await nextMessage(socket)).toMatchObject({ id: 1, result: expect.stringMatching(/^0x/) });
    const pushed = nextMessage(socket);
    const filter = (await node.call('eth_newBlockFilter')).result;
    const undone = await node.chain.seal([logs('undone')], 'first');
    expect(await pushed).toMatchObject({
      method: 'eth_subscription',
      params: { result: { removed: false, blockHash: undone.block.hash } },
    });
    const hash = undone.transactions[0]!.receipt.hash;
    expect((await node.call('eth_getTransactionReceipt', hash)).result).toMatchObject({ blockHash: undone.block.hash });
    const retracted = nextMessage(socket);
    await node.chain.reorg(1n);
    expect(await retracted).toMatchObject({ params: { result: { removed: true, transactionHash: hash } } });
    expect((await node.call('eth_getTransactionReceipt', hash)).result).toBeNull();
    expect((await node.call('eth_getTransactionByHash', hash)).result).toBeNull();
    expect((await node.call('eth_getBlockByHash', undone.block.hash, false)).result).toBeNull();
    const { block } = await node.chain.seal([logs('undone'), logs('more')], 'second');
    expect((await node.call('eth_getTransactionReceipt', hash)).result).toMatchObject({ blockHash: block.hash });
    const found = (await node.call('eth_getLogs', { fromBlock: '0x1', toBlock: '0x2' })).result as { blockHash: Hex }[];
    expect(found.map(({ blockHash }) => blockHash)).not.toContain(undone.block.hash);
    expect((await node.call('eth_getFilterChanges', filter)).result).toEqual([block.hash]);
    socket.close();
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { RejectedTransaction } from '../../chain/chain.types.js';
import { account, word } from '../../index/testing/blocks.js';
import { type ScriptedNode, startScriptedNode } from '../testing/scripted-node.js';

const alice = account('alice') as Hex;
const LEGACY = '0xf86c808504a817c80082520894707970c51812dc3a010c7d01b50e0d17dc79c8';

let node: ScriptedNode;
afterEach(() => node.stop());

describe('transactions', () => {
  it('travel to the chain together, whatever stands between them', async () => {
    node = await startScriptedNode();
    const refusals = new Map([
      [1, new RejectedTransaction(2001, 'nonce too low')],
      [3, new RejectedTransaction(-32_005, 'limit exceeded')],
    ]);
    let seen = 0;
    node.chain.refuse = () => refusals.get(seen++);
    const send = (id: number, raw: unknown) => ({
      jsonrpc: '2.0',
      id,
      method: 'metachain_sendTransaction',
      params: [raw],
    });
    const packed = (byte: string) => `0xa0${byte.repeat(80)}`;
    const body = [
      send(1, packed('01')),
      send(2, packed('02')),
      send(3, 'nonsense'),
      send(4, packed('03')),
      send(5, packed('04')),
      { jsonrpc: '2.0', method: 'metachain_sendTransaction', params: [packed('05')] },
    ];
    const answer = JSON.parse((await node.post(JSON.stringify(body))).text) as unknown;
    expect(answer).toMatchObject([
      { id: 1, result: { status: 'executed', blockNumber: '0x1' } },
      { id: 2, error: { code: -32000, message: 'nonce too low', data: { code: 2001 } } },
      { id: 3, error: { code: -32602 } },
      { id: 4, result: { status: 'executed' } },
      { id: 5, error: { code: -32005 } },
    ]);
    expect([node.chain.hops, node.chain.submitted.length]).toEqual([1, 3]);
  });

  it("of a wrong kind are refused in geth's words", async () => {
    node = await startScriptedNode();
    const unsupported = ['0x03', '0x04', '0x7e', '0x7f', '0x00'].map((type) => [
      `${type}${'00'.repeat(100)}`,
      'transaction type not supported',
    ]);
    const refused = [
      ...unsupported,
      [`0xa0${'00'.repeat(80)}`, 'rlp: expected input list for types.LegacyTx'],
      [LEGACY, 'rlp: expected input list for types.LegacyTx'],
      ['0x02', 'typed transaction too short'],
      [`0x02${'00'.repeat(131_072)}`, 'oversized data: transaction size 131073, limit 16384'],
    ];
    for (const [raw, message] of refused) {
      expect((await node.call('eth_sendRawTransaction', raw)).error).toEqual({ code: -32000, message });
    }
    expect(node.chain.submitted).toEqual([]);
  });

  it('are refused before memory grows', async () => {
    node = await startScriptedNode({ pendingSubmissions: 2 });
    const body = Array.from({ length: 3 }, (_, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'metachain_sendTransaction',
      params: [`0xa0${'01'.repeat(80)}`],
    }));
    expect(JSON.parse((await node.post(JSON.stringify(body))).text)).toMatchObject(
      body.map(({ id }) => ({ id, error: { code: -32005 } })),
    );
    expect((await node.call('metachain_sendTransaction', `0xa0${'01'.repeat(80)}`)).result).toMatchObject({
      status: 'executed',
    });
  });

  it('time out in eth_sendRawTransactionSync with the hash', async () => {
    node = await startScriptedNode({ syncTimeoutMs: 50 });
    const user = privateKeyToAccount(word('key'));
    const raw = await user.signTransaction({
      to: alice,
      value: 1n,
      gas: 21_000n,
      maxFeePerGas: 1n,
      chainId: node.chain.chainId,
      nonce: 0,
    });
    const { error } = await node.call('eth_sendRawTransactionSync', raw);
    expect(error).toMatchObject({ code: 4, data: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
  });
});

describe('calls', () => {
  it('show why they reverted', async () => {
    node = await startScriptedNode();
    const reason = `0x08c379a0${'20'.padStart(64, '0')}${'5'.padStart(64, '0')}${Buffer.from('K low').toString('hex').padEnd(64, '0')}`;
    node.chain.answer = async () => ({ code: 5001, data: reason as Hex, gasUsed: 1n });
    for (const method of ['eth_call', 'eth_estimateGas']) {
      expect((await node.call(method, { to: alice })).error).toEqual({
        code: 3,
        message: 'execution reverted: K low',
        data: reason,
      });
    }
  });

  it('end after a time', async () => {
    node = await startScriptedNode({ callTimeoutMs: 30 });
    node.chain.answer = () => new Promise(() => undefined);
    expect((await node.call('eth_call', { to: alice })).error).toEqual({
      code: -32000,
      message: 'execution aborted (timeout = 30ms)',
    });
  });

  it('refuse what the chain cannot do', async () => {
    node = await startScriptedNode();
    const refused: [unknown[], number][] = [
      [[{ data: '0x6000' }], -32000],
      [[{ to: alice, data: '0x01', input: '0x02' }], -32602],
      [[{ to: alice }, 'latest', { [alice]: { balance: '0x1' } }], -32602],
      [[{ to: alice }, '0x99'], -32000],
      [[{ to: alice }, { blockHash: word('none') }], -32000],
      [['0x'], -32602],
      [[{ to: alice, data: `0x${'00'.repeat(16_385)}` }], -32000],
    ];
    for (const [params, code] of refused) expect((await node.call('eth_call', ...params)).error?.code).toBe(code);
    expect((await node.call('eth_call', { to: alice }, { blockHash: node.chain.genesis.hash }, {})).result).toBe('0x');
  });

  it('hide what went wrong inside', async () => {
    node = await startScriptedNode();
    node.chain.answer = () => Promise.reject(new TypeError('secret path /x'));
    expect((await node.call('eth_call', { to: alice })).error).toEqual({ code: -32603, message: 'internal error' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { erc20Abi, systemAddresses } from '@metachain/program';
import { decodeFunctionResult, encodeFunctionData, type Hex, hexToBigInt, parseAbi, parseEther, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CHAIN_ID } from '../testing/engine-chain.js';
import { type MarketNode, startMarket } from '../testing/market-node.js';

/*
 * What MetaMask asks of a network that a user adds by URL and chain id, in its order and with its parameters: checking the network, following the account, showing a
 * token, and sending. The extension itself needs a browser profile and a person; these are its calls, with its headers.
 */

const user = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const from = user.address.toLowerCase() as Hex;
const to: Hex = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';
const origin = 'chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn';
const { mb } = systemAddresses;
const interfaces = parseAbi(['function supportsInterface(bytes4 id) view returns (bool)']);
const ERC721 = '0x80ac58cd';
const ERC1155 = '0xd9b67a26';

let market: MarketNode;
let id = 8_415_551_337_000;

beforeAll(async () => {
  market = await startMarket();
}, 60_000);
afterAll(() => market.stop());

async function ask<T>(method: string, ...params: unknown[]): Promise<T> {
  const answer = await answerTo<T>(method, params);
  expect([method, answer.error]).toEqual([method, undefined]);
  return answer.result as T;
}

async function answerTo<T>(method: string, params: unknown[]) {
  const call = { id: id++, jsonrpc: '2.0', method, params };
  const response = await fetch(market.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(call),
  });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  const answer = (await response.json()) as { id: number; result?: T; error?: { code: number } };
  expect(answer.id).toBe(call.id);
  return answer;
}

const readToken = async (data: Hex): Promise<Hex> => ask<Hex>('eth_call', { to: mb, data }, 'latest');

describe('MetaMask', () => {
  it('may call from its own origin', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const answer = await fetch(market.url, { method: 'OPTIONS', headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(answer.headers.get('access-control-allow-headers')).toContain('content-type');
  });

  it('accepts the network: its chain id, and that it has EIP-1559 fees', async () => {
    expect(await ask('eth_chainId')).toBe(toHex(CHAIN_ID));
    expect(await ask('net_version')).toBe(String(CHAIN_ID));
    const block = await ask<{ baseFeePerGas: Hex; number: Hex }>('eth_getBlockByNumber', 'latest', false);
    expect(block).toMatchObject({
      baseFeePerGas: expect.stringMatching(/^0x[1-9a-f]/),
      transactions: expect.any(Array),
    });
    expect(await ask('eth_blockNumber')).toBe(block.number);
  });

  it('shows the account and a token', async () => {
    expect(hexToBigInt(await ask<Hex>('eth_getBalance', from, 'latest'))).toBeGreaterThan(parseEther('1'));
    const read = async (functionName: 'name' | 'symbol' | 'decimals') =>
      decodeFunctionResult({
        abi: erc20Abi,
        functionName,
        data: await readToken(encodeFunctionData({ abi: erc20Abi, functionName })),
      });
    expect([await read('name'), await read('symbol'), await read('decimals')]).toEqual(['MetaMart', 'MB', 18]);
    const balance = await readToken(encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [from] }));
    expect(hexToBigInt(balance)).toBeGreaterThan(parseEther('1'));
  });

  it('does not take a token for a collectible', async () => {
    for (const standard of [ERC721, ERC1155] as const) {
      const data = encodeFunctionData({ abi: interfaces, functionName: 'supportsInterface', args: [standard] });
      const { result, error } = await answerTo<Hex>('eth_call', [{ to: mb, data }, 'latest']);
      expect(error !== undefined || hexToBigInt(result!) === 0n).toBe(true);
    }
  });

  it('sends ether, and finds the transaction with its block', async () => {
    const fees = await ask<{ baseFeePerGas: Hex[]; reward: Hex[][] }>('eth_feeHistory', '0x5', 'latest', [10, 20, 30]);
    const base = hexToBigInt(fees.baseFeePerGas.at(-1)!);
    expect(await ask('eth_getCode', to, 'latest')).toBe('0x');
    const draft = { from, to, value: toHex(parseEther('0.5')), data: '0x', type: '0x2' };
    const gas = hexToBigInt(await ask<Hex>('eth_estimateGas', { ...draft, gas: '0x1c9c380' }));
    const nonce = Number(await ask<Hex>('eth_getTransactionCount', from, 'pending'));
    expect(Number(await ask<Hex>('eth_getTransactionCount', from, 'latest'))).toBe(nonce);
    const raw = await user.signTransaction({
      type: 'eip1559',
      chainId: CHAIN_ID,
      nonce,
      to,
      value: parseEther('0.5'),
      gas,
      maxFeePerGas: 2n * base,
      maxPriorityFeePerGas: hexToBigInt(fees.reward.at(-1)?.[1] ?? '0x0'),
    });
    const hash = await ask<Hex>('eth_sendRawTransaction', raw);
    expect(await ask('eth_getTransactionReceipt', hash)).toBeNull();
    await market.chain.seal();
    const receipt = await ask<{ blockHash: Hex }>('eth_getTransactionReceipt', hash);
    expect(receipt).toMatchObject({ status: '0x1', from, to, transactionHash: hash });
    expect(await ask('eth_getTransactionByHash', hash)).toMatchObject({ hash, nonce: toHex(nonce), type: '0x2' });
    expect(await ask('eth_getBlockByHash', receipt.blockHash, false)).toMatchObject({ hash: receipt.blockHash });
    expect(hexToBigInt(await ask<Hex>('eth_getBalance', to, 'latest'))).toBe(parseEther('0.5'));
  });
});

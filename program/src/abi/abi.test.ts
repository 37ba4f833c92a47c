import { describe, expect, it } from '@jest/globals';
import {
  type Abi,
  type AbiFunction,
  type Address,
  encodeAbiParameters,
  toFunctionSelector,
  toFunctionSignature,
} from 'viem';

import { poolAddress, systemAddresses, tokenAddress } from '../codec/address.js';
import { accounts, ETHER, TestChain } from '../testing/test-chain.js';
import * as abis from './index.js';

const UNKNOWN_SELECTOR = 1_002;
/** LP tokens are not bridged, so they have no L1 side. */
const bridged = [
  'l1Token',
  'l2Bridge',
  'remoteToken',
  'bridge',
  'REMOTE_TOKEN',
  'BRIDGE',
  'supportsInterface',
  'version',
];
const erc20Part = abis.erc20Abi.filter((entry) => !bridged.includes(entry.name));
const contracts: [string, Abi, Address][] = [
  ['ERC-20', abis.erc20Abi, tokenAddress(3)],
  ['ERC-20 face of a pool', erc20Part, poolAddress(0)],
  ['wrapped ether', abis.wrappedEtherAbi, systemAddresses.eth],
  ['factory', abis.factoryAbi, systemAddresses.factory],
  ['pair', abis.pairAbi, poolAddress(0)],
  ['router', abis.routerAbi, systemAddresses.router],
  ['messenger', abis.messengerAbi, systemAddresses.messenger],
  ['standard bridge', abis.standardBridgeAbi, systemAddresses.standardBridge],
  ['message passer', abis.messagePasserAbi, systemAddresses.messagePasser],
  ['gas price oracle', abis.gasPriceOracleAbi, systemAddresses.gasPriceOracle],
  ['L1 block', abis.l1BlockAbi, systemAddresses.l1Block],
  ['token factory', abis.tokenFactoryAbi, systemAddresses.tokenFactory],
  ['Multicall3', abis.multicall3Abi, systemAddresses.multicall3],
];

const zeroOf = (type: string): unknown => {
  if (type.endsWith('[]')) return [];
  if (type === 'address') return '0x0000000000000000000000000000000000000000';
  if (type === 'bool') return false;
  if (type === 'string') return '';
  if (type === 'bytes') return '0x';
  if (type.startsWith('bytes')) return `0x${'00'.repeat(Number(type.slice(5)))}`;
  return 0n;
};

const withPool = async (): Promise<TestChain> => {
  const chain = new TestChain();
  const pool = poolAddress(0);
  chain.block([
    await chain.packed(accounts[1]!, [
      { type: 'CreatePool', tokenA: tokenAddress(1), tokenB: tokenAddress(3) },
      { type: 'AddLiquidity', pool, amount0: ETHER, amount1: ETHER, minimum0: 0n, minimum1: 0n },
    ]),
  ]);
  return chain;
};

describe('published ABIs', () => {
  it.each(contracts)('%s: the program knows every function', async (_name, abi, to) => {
    const chain = await withPool();
    const functions = abi.filter((entry): entry is AbiFunction => entry.type === 'function');
    const unknown = functions.filter((entry) => {
      const values = entry.inputs.map(({ type }) => zeroOf(type));
      const data = `${toFunctionSelector(entry)}${encodeAbiParameters(entry.inputs, values).slice(2)}` as const;
      return (
        chain.engine.query({ from: accounts[1]!.address, to, value: 0n, data, timestamp: chain.time }).code ===
        UNKNOWN_SELECTOR
      );
    });
    expect(unknown.map((entry) => toFunctionSignature(entry))).toEqual([]);
  });

  it('a function that does not exist is unknown', () => {
    const { code } = new TestChain().engine.query({
      from: accounts[1]!.address,
      to: systemAddresses.router,
      value: 0n,
      data: '0xdeadbeef',
      timestamp: 0n,
    });
    expect(code).toBe(UNKNOWN_SELECTOR);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type Abi, decodeEventLog, decodeFunctionResult, encodeFunctionData, keccak256 } from 'viem';

import {
  erc20Abi,
  factoryAbi,
  gasPriceOracleAbi,
  messengerAbi,
  multicall3Abi,
  pairAbi,
  routerAbi,
  standardBridgeAbi,
} from '../abi/index.js';
import { poolAddress, systemAddresses, tokenAddress } from '../codec/address.js';
import { packedHash } from '../codec/typed-data.js';
import { decodePacked } from '../codec/packed.js';
import { accounts, CHAIN_ID, ETHER, TestChain } from '../testing/test-chain.js';

const [, alice, bob] = accounts as [never, (typeof accounts)[0], (typeof accounts)[0]];

describe('the program on its genesis', () => {
  it('answers the ERC-20 reads of every genesis token', () => {
    const chain = new TestChain();
    const read = (index: number, functionName: 'name' | 'symbol' | 'decimals' | 'totalSupply' | 'l1Token') => {
      const { data } = chain.view(tokenAddress(index), { abi: erc20Abi, functionName });
      return decodeFunctionResult({ abi: erc20Abi, functionName, data });
    };
    expect([read(0, 'name'), read(0, 'symbol'), read(0, 'decimals')]).toEqual(['Ether', 'ETH', 18]);
    expect([read(1, 'symbol'), read(2, 'symbol'), read(2, 'decimals'), read(3, 'name')]).toEqual([
      'MB',
      'DCEP',
      6,
      'Tea House',
    ]);
    expect(read(1, 'totalSupply')).toBe(BigInt(accounts.length) * 1_000_000_000n * ETHER);
    expect(read(2, 'l1Token')).toBe('0x1111111111111111111111111111111111111112');
    const { data } = chain.view(tokenAddress(3), { abi: erc20Abi, functionName: 'balanceOf', args: [alice.address] });
    expect(BigInt(data)).toBe(1_000_000_000n * ETHER);
  });

  it('shows the parameters of genesis through its system contracts', () => {
    const chain = new TestChain();
    const read = (to: `0x${string}`, abi: Abi, functionName: string) => chain.view(to, { abi, functionName }).data;
    const l1 = '1111111111111111111111111111111111111112';
    expect(read(systemAddresses.messenger, messengerAbi, 'otherMessenger').slice(-40)).toBe(l1);
    expect(read(systemAddresses.standardBridge, standardBridgeAbi, 'otherBridge').slice(-40)).toBe(l1);
    expect(BigInt(read(systemAddresses.gasPriceOracle, gasPriceOracleAbi, 'baseFee'))).toBe(1_000_000n);
    expect(BigInt(read(systemAddresses.multicall3, multicall3Abi, 'getChainId'))).toBe(BigInt(CHAIN_ID));
    expect(BigInt(read(systemAddresses.multicall3, multicall3Abi, 'getBlockNumber'))).toBe(0n);
  });

  it('makes a pool, adds liquidity and swaps in packed transactions', async () => {
    const chain = new TestChain();
    const pool = poolAddress(0);
    const { results, block } = chain.block([
      await chain.packed(alice, [
        { type: 'CreatePool', tokenA: tokenAddress(1), tokenB: tokenAddress(3) },
        { type: 'AddLiquidity', pool, amount0: 10_000n * ETHER, amount1: 10_000n * ETHER, minimum0: 0n, minimum1: 0n },
      ]),
      await chain.packed(bob, [{ type: 'Swap', pool, zeroForOne: true, amountIn: ETHER, minimumOut: 0n }]),
    ]);
    expect(results).toEqual([
      { status: 'executed', code: 0 },
      { status: 'executed', code: 0 },
    ]);
    const events = block.receipts[1]!.events.flatMap((event) => {
      try {
        return [decodeEventLog({ abi: pairAbi, data: event.data, topics: event.topics as never })];
      } catch {
        return [];
      }
    });
    const swapped = events.find(({ eventName }) => eventName === 'Swap')!.args as Record<string, bigint>;
    expect(swapped['amount1Out']).toBe(996_900_609_009_281_774n);
    const { data } = chain.view(systemAddresses.factory, {
      abi: factoryAbi,
      functionName: 'getPair',
      args: [tokenAddress(1), tokenAddress(3)],
    });
    expect(data.slice(-40)).toBe(pool.slice(2));
  });

  it('executes Ethereum transactions to the router', async () => {
    const chain = new TestChain();
    const create = encodeFunctionData({
      abi: factoryAbi,
      functionName: 'createPair',
      args: [tokenAddress(0), tokenAddress(3)],
    });
    const deadline = chain.time + 1_000n;
    const add = encodeFunctionData({
      abi: routerAbi,
      functionName: 'addLiquidityETH',
      args: [tokenAddress(3), 1_000n * ETHER, 0n, 0n, alice.address, deadline],
    });
    const approve = encodeFunctionData({
      abi: erc20Abi,
      functionName: 'approve',
      args: [systemAddresses.router, 10n ** 30n],
    });
    const swap = encodeFunctionData({
      abi: routerAbi,
      functionName: 'swapExactETHForTokens',
      args: [0n, [tokenAddress(0), tokenAddress(3)], alice.address, deadline],
    });
    const { results, block } = chain.block([
      await chain.ethereum(alice, { to: systemAddresses.factory, data: create, nonce: 0 }),
      await chain.ethereum(alice, { to: tokenAddress(3), data: approve, nonce: 1 }),
      await chain.ethereum(alice, { to: systemAddresses.router, data: add, value: 1_000n * ETHER, nonce: 2 }),
      await chain.ethereum(alice, { to: systemAddresses.router, data: swap, value: ETHER, nonce: 3 }),
      await chain.ethereum(alice, { to: bob.address, value: 5n, nonce: 4 }),
    ]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(block.receipts.map(({ sender, kind }) => [sender, kind])).toEqual(
      Array.from({ length: 5 }, () => [alice.address.toLowerCase(), 'ethereum']),
    );
  });

  it('identifies transactions by the hash that wallets know', async () => {
    const chain = new TestChain();
    const wire = await chain.packed(alice, [{ type: 'Transfer', token: tokenAddress(1), to: bob.address, amount: 7n }]);
    const { hash, sender, code } = chain.preparer.recordPrepare(wire, chain.time);
    const { transaction } = decodePacked(wire, chain.time);
    expect([code, hash, sender]).toEqual([
      0,
      packedHash(transaction, CHAIN_ID, alice.address),
      alice.address.toLowerCase(),
    ]);
    const { block } = chain.block([wire]);
    expect(block.receipts[0]).toMatchObject({ hash, sender, kind: 'packed', status: 'ok', operations: 1, nonce: 0n });
  });

  it('finds hash and sender of an Ethereum transaction', async () => {
    const chain = new TestChain();
    const wire = await chain.ethereum(alice, { to: bob.address, value: 5n });
    const { hash, sender } = chain.preparer.recordPrepare(wire, chain.time);
    expect([hash, sender]).toEqual([keccak256(wire.subarray(3)), alice.address.toLowerCase()]);
  });

  it('tells the same words of two signers apart', async () => {
    const chain = new TestChain();
    const [mine, theirs] = await Promise.all(
      [alice, bob].map((signer) =>
        chain.packed(signer, [{ type: 'Transfer', token: tokenAddress(1), to: accounts[3]!.address, amount: 7n }]),
      ),
    );
    const { block } = chain.block([mine!, theirs!]);
    expect(block.receipts.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(new Set(block.receipts.map(({ hash }) => hash)).size).toBe(2);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type Hex, pad, toHex } from 'viem';

import { bridgeAbi, tokenAbi } from '../../../test/abi.ts';
import { FACTORY, l1Token, named, openBridge, two } from '../../../test/bridge.ts';
import { predeploy, tokenAddress } from '../../../test/ledger.ts';

describe('the token factory', () => {
  it.each(['createOptimismMintableERC20', 'createStandardL2Token'] as const)('registers a token by %s', (name) => {
    const ledger = openBridge();
    const title = 'A name of more than thirty-two bytes, in UTF-8: 代币';
    const outcome = ledger.call(bridgeAbi, name, [l1Token(8), title, 'EIGHT'], FACTORY, two);
    expect(outcome.code).toBe(0);
    expect(`0x${outcome.data.slice(-40)}`).toBe(tokenAddress(4));
    expect(named(outcome, 'StandardL2TokenCreated')).toEqual({ remoteToken: l1Token(8), localToken: tokenAddress(4) });
    expect(named(outcome, 'OptimismMintableERC20Created')).toEqual({
      localToken: tokenAddress(4),
      remoteToken: l1Token(8),
      deployer: two,
    });
    expect(ledger.read(tokenAbi, 'name', [], tokenAddress(4))).toBe(title);
    expect(ledger.read(tokenAbi, 'decimals', [], tokenAddress(4))).toBe(18);
    expect(ledger.call(bridgeAbi, name, [l1Token(8), title, 'EIGHT'], FACTORY, two).data.slice(-8)).toBe('00000005');
  });

  it('takes decimals and refuses what does not fit', () => {
    const ledger = openBridge();
    const create = (...args: [Hex, string, string, number]) =>
      ledger.call(bridgeAbi, 'createOptimismMintableERC20WithDecimals', args, FACTORY, two);
    expect(create(l1Token(8), 'a', 'b', 6).code).toBe(0);
    expect(ledger.read(tokenAbi, 'decimals', [], tokenAddress(4))).toBe(6);
    expect(create(pad('0x', { size: 20 }), 'a', 'b', 6).code).toBe(4002);
    expect(create(l1Token(8), '', 'b', 6).code).toBe(4003);
    expect(create(l1Token(8), 'a', '', 6).code).toBe(4004);
    expect(create(l1Token(8), 'x'.repeat(65), 'b', 6).code).toBe(1006);
    expect(create(l1Token(8), 'a', 'x'.repeat(33), 6).code).toBe(1006);
  });
});

describe('the gas price oracle', () => {
  it('answers from the prices of the last item', () => {
    const ledger = openBridge();
    const words = (...values: bigint[]) =>
      values.map((value) => Buffer.from(BigUint64Array.of(value).buffer).toString('hex')).join('');
    ledger.setWord('0604', words(3_000n, 25n, 9n));
    ledger.setWord('0605', words(123n, 456n, 1n));
    const oracle = predeploy(0x0f);
    expect(ledger.read(bridgeAbi, 'getL1Fee', [toHex(new Uint8Array(130))], oracle)).toBe(200n * 3_000n);
    expect(ledger.read(bridgeAbi, 'getL1GasUsed', [toHex(new Uint8Array(130))], oracle)).toBe(200n * 16n);
    expect(ledger.read(bridgeAbi, 'l1BaseFee', [], oracle)).toBe(25n);
    expect(ledger.read(bridgeAbi, 'decimals', [], oracle)).toBe(6n);
    expect(ledger.read(bridgeAbi, 'getOperatorFee', [1n], oracle)).toBe(0n);
    expect(ledger.read(bridgeAbi, 'number', [], predeploy(0x15))).toBe(123n);
  });
});

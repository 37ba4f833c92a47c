import { describe, expect, it } from '@jest/globals';
import { encodeFunctionData, erc20Abi } from 'viem';

import { tokenAddress } from '../codec/address.js';
import { accounts, TestChain } from '../testing/test-chain.js';

const [, alice, bob] = accounts as [never, (typeof accounts)[0], (typeof accounts)[0]];
/** Of a token of which she has a billion units of 10^18. */
const BEYOND_HER_MEANS = 1n << 120n;

/** A block with one transfer of hers by Ethereum transaction, and what it took from her in ether. */
const transfer = async (amount: bigint) => {
  const chain = new TestChain();
  const before = chain.balance(0, alice.address);
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [bob.address, amount] });
  const { block } = chain.block([await chain.ethereum(alice, { to: tokenAddress(3), data })]);
  return { receipt: block.receipts[0]!, paid: before - chain.balance(0, alice.address) };
};

describe('an Ethereum transaction', () => {
  it.each([
    ['ok', 1n],
    ['failed', BEYOND_HER_MEANS],
  ])(
    'that is %s costs its sender gas used times effective gas price, neither more nor less',
    async (status, amount) => {
      const { receipt, paid } = await transfer(amount);
      expect(receipt.status).toBe(status);
      expect(receipt.gasUsed).toBeGreaterThan(0n);
      expect(paid).toBe(receipt.gasUsed * receipt.effectiveGasPrice);
    },
  );

  it('takes the gas that was known before, whatever became of it', async () => {
    const [done, failed] = [await transfer(1n), await transfer(BEYOND_HER_MEANS)];
    expect(failed.receipt.gasUsed).toBe(done.receipt.gasUsed);
  });
});

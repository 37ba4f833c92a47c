import { describe, expect, it } from '@jest/globals';
import { disputeGameAbi } from '@metachain/contracts';
import { type Address, decodeFunctionData, type Hex, zeroAddress } from 'viem';
import { Defence } from './defence.js';

const account = (digit: string): Address => `0x${digit.repeat(40)}`;
const [owner, game, prover, another] = ['1', '2', '3', '4'].map(account) as [Address, Address, Address, Address];

/** A proposer whose delegate on L1 is `standing`; the first `failures` calls are lost. */
function proposer(defender: Address | undefined, standing: Address, failures = 0) {
  const sent: { to: Address; data: Hex }[] = [];
  let left = failures;
  const defence = new Defence({
    owner,
    defender,
    rollup: { disputeGame: async () => game, delegateOf: async (of) => (of === owner ? standing : zeroAddress) },
    send: async (_what, to, data) => {
      if (left-- > 0) throw new TypeError('lost');
      sent.push({ to, data });
    },
  });
  return { defence, sent };
}

describe('Defence', () => {
  it.each([zeroAddress, another])('names the defender where L1 has %s', async (standing) => {
    const { defence, sent } = proposer(prover, standing);
    expect(await defence.establish()).toEqual({ defender: prover, named: true });
    expect(sent.map(({ to }) => to)).toEqual([game]);
    expect(decodeFunctionData({ abi: disputeGameAbi, data: sent[0]!.data })).toEqual({
      functionName: 'setDelegate',
      args: [prover],
    });
    expect(await defence.establish()).toBeUndefined();
    expect(sent).toHaveLength(1);
    expect(defence.detail).toBe(`defender: ${prover}`);
  });

  it('sends nothing where L1 has it already', async () => {
    const { defence, sent } = proposer(prover, prover);
    expect(await defence.establish()).toEqual({ defender: prover, named: false });
    expect(sent).toEqual([]);
  });

  it('takes nobody back where none is configured, and says who it is', async () => {
    const { defence, sent } = proposer(undefined, another);
    expect(await defence.establish()).toEqual({ defender: another, named: false });
    expect(sent).toEqual([]);
  });

  it('says that there is none', async () => {
    const { defence } = proposer(undefined, zeroAddress);
    expect(defence.detail).toBe('defender: not looked up yet');
    expect(await defence.establish()).toEqual({ defender: undefined, named: false });
    expect(defence.detail).toContain('NONE');
  });

  it('tries again after a failure', async () => {
    const { defence, sent } = proposer(prover, zeroAddress, 1);
    await expect(defence.establish()).rejects.toThrow('lost');
    expect(await defence.establish()).toEqual({ defender: prover, named: true });
    expect(sent).toHaveLength(1);
  });
});

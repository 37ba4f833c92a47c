import { describe, expect, it } from '@jest/globals';
import { disputeGameAbi } from '@metachain/contracts';
import { encodeErrorResult, zeroHash } from 'viem';

import { explainRefusal } from './game-calls.js';

describe('explainRefusal', () => {
  it('names the error of the contracts', () => {
    const data = encodeErrorResult({ abi: disputeGameAbi, errorName: 'NothingDisputed', args: [zeroHash] });
    const reason = `execution reverted: custom error ${data.slice(0, 10)}: ${data.slice(10)}`;
    expect(explainRefusal(reason)).toBe('execution reverted: NothingDisputed');
  });

  it('leaves every other reason as it is', () => {
    for (const reason of ['insufficient funds', 'execution reverted: custom error 0x00000000']) {
      expect(explainRefusal(reason)).toBe(reason);
    }
  });
});

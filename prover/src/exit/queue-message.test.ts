import { describe, expect, it } from '@jest/globals';
import { L1TransactionRefusedError } from '@metachain/bridge';
import { optimismPortalAbi } from '@metachain/contracts';
import { encodeErrorResult, zeroAddress, zeroHash, type Hex } from 'viem';

import { queueMessage, type MessageRequest } from './queue-message.js';

const call = { what: 'forced withdrawal', to: zeroAddress, data: '0x', value: 0n } as const;
const reverting = (data?: Hex) => new L1TransactionRefusedError(call.what, 'execution reverted', false, data);
const full = reverting(encodeErrorResult({ abi: optimismPortalAbi, errorName: 'DepositsExhausted', args: [257n] }));
const reverted = new L1TransactionRefusedError(call.what, 'transaction 0x01 reverted', true);

/** Queues on an L1 that fails so often, each time alike. */
async function queueOn(failures: number, error: unknown) {
  const sent: MessageRequest[] = [];
  const told: bigint[] = [];
  const send = async (request: MessageRequest) => {
    if (sent.push(request) <= failures) throw error;
    return zeroHash;
  };
  const result = await queueMessage(call, send, (tip) => told.push(tip)).catch((thrown: unknown) => thrown);
  return { result, sent, told };
}

describe('a message to the portal', () => {
  it('is sent as it is where there is room', async () => {
    expect(await queueOn(0, full)).toEqual({ result: zeroHash, sent: [call], told: [] });
  });

  it.each([
    ['when L1 says so before it is sent', full],
    ['when it reverted in its block', reverted],
  ])('is sent again for twice the tip where blocks are full, %s', async (_, error) => {
    const { result, sent, told } = await queueOn(3, error);
    expect(result).toBe(zeroHash);
    expect(sent.map(({ leastTip }) => leastTip)).toEqual([undefined, 2_000_000_000n, 4_000_000_000n, 8_000_000_000n]);
    // Nobody is asked again for an estimate, which may be made in the full block.
    expect(sent.slice(1).every(({ gas }) => gas !== undefined)).toBe(true);
    expect(told).toEqual(sent.slice(1).map(({ leastTip }) => leastTip));
  });

  it('gives up after some tries, and says why and what helps', async () => {
    const { result, sent } = await queueOn(Infinity, reverted);
    expect(sent).toHaveLength(11);
    expect(result).toMatchObject({ code: 501, message: expect.stringMatching(/filled L1's blocks.*--max-fee-gwei/) });
  });

  it.each([
    ['another revert', reverting('0x12345678')],
    ['a revert that L1 does not explain', reverting()],
    ['anything else', new Error('away')],
  ])('is not sent again after %s', async (_, error) => {
    const { result, sent } = await queueOn(1, error);
    expect([result, sent.length]).toEqual([error, 1]);
  });
});

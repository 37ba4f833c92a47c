import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { L1Account } from '@metachain/bridge';
import { testAccount } from '@metachain/bridge/testing';
import { inboxAbi, optimismPortalAbi } from '@metachain/contracts';
import { encodeFunctionData, numberToHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { TestRollup, users } from '../testing/test-rollup.js';
import { forcedWithdrawalCall } from './forced-withdrawal.js';
import { queueMessage } from './queue-message.js';

jest.setTimeout(120_000);

const GWEI = 10n ** 9n;
/** As many as a block takes (docs/spec/l1.md, "Deposit limits"). */
const ALLOWED = 256;
const ATTACKER_TIP = 3n * GWEI;
const attacker = testAccount(6);
const user = users[0]!;

let rollup: TestRollup;
beforeAll(async () => {
  rollup = await TestRollup.start();
  await rollup.client.request({ method: 'evm_setBlockGasLimit', params: [numberToHex(200_000_000)] } as never);
  await rollup.client.setAutomine(false);
}, 60_000);
afterAll(() => rollup.anvil.stop());

/** Deposits for the next block, at as much gas as one may declare; their sender is an account that the L1 node holds the key of. */
async function fill(): Promise<void> {
  const { portal } = rollup.deployment.addresses;
  const nonce = await rollup.client.getTransactionCount({ address: attacker.address });
  const args = [attacker.address, 0n, 20_000_000n, false, '0x'] as const;
  const data = encodeFunctionData({ abi: optimismPortalAbi, functionName: 'depositTransaction', args });
  const fees = { maxFeePerGas: numberToHex(ATTACKER_TIP + 2n * GWEI), maxPriorityFeePerGas: numberToHex(ATTACKER_TIP) };
  const call = { from: attacker.address, to: portal, data, gas: numberToHex(200_000), ...fees };
  const requests = Array.from({ length: ALLOWED }, (_, id) => {
    const params = [{ ...call, nonce: numberToHex(nonce + id) }];
    return { jsonrpc: '2.0', id, method: 'eth_sendTransaction', params };
  });
  const headers = { 'content-type': 'application/json' };
  await (await fetch(rollup.anvil.url, { method: 'POST', headers, body: JSON.stringify(requests) })).text();
}

it('a user queues a message although somebody fills every block, by outbidding him', async () => {
  const key = `0x${Buffer.from(user.getHdKey().privateKey!).toString('hex')}` as const;
  let blocks = 0;
  /** Each block is made when the user's transaction waits beside those of the attacker. */
  const mine = () => {
    blocks++;
    return rollup.client.mine({ blocks: 1 });
  };
  const account = new L1Account({
    source: rollup.source,
    account: privateKeyToAccount(key),
    chainId: 31_337,
    limits: { maxFee: 500n * GWEI, maxBlobFee: GWEI },
    pollMilliseconds: 20,
    resubmitMilliseconds: 60_000,
    onEvent: ({ event }) => void (event === 'l1_transaction_sent' && mine()),
  });
  const { portal, inbox } = rollup.deployment.addresses;
  const data = forcedWithdrawalCall({ amount: 1n, to: user.address });
  const tips: bigint[] = [];
  const { signal } = new AbortController();
  const hash = await queueMessage(
    { what: 'forced withdrawal', to: portal, data, value: 0n },
    async (request) => {
      await fill();
      return (await account.transact(request, async () => undefined, signal)).hash;
    },
    (tip) => tips.push(tip),
  );
  expect(tips.at(-1)).toBeGreaterThan(ATTACKER_TIP);
  expect((await rollup.client.getTransactionReceipt({ hash })).status).toBe('success');
  const queued = await rollup.client.readContract({ address: inbox, abi: inboxAbi, functionName: 'delayedCount' });
  expect(blocks).toBeGreaterThan(1);
  // Each block took as many as it may; in the last the user's is one of them.
  expect(queued).toBe(BigInt(ALLOWED * blocks));
});

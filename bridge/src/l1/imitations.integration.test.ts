import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inboxAbi, optimismPortalAbi } from '@metachain/contracts';
import { encodeFunctionData, pad, parseEther, toHex, type Hex } from 'viem';

import {
  anvilClient,
  emptyHandedCode,
  imitationCall,
  imitationCode,
  startL1,
  testAccount,
  type DeployedL1,
} from '../testing/index.js';
import { MetachainInbox } from './metachain-inbox.js';
import { L1Source } from './source.js';
import { L1Watcher } from './watcher.js';

const user = testAccount(1);
const contract: Hex = '0x00000000000000000000000000000000000000c0';

let l1: DeployedL1;
let client: ReturnType<typeof anvilClient>;
beforeAll(async () => {
  l1 = await startL1();
  client = anvilClient(l1.anvil.url);
}, 60_000);
afterAll(() => l1.anvil.stop());

const send = async (to: Hex, data: Hex, value = 0n) => {
  const hash = await client.sendTransaction({ account: user, chain: null, to, data, value, gas: 5_000_000n });
  return client.waitForTransactionReceipt({ hash });
};

const depositCall = (value: bigint) =>
  encodeFunctionData({
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [user.address, value, 200_000n, false, '0x'],
  });

const deposit = (value: bigint) => send(l1.deployment.addresses.portal, depositCall(value), value);

const read = async () => {
  const source = new L1Source({ urls: [l1.anvil.url], retries: 0 });
  const inbox = new MetachainInbox(source, l1.deployment.addresses);
  const watcher = new L1Watcher({ source, contract: inbox, fromBlock: l1.deployment.l1BlockNumber });
  for await (const event of watcher.sync()) expect(event.type).not.toBe('reorg');
  return watcher;
};

/** Sequencer and prover both read L1 through the watcher, so what it leaves out neither of them sees. */
describe('an imitation of a deposit', () => {
  it('in another contract, with our events to the byte, is no deposit and no item', async () => {
    const genuine = [await deposit(5n)];
    genuine.push(
      await send(l1.deployment.addresses.inbox, encodeFunctionData({ abi: inboxAbi, functionName: 'appendEmpty' })),
    );
    const before = await read();
    const logs = genuine.flatMap((receipt) => receipt.logs);
    expect(logs).toHaveLength(3);
    for (const { topics, data } of logs) {
      await client.setCode({ address: contract, bytecode: imitationCode(topics.length) });
      // Once the same again, once under the number that comes next and with a larger amount.
      const next = topics.map((topic, place) => (place === 1 ? pad(toHex(1n), { size: 32 }) : topic));
      const larger = data.replaceAll(pad('0x05', { size: 32 }).slice(2), pad('0x09', { size: 32 }).slice(2)) as Hex;
      for (const content of [
        { topics, data },
        { topics: next, data: larger },
      ]) {
        const { logs: emitted } = await send(contract, imitationCall(content));
        expect(emitted).toMatchObject([{ address: contract, ...content }]);
      }
    }
    const after = await read();
    expect(after.messages).toEqual(before.messages);
    expect(after.items).toEqual(before.items);
    await deposit(6n);
    expect((await read()).messages.map(({ mint }) => mint)).toEqual([5n, 6n]);
  });

  it('through a contract that keeps the ether and calls the portal without any mints nothing', async () => {
    const { portal } = l1.deployment.addresses;
    await client.setCode({ address: contract, bytecode: emptyHandedCode(portal) });
    const before = (await read()).messages.length;
    const held = await client.getBalance({ address: portal });
    const receipt = await send(contract, depositCall(parseEther('9')), parseEther('9'));
    expect(receipt.status).toBe('success');
    expect(await client.getBalance({ address: portal })).toBe(held);
    const [message, ...others] = (await read()).messages.slice(before);
    expect(others).toEqual([]);
    // Its sender is the contract and not the user, so the call cannot spend what the user has on L2 either.
    const aliased = toHex((BigInt(contract) + 0x1111000000000000000000000000000000001111n) % 2n ** 160n, { size: 20 });
    expect(message).toMatchObject({ mint: 0n, value: parseEther('9') });
    expect(message!.from.toLowerCase()).toBe(aliased);
  });
});

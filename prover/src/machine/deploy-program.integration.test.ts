import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnvilHandle, startAnvil, testAccount } from '@metachain/bridge/testing';
import { oneStepProverAbi, oneStepProverBytecode } from '@metachain/contracts';
import { bytesToHex, createPublicClient, createWalletClient, http, zeroAddress } from 'viem';
import { foundry } from 'viem/chains';
import { deployProgram } from './deploy-program.js';
import { describeProgram } from './lowering/program.js';
import { program } from './testing/real-chain.js';

let anvil: AnvilHandle;
beforeAll(async () => {
  anvil = await startAnvil();
}, 60_000);
afterAll(() => anvil.stop());

describe('deployProgram', () => {
  it('puts the real program on L1 under the hash computed here, once', async () => {
    const transport = http(anvil.url);
    const wallet = createWalletClient({ account: testAccount(0), chain: foundry, transport });
    const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
    const hash = await wallet.deployContract({
      abi: oneStepProverAbi,
      bytecode: oneStepProverBytecode,
      args: [zeroAddress],
    });
    const { contractAddress } = await client.waitForTransactionReceipt({ hash });
    const deployer = { wallet, client, oneStepProver: contractAddress ?? zeroAddress };
    const description = describeProgram(program.wasm);
    const isRegistered = () =>
      client.readContract({
        address: deployer.oneStepProver,
        abi: oneStepProverAbi,
        functionName: 'isRegistered',
        args: [bytesToHex(description.hash)],
      });
    expect(await isRegistered()).toBe(false);
    await deployProgram(deployer, description);
    expect(await isRegistered()).toBe(true);
    const before = await client.getTransactionCount({ address: wallet.account.address });
    await deployProgram(deployer, description);
    expect(await client.getTransactionCount({ address: wallet.account.address })).toBe(before);
  }, 60_000);
});

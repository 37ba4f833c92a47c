import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnvilHandle, startAnvil, testAccount } from '@metachain/bridge/testing';
import { oneStepProverAbi, oneStepProverBytecode } from '@metachain/contracts';
import { bytesToHex, createPublicClient, createWalletClient, http, zeroAddress } from 'viem';
import { foundry } from 'viem/chains';
import { deployProgram, type ProgramDeployer } from './deploy-program.js';
import { describeProgram } from './lowering/program.js';
import { codeHash, creationCall } from './program-calls.js';
import { program } from './testing/real-chain.js';

let anvil: AnvilHandle;
beforeAll(async () => {
  anvil = await startAnvil();
}, 60_000);
afterAll(() => anvil.stop());

const description = describeProgram(program.wasm);

const walletOf = (index: number): ProgramDeployer['wallet'] =>
  createWalletClient({ account: testAccount(index), chain: foundry, transport: http(anvil.url) });

/** A judge that knows no program, and who puts one there. */
async function freshDeployer(): Promise<ProgramDeployer> {
  const wallet = walletOf(0);
  const client = createPublicClient({ chain: foundry, transport: http(anvil.url), pollingInterval: 50 });
  const hash = await wallet.deployContract({
    abi: oneStepProverAbi,
    bytecode: oneStepProverBytecode,
    args: [zeroAddress],
    chain: foundry,
  });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  return { wallet, client, oneStepProver: contractAddress ?? zeroAddress };
}

const isRegistered = ({ client, oneStepProver: address }: ProgramDeployer) =>
  client.readContract({
    address,
    abi: oneStepProverAbi,
    functionName: 'isRegistered',
    args: [bytesToHex(description.hash)],
  });

const nonceOf = ({ client, wallet }: ProgramDeployer) =>
  client.getTransactionCount({ address: wallet.account.address });

describe('deployProgram', () => {
  it('puts the real program on L1 under the hash computed here, once', async () => {
    const deployer = await freshDeployer();
    expect(await isRegistered(deployer)).toBe(false);
    await deployProgram(deployer, description);
    expect(await isRegistered(deployer)).toBe(true);
    for (const code of description.contracts) {
      const { client, oneStepProver: address } = deployer;
      const args = [codeHash(code)] as const;
      const made = await client.readContract({ address, abi: oneStepProverAbi, functionName: 'dataContractOf', args });
      expect(await client.getCode({ address: made })).toBe(bytesToHex(code));
    }
    const before = await nonceOf(deployer);
    await deployProgram(deployer, description);
    expect(await nonceOf(deployer)).toBe(before);
  }, 60_000);

  it('goes on from what somebody else put there', async () => {
    const deployer = await freshDeployer();
    const { client, oneStepProver: to } = deployer;
    const other = walletOf(1);
    for (const code of description.contracts.slice(2, 5)) {
      const hash = await other.sendTransaction({ to, data: creationCall(code), chain: foundry });
      await client.waitForTransactionReceipt({ hash });
    }
    const before = await nonceOf(deployer);
    const progress: string[] = [];
    await deployProgram(deployer, description, (deployed, all) => progress.push(`${deployed}/${all}`));
    const missing = description.contracts.length - 3;
    expect(progress).toHaveLength(missing);
    expect(progress.at(-1)).toBe(`${description.contracts.length}/${description.contracts.length}`);
    expect((await nonceOf(deployer)) - before).toBe(missing + 1);
    expect(await isRegistered(deployer)).toBe(true);
  }, 60_000);
});

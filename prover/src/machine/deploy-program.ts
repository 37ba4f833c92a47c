import { oneStepProverAbi } from '@metachain/contracts';
import type { Account, Address, Chain, Hex, PublicClient, Transport, WalletClient } from 'viem';
import { bytesToHex } from 'viem';
import { JudgeError } from './judge/errors.js';
import type { ProgramDescription } from './lowering/program.js';
import { joinBytes } from './merkle/hash.js';

/** Who deploys, and how to look at the chain. */
export interface ProgramDeployer {
  readonly wallet: WalletClient<Transport, Chain | undefined, Account>;
  readonly client: PublicClient;
  readonly oneStepProver: Address;
}

/** Creation code whose result is `code`: it copies what follows its own ten bytes. */
export function dataContractCreation(code: Uint8Array): Hex {
  const length = [code.length >> 8, code.length & 0xff];
  const prefix = new Uint8Array([0x61, ...length, 0x80, 0x60, 0x0a, 0x3d, 0x39, 0x3d, 0xf3]);
  return bytesToHex(joinBytes([prefix, code]));
}

/**
 * Puts a program's code on L1 and registers it, so that games about it can be judged. Does nothing if that has been done.
 * About 5 million gas for each data contract.
 * @throws JudgeError `deployment-failed`
 */
export async function deployProgram(deployer: ProgramDeployer, program: ProgramDescription): Promise<void> {
  const { wallet, client, oneStepProver: address } = deployer;
  const programHash = bytesToHex(program.hash);
  const registered = { address, abi: oneStepProverAbi, functionName: 'isRegistered', args: [programHash] } as const;
  if (await client.readContract(registered)) return;
  const contracts: Address[] = [];
  for (const code of program.contracts) contracts.push(await deployCode(deployer, code));
  const { entryPc, entryFrameSlots, memorySize, memoryDepth } = program;
  const memoryRoot = bytesToHex(program.memoryRoot);
  const entry = { entryPc, entryFrameSlots, memorySize, memoryDepth, memoryRoot, contracts };
  const call = { address, abi: oneStepProverAbi, functionName: 'register', args: [entry] } as const;
  const hash = await wallet.writeContract({ ...call, account: wallet.account, chain: wallet.chain });
  await client.waitForTransactionReceipt({ hash });
  if (!(await client.readContract(registered))) throw new JudgeError('deployment-failed', `program ${programHash}`);
}

async function deployCode({ wallet, client }: ProgramDeployer, code: Uint8Array): Promise<Address> {
  const data = dataContractCreation(code);
  const hash = await wallet.sendTransaction({ data, account: wallet.account, chain: wallet.chain });
  const { contractAddress, status } = await client.waitForTransactionReceipt({ hash });
  if (status !== 'success' || !contractAddress) throw new JudgeError('deployment-failed', `data contract, ${hash}`);
  return contractAddress;
}

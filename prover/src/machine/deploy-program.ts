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

/** Data contracts that wait for L1 together: one block takes five or six. */
const AT_ONCE = 4;

/** Data contracts on L1 so far, of how many. */
export type DeployProgress = (deployed: number, all: number) => void;

/**
 * Puts a program's code on L1 and registers it, so that games about it can be judged. Does nothing if that has been done.
 * About 5 million gas for each data contract; the account must send nothing else meanwhile.
 * @throws JudgeError `deployment-failed`
 */
export async function deployProgram(
  deployer: ProgramDeployer,
  program: ProgramDescription,
  onProgress: DeployProgress = () => undefined,
): Promise<void> {
  const { wallet, client, oneStepProver: address } = deployer;
  const programHash = bytesToHex(program.hash);
  const registered = { address, abi: oneStepProverAbi, functionName: 'isRegistered', args: [programHash] } as const;
  if (await client.readContract(registered)) return;
  const contracts = await deployCodes(deployer, program.contracts, onProgress);
  const { entryPc, entryFrameSlots, memorySize, memoryDepth } = program;
  const memoryRoot = bytesToHex(program.memoryRoot);
  const entry = { entryPc, entryFrameSlots, memorySize, memoryDepth, memoryRoot, contracts };
  const call = { address, abi: oneStepProverAbi, functionName: 'register', args: [entry] } as const;
  const hash = await wallet.writeContract({ ...call, account: wallet.account, chain: wallet.chain });
  await client.waitForTransactionReceipt({ hash });
  if (!(await client.readContract(registered))) throw new JudgeError('deployment-failed', `program ${programHash}`);
}

/** Sends a few at a time and waits for them: an L1 block takes several. */
async function deployCodes(
  deployer: ProgramDeployer,
  codes: readonly Uint8Array[],
  onProgress: DeployProgress,
): Promise<Address[]> {
  const contracts: Address[] = [];
  while (contracts.length < codes.length) {
    const next = codes.slice(contracts.length, contracts.length + AT_ONCE);
    const hashes = await sendCodes(deployer, next);
    for (const hash of hashes) {
      const { contractAddress, status } = await deployer.client.waitForTransactionReceipt({ hash });
      if (status !== 'success' || !contractAddress) throw new JudgeError('deployment-failed', `data contract, ${hash}`);
      contracts.push(contractAddress);
      onProgress(contracts.length, codes.length);
    }
  }
  return contracts;
}

async function sendCodes({ wallet, client }: ProgramDeployer, codes: readonly Uint8Array[]): Promise<Hex[]> {
  const first = await client.getTransactionCount({ address: wallet.account.address, blockTag: 'pending' });
  const hashes: Hex[] = [];
  for (const [index, code] of codes.entries()) {
    const data = dataContractCreation(code);
    const nonce = first + index;
    hashes.push(await wallet.sendTransaction({ data, nonce, account: wallet.account, chain: wallet.chain }));
  }
  return hashes;
}

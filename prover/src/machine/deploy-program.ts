import { oneStepProverAbi } from '@metachain/contracts';
import type { Account, Address, Chain, Hex, PublicClient, Transport, WalletClient } from 'viem';
import { bytesToHex, zeroAddress } from 'viem';
import { JudgeError } from './judge/errors.js';
import type { ProgramDescription } from './lowering/program.js';
import { codeHash, creationCall, registrationCall } from './program-calls.js';

/** Who deploys, and how to look at the chain. */
export interface ProgramDeployer {
  readonly wallet: WalletClient<Transport, Chain | undefined, Account>;
  readonly client: PublicClient;
  readonly oneStepProver: Address;
}

/** Data contracts that wait for L1 together: one block takes five or six. */
const AT_ONCE = 4;

/** Data contracts on L1 so far, of how many. */
export type DeployProgress = (deployed: number, all: number) => void;

/**
 * Puts a program's code on L1 and registers it, so that games about it can be judged. Goes on from what is there already.
 * About 5.2 million gas for each data contract; the account must send nothing else meanwhile.
 * @throws JudgeError `deployment-failed`
 */
export async function deployProgram(
  deployer: ProgramDeployer,
  program: ProgramDescription,
  onProgress: DeployProgress = () => undefined,
): Promise<void> {
  const { client, oneStepProver: address } = deployer;
  const programHash = bytesToHex(program.hash);
  const registered = { address, abi: oneStepProverAbi, functionName: 'isRegistered', args: [programHash] } as const;
  if (await client.readContract(registered)) return;
  await deployCodes(deployer, program.contracts, onProgress);
  await sendAll(deployer, [registrationCall(program)], () => undefined);
  if (!(await client.readContract(registered))) throw new JudgeError('deployment-failed', `program ${programHash}`);
}

/** Sends a few at a time and waits for them: an L1 block takes several. */
async function deployCodes(
  deployer: ProgramDeployer,
  codes: readonly Uint8Array[],
  onProgress: DeployProgress,
): Promise<void> {
  const missing = await missingCodes(deployer, codes);
  let deployed = codes.length - missing.length;
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const calls = missing.slice(from, from + AT_ONCE).map(creationCall);
    await sendAll(deployer, calls, () => onProgress(++deployed, codes.length));
  }
}

/** Codes that no data contract has yet. */
async function missingCodes(
  { client, oneStepProver: address }: ProgramDeployer,
  codes: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const missing: Uint8Array[] = [];
  for (const code of codes) {
    const args = [codeHash(code)] as const;
    const made = await client.readContract({ address, abi: oneStepProverAbi, functionName: 'dataContractOf', args });
    if (made === zeroAddress) missing.push(code);
  }
  return missing;
}

async function sendAll(deployer: ProgramDeployer, calls: readonly Hex[], onMined: () => void): Promise<void> {
  for (const hash of await sendCalls(deployer, calls)) {
    const { status } = await deployer.client.waitForTransactionReceipt({ hash });
    if (status !== 'success') throw new JudgeError('deployment-failed', `transaction ${hash}`);
    onMined();
  }
}

async function sendCalls(
  { wallet, client, oneStepProver: to }: ProgramDeployer,
  calls: readonly Hex[],
): Promise<Hex[]> {
  const { account, chain } = wallet;
  const first = await client.getTransactionCount({ address: account.address, blockTag: 'pending' });
  const hashes: Hex[] = [];
  for (const [index, data] of calls.entries()) {
    hashes.push(await wallet.sendTransaction({ to, data, nonce: first + index, account, chain }));
  }
  return hashes;
}

import { BaseError, ContractFunctionRevertedError, ContractFunctionZeroDataError } from 'viem';
import { AbiDecodingDataSizeTooSmallError, encodeDeployData, ExecutionRevertedError } from 'viem';
import type { Abi, Address, Hex, PublicClient } from 'viem';
import type { DeploymentConfig } from './config.js';
import type { Deployment } from './deploy.js';
import { coreSteps, disputeSteps, tokenSteps, type Step } from './deployment-steps.js';
import { disputeGameAbi, l2OutputOracleAbi, rollupAbi } from './generated/index.js';

/** How a contract on L1 compares with the one that this build makes with the same arguments. */
export type CodeVerdict = 'same' | 'other code' | 'no code';

/** One contract that was looked at. */
export interface VerifiedContract {
  readonly name: string;
  readonly address: Address;
  readonly verdict: CodeVerdict;
}

/** What `verifyDeployment` found. Values that a contract does not give are undefined. */
export interface VerifiedDeployment {
  readonly contracts: readonly VerifiedContract[];
  readonly values: Readonly<Record<ReadValue, bigint | undefined>>;
}

type ReadValue = Exclude<keyof DeploymentConfig, 'testTokens'>;

/** Where a value of the configuration is read. */
type Getter = readonly ['rollup' | 'l2OutputOracle' | 'disputeGame', string];

const GETTERS: Readonly<Record<ReadValue, Getter>> = {
  challengeWindowSeconds: ['rollup', 'CHALLENGE_WINDOW'],
  assertionBondWei: ['rollup', 'BOND'],
  maximumItems: ['rollup', 'MAXIMUM_ITEMS'],
  submissionInterval: ['l2OutputOracle', 'SUBMISSION_INTERVAL'],
  l2BlockTimeSeconds: ['l2OutputOracle', 'L2_BLOCK_TIME'],
  gameDegree: ['disputeGame', 'DEGREE'],
  gameClockSeconds: ['disputeGame', 'CLOCK'],
  gameFloorSeconds: ['disputeGame', 'FLOOR'],
  gameBondWei: ['disputeGame', 'BOND'],
};

const ABIS: Readonly<Record<Getter[0], Abi>> = {
  rollup: rollupAbi,
  l2OutputOracle: l2OutputOracleAbi,
  disputeGame: disputeGameAbi,
};

/** A deployment as its record names it. */
export type DeploymentRecord = Pick<Deployment, 'addresses' | 'dispute' | 'testTokens' | 'genesis'>;

/**
 * Compares the code of every contract on L1, byte by byte, with what this build's creation code makes there in a call with the same arguments:
 * addresses as the record gives them, times and bonds as the contracts themselves do. So whatever is fixed in the code is compared too, also
 * what no function shows. Not compared is what constructors store, the genesis: a prover does that. Throws what the client throws when L1
 * does not answer.
 */
export async function verifyDeployment(client: PublicClient, record: DeploymentRecord): Promise<VerifiedDeployment> {
  const values = await readValues(client, record);
  const contracts: VerifiedContract[] = [];
  for (const step of stepsOf(record, values)) {
    const { name, address } = step;
    contracts.push({ name, address, verdict: await compare(client, step) });
  }
  return { contracts, values };
}

async function readValues(client: PublicClient, record: DeploymentRecord): Promise<VerifiedDeployment['values']> {
  const addresses = { ...record.addresses, ...record.dispute };
  const read = async ([contract, functionName]: Getter): Promise<bigint | undefined> => {
    const call = { address: addresses[contract], abi: ABIS[contract], functionName };
    const value = await client.readContract(call).catch(undefinedIfRefused);
    return value === undefined ? undefined : BigInt(value as bigint | number);
  };
  const entries = Object.entries(GETTERS).map(async ([name, getter]) => [name, await read(getter)] as const);
  return Object.fromEntries(await Promise.all(entries)) as VerifiedDeployment['values'];
}

/** A value that cannot be read counts as 0: no contract that was made with it is like one that does not give it. */
function stepsOf(record: DeploymentRecord, values: VerifiedDeployment['values']): Step[] {
  const { addresses, dispute, testTokens, genesis } = record;
  const known = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? 0n]));
  const config = { ...known, testTokens: testTokens !== undefined } as unknown as DeploymentConfig;
  return [
    ...coreSteps(addresses, dispute.disputeGame, config, genesis),
    ...disputeSteps(addresses, dispute, config),
    ...(testTokens === undefined ? [] : tokenSteps(testTokens)),
  ];
}

async function compare(client: PublicClient, step: Step): Promise<CodeVerdict> {
  const code = await client.getCode({ address: step.address });
  if (code === undefined) return 'no code';
  return code === (await build(client, step)) ? 'same' : 'other code';
}

/** The code that a contract would have; undefined when its constructor refuses the arguments. */
async function build(client: PublicClient, { abi, bytecode, arguments: args }: Step): Promise<Hex | undefined> {
  const data = encodeDeployData({ abi, bytecode, args } as never);
  return (await client.call({ data }).catch(undefinedIfRefused))?.data;
}

/** Nothing where L1 answered and the contract did not; an L1 that does not answer is no answer about the contract. */
function undefinedIfRefused(error: unknown): undefined {
  const answers = [
    ...[ExecutionRevertedError, ContractFunctionRevertedError],
    ...[ContractFunctionZeroDataError, AbiDecodingDataSizeTooSmallError],
  ];
  const isAnswer = (cause: unknown) => answers.some((kind) => cause instanceof kind);
  if (!(error instanceof BaseError) || error.walk(isAnswer) === null) throw error;
}

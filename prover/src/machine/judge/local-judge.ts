import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, type EVM, paramsEVM } from '@ethereumjs/evm';
import { Account, Address, createAddressFromBigInt, createZeroAddress } from '@ethereumjs/util';
import { oneStepProverAbi, oneStepProverBytecode } from '@metachain/contracts';
import { decodeFunctionResult, encodeAbiParameters, encodeFunctionData, hexToBytes, bytesToHex, type Hex } from 'viem';
import type { ProgramDescription } from '../lowering/program.js';
import { joinBytes, word } from '../merkle/hash.js';
import { creationCall, registrationCall } from '../program-calls.js';
import { JudgeError } from './errors.js';
import { kzgForPrecompile } from './kzg.js';

/** A block tuple without its program, as the judge takes it. */
export interface UnitState {
  readonly stateRoot: Hex;
  readonly headerHash: Hex;
  readonly blockNumber: bigint;
  readonly itemIndex: bigint;
  readonly payloadOffset: number;
  readonly unitIndex: number;
}

/** Verdict on a step. `gas` is what execution used; `transactionGas` adds calldata and the base fee (EIP-7623). */
export interface Verdict {
  readonly after: Uint8Array;
  readonly gas: bigint;
  readonly transactionGas: bigint;
}

/** One transaction may use this much (EIP-7825). */
export const TRANSACTION_GAS_CAP = 16_777_216n;
const INBOX = createAddressFromBigInt(0x1b0cn);
/**
 * Answers every view with the storage slot `selector << 128 | argument`, so that items and delayed messages can be put
 * in place of a whole inbox.
 */
const INBOX_CODE = hexToBytes(('0x5f3560e01c60801b6004351754' + '5f5260205ff3') as Hex);
const SELECTOR = { items: 0xbfb231d2n, delayedAccumulatorAt: 0x5a12292bn };

/** Runs the very bytecode of OneStepProver in a local EVM: what it says here, it says on L1. */
export class LocalJudge {
  private constructor(
    private readonly evm: EVM,
    private readonly prover: Address,
  ) {}

  /**
   * Deploys the judge in an empty EVM.
   * @param prices gas prices of EIP-2537 other than today's, by their names in the EVM's parameters
   */
  static async create(prices: Readonly<Record<string, number>> = {}): Promise<LocalJudge> {
    const customCrypto = { kzg: kzgForPrecompile() };
    const common = new Common({ chain: Mainnet, hardfork: Hardfork.Osaka, customCrypto });
    const params = { ...paramsEVM, 2537: { ...paramsEVM[2537], ...prices } };
    const evm = await createEVM({ common, params });
    await evm.stateManager.putAccount(INBOX, new Account());
    await evm.stateManager.putCode(INBOX, INBOX_CODE);
    const argument = encodeAbiParameters([{ type: 'address' }], [INBOX.toString() as Hex]);
    const data = joinBytes([hexToBytes(oneStepProverBytecode), hexToBytes(argument)]);
    const { createdAddress, execResult } = await evm.runCall({ data, gasLimit: TRANSACTION_GAS_CAP });
    if (createdAddress === undefined || execResult.exceptionError !== undefined) {
      throw new JudgeError('deployment-failed', execResult.exceptionError?.error ?? 'no address');
    }
    return new LocalJudge(evm, createdAddress);
  }

  /** Makes a program's data contracts and registers it; returns the hash that the contract computes. */
  async registerProgram(program: ProgramDescription): Promise<Uint8Array> {
    for (const code of program.contracts) await this.call(hexToBytes(creationCall(code)), false);
    return (await this.call(hexToBytes(registrationCall(program)), false)).output;
  }

  /** Records an item's hash as the inbox would. */
  async putItem(index: bigint, hash: Uint8Array): Promise<void> {
    await this.putInbox(SELECTOR.items, index, hash);
  }

  /** Records the accumulator of the first `count` delayed messages. */
  async putDelayedAccumulator(count: bigint, accumulator: Uint8Array): Promise<void> {
    await this.putInbox(SELECTOR.delayedAccumulatorAt, count, accumulator);
  }

  /** Hash of the machine at the start of a unit. */
  async startHash(programHash: Uint8Array, start: UnitState): Promise<Uint8Array> {
    const args = [bytesToHex(programHash), start] as const;
    const data = encodeFunctionData({ abi: oneStepProverAbi, functionName: 'startHash', args });
    return (await this.call(hexToBytes(data))).output;
  }

  /**
   * Hash of the machine after one step.
   * @throws JudgeError `reverted` when the proof is wrong
   */
  async step(
    programHash: Uint8Array,
    before: Uint8Array,
    proof: Uint8Array,
    gasLimit = TRANSACTION_GAS_CAP,
  ): Promise<Verdict> {
    const args = [bytesToHex(programHash), bytesToHex(before), bytesToHex(proof)] as const;
    const data = hexToBytes(encodeFunctionData({ abi: oneStepProverAbi, functionName: 'step', args }));
    const { output, gas } = await this.call(data, true, gasLimit);
    return { after: output, gas, transactionGas: transactionGas(data, gas) };
  }

  /** Where the next unit starts, given the machine after the last step. */
  async finish(start: UnitState, machineHash: Uint8Array, proof: Uint8Array): Promise<UnitState> {
    const args = [start, bytesToHex(machineHash), bytesToHex(proof)] as const;
    const data = encodeFunctionData({ abi: oneStepProverAbi, functionName: 'finish', args });
    const { output } = await this.call(hexToBytes(data));
    return decodeFunctionResult({ abi: oneStepProverAbi, functionName: 'finish', data: bytesToHex(output) });
  }

  private async call(
    data: Uint8Array,
    isStatic = true,
    gasLimit = TRANSACTION_GAS_CAP,
  ): Promise<{ output: Uint8Array; gas: bigint }> {
    await this.evm.journal.cleanup();
    const caller = createZeroAddress();
    const { execResult } = await this.evm.runCall({ caller, to: this.prover, data, gasLimit, isStatic });
    if (execResult.exceptionError !== undefined) {
      const detail = `${execResult.exceptionError.error} ${bytesToHex(execResult.returnValue.subarray(0, 4))}`;
      throw new JudgeError('reverted', detail, execResult.returnValue);
    }
    return { output: execResult.returnValue, gas: execResult.executionGasUsed };
  }

  private async putInbox(selector: bigint, argument: bigint, value: Uint8Array): Promise<void> {
    await this.evm.stateManager.putStorage(INBOX, word((selector << 128n) | argument), value);
  }
}

/** Gas of a transaction that carries this call, with the floor of EIP-7623. */
export function transactionGas(data: Uint8Array, execution: bigint): bigint {
  const zeros = zerosIn(data);
  const standard = intrinsicGas(data) + execution;
  const floor = 21_000n + 10n * zeros + 40n * (BigInt(data.length) - zeros);
  return standard > floor ? standard : floor;
}

/** What a transaction pays before its call runs: the rest of its limit is for execution, which the floor of EIP-7623 takes nothing from. */
export function intrinsicGas(data: Uint8Array): bigint {
  const zeros = zerosIn(data);
  return 21_000n + 4n * zeros + 16n * (BigInt(data.length) - zeros);
}

const zerosIn = (data: Uint8Array): bigint => BigInt(data.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0));

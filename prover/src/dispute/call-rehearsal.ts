import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM } from '@ethereumjs/evm';
import { createAddressFromString, createZeroAddress } from '@ethereumjs/util';
import type { L1Block, L1Source } from '@metachain/bridge';
import { type Address, bytesToHex, type Hex, hexToBytes } from 'viem';

import { RehearsalRefusedError } from '../errors.js';
import { kzgForPrecompile } from '../machine/judge/kzg.js';
import { intrinsicGas, TRANSACTION_GAS_CAP, transactionGas } from '../machine/judge/local-judge.js';
import { L1State } from './l1-state.js';

/** A call as it would be sent. */
export interface RehearsedCall {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
  /** Wei. */
  readonly value: bigint;
}

/** Runs calls in a local EVM on L1's state, before anything is paid for them. */
export class CallRehearsal {
  private readonly common = new Common({
    chain: Mainnet,
    hardfork: Hardfork.Osaka,
    customCrypto: { kzg: kzgForPrecompile() },
  });

  constructor(private readonly source: Pick<L1Source, 'agreed'>) {}

  /**
   * Gas of a transaction that makes a call after a block, refunds not taken off. Throws RehearsalRefusedError where it would revert,
   * L1UnavailableError where the state cannot be read.
   */
  async run({ from, to, data, value }: RehearsedCall, block: L1Block): Promise<bigint> {
    const evm = await createEVM({ common: this.common, stateManager: new L1State(this.source, block.number) });
    const caller = createAddressFromString(from);
    const bytes = hexToBytes(data);
    const { execResult } = await evm.runCall({
      caller,
      origin: caller,
      to: createAddressFromString(to),
      data: bytes,
      value,
      gasLimit: TRANSACTION_GAS_CAP - intrinsicGas(bytes),
      block: after(block),
    });
    const { exceptionError, returnValue, executionGasUsed } = execResult;
    if (exceptionError === undefined) return transactionGas(bytes, executionGasUsed);
    throw new RehearsalRefusedError(
      returnValue.length < 4
        ? exceptionError.error
        : `execution reverted: custom error ${bytesToHex(returnValue.subarray(0, 4))}`,
    );
  }
}

/** The block in which the call would be, as early as can be. */
const after = ({ number, timestamp }: L1Block) => ({
  header: {
    number: number + 1n,
    timestamp,
    coinbase: createZeroAddress(),
    difficulty: 0n,
    prevRandao: new Uint8Array(32),
    gasLimit: TRANSACTION_GAS_CAP,
    baseFeePerGas: 0n,
    getBlobGasPrice: () => 1n,
  },
});

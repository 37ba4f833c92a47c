import { inboxAbi, optimismPortalAbi, rollupAbi, type L1Addresses } from '@metachain/contracts';
import type { L1Source } from '@metachain/bridge';
import {
  decodeFunctionResult,
  encodeFunctionData,
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type Hash,
  type Hex,
} from 'viem';

import { ExitError } from '../errors.js';

type View = 'pure' | 'view';

/** The views of the contracts that an exit needs, at L1's newest block. */
export class ExitContracts {
  constructor(
    private readonly source: L1Source,
    private readonly addresses: L1Addresses,
  ) {}

  /** Throws L1UnavailableError, ExitError when there is no such contract. */
  rollup<Name extends ContractFunctionName<typeof rollupAbi, View>>(
    name: Name,
    args: ContractFunctionArgs<typeof rollupAbi, View, Name>,
  ): Promise<
    ContractFunctionReturnType<typeof rollupAbi, View, Name, ContractFunctionArgs<typeof rollupAbi, View, Name>>
  > {
    return this.#read(this.addresses.rollup, rollupAbi, name, args);
  }

  itemCount(): Promise<bigint> {
    return this.#read(this.addresses.inbox, inboxAbi, 'itemCount', []);
  }

  isFinalised(hash: Hash): Promise<boolean> {
    return this.#read(this.addresses.portal, optimismPortalAbi, 'finalizedWithdrawals', [hash]);
  }

  /** Number of the assertion that a withdrawal is proven on, if that still stands. */
  async provenOn(hash: Hash): Promise<bigint | undefined> {
    const [, timestamp, output] = await this.#read(this.addresses.portal, optimismPortalAbi, 'provenWithdrawals', [
      hash,
    ]);
    if (timestamp === 0n || (await this.rollup('isRejected', [output]))) return undefined;
    return output;
  }

  async #read<
    const ABI extends Abi,
    Name extends ContractFunctionName<ABI, View>,
    Args extends ContractFunctionArgs<ABI, View, Name>,
  >(
    address: Address,
    abi: ABI,
    functionName: Name,
    args: Args,
  ): Promise<ContractFunctionReturnType<ABI, View, Name, Args>> {
    const data = encodeFunctionData({ abi, functionName, args } as never);
    const answer = await this.source.request<Hex>('eth_call', [{ to: address, data }, 'latest']);
    if (answer === '0x') throw new ExitError(`there is no contract with ${String(functionName)} at ${address}`);
    return decodeFunctionResult({ abi, functionName, data: answer } as never) as never;
  }
}

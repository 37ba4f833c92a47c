import type { L1Source } from '@metachain/bridge';
import {
  decodeFunctionResult,
  encodeFunctionData,
  numberToHex,
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type Hex,
} from 'viem';

import { DisputeError } from '../errors.js';

type View = 'pure' | 'view';

/** Calls a view of a contract at an L1 block. Throws L1UnavailableError, DisputeError when there is no such contract. */
export async function readContract<
  const ABI extends Abi,
  Name extends ContractFunctionName<ABI, View>,
  Args extends ContractFunctionArgs<ABI, View, Name>,
>(
  source: L1Source,
  address: Address,
  abi: ABI,
  functionName: Name,
  args: Args,
  block: bigint,
): Promise<ContractFunctionReturnType<ABI, View, Name, Args>> {
  const data = encodeFunctionData({ abi, functionName, args } as never);
  const answer = await source.request<Hex>('eth_call', [{ to: address, data }, numberToHex(block)]);
  if (answer === '0x') throw new DisputeError(`${address} has no ${String(functionName)} at L1 block ${block}`);
  return decodeFunctionResult({ abi, functionName, data: answer } as never) as never;
}

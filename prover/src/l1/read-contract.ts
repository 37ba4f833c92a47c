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

import { MissingContractError } from '../errors.js';

type View = 'pure' | 'view';

/** Calls a view of a contract at an L1 block. Throws L1UnavailableError, MissingContractError. */
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
  block: bigint | 'latest' = 'latest',
): Promise<ContractFunctionReturnType<ABI, View, Name, Args>> {
  const data = encodeFunctionData({ abi, functionName, args } as never);
  const answer = await source.request<Hex>('eth_call', [
    { to: address, data },
    block === 'latest' ? block : numberToHex(block),
  ]);
  if (answer === '0x') throw new MissingContractError(address, String(functionName), block);
  return decodeFunctionResult({ abi, functionName, data: answer } as never) as never;
}

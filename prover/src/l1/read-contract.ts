import { type L1Source, L1UnavailableError } from '@metachain/bridge';
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

/**
 * Calls a view of a contract at an L1 block: as many endpoints must answer alike as must agree on the block. At `latest` one is enough, since
 * endpoints may differ about what is the latest. Throws L1UnavailableError, MissingContractError.
 */
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
  const call = { to: address, data };
  const answer =
    block === 'latest'
      ? await source.request<Hex>('eth_call', [call, block])
      : await agreedAnswer(source, 'eth_call', [call, numberToHex(block)]);
  if (answer === '0x') throw new MissingContractError(address, String(functionName), block);
  return decodeFunctionResult({ abi, functionName, data: answer } as never) as never;
}

/** What as many endpoints answer alike as must agree on a block. Throws L1UnavailableError. */
export async function agreedAnswer(source: L1Source, method: string, params: readonly unknown[]): Promise<Hex> {
  const answer = await source.agreed(method, params, (value) => value as Hex);
  if (answer === undefined) throw new L1UnavailableError(method, 'too few L1 endpoints answer alike');
  return answer;
}

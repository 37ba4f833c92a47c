import { Inject, Injectable } from '@nestjs/common';
import type { QueryResult } from '@metachain/program';
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
} from 'viem';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import { API_OPTIONS, type ApiOptions } from '../api.options.js';
import type { CallRequest } from '../json-rpc/schemas.js';
import { ExecutionReverted, invalidParams, serverError } from '../json-rpc/rpc.errors.js';
import { BlockSource } from './block-source.js';
import { ZERO_ADDRESS } from '../json-rpc/format/hex.js';

/** docs/spec/program.md: a query's request is at most 16 KiB. */
const MAXIMUM_CALLDATA = 16_384;

type View = 'pure' | 'view';

/** Message calls against the state of a block. Every call is bounded in time; the chain runs it away from the sequencer's thread. */
@Injectable()
export class CallService {
  private readonly timeoutMs: number;

  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(API_OPTIONS) options: ApiOptions,
  ) {
    this.timeoutMs = options.limits.callTimeoutMs;
  }

  /** Runs a request as a client wrote it. Fails with ExecutionReverted, -32000 for creations and timeouts, -32602 for contradictions. */
  async run(request: CallRequest, block: number | 'pending'): Promise<QueryResult> {
    const { data, input } = request;
    if (data && input && data !== input) throw invalidParams('both "data" and "input" are set and not equal');
    if (!request.to) throw serverError('contract creation is not supported');
    const value = request.value ?? 0n;
    if (value >> 128n !== 0n) throw serverError('insufficient funds for transfer');
    const bytes = (input ?? data ?? '0x').length / 2 - 1;
    if (bytes > MAXIMUM_CALLDATA) throw serverError(`calldata too long: ${bytes} bytes, limit ${MAXIMUM_CALLDATA}`);
    const call = { from: request.from ?? ZERO_ADDRESS, to: request.to, value, data: input ?? data ?? '0x' };
    const result = await this.bounded(this.chain.query(call, block === 'pending' ? block : BigInt(block)));
    if (result.code !== 0) throw new ExecutionReverted(revertReason(result.data), result.data);
    return result;
  }

  /** Typed read of a system contract. Fails as `run`. */
  async read<
    const A extends Abi,
    N extends ContractFunctionName<A, View>,
    const P extends ContractFunctionArgs<A, View, N>,
  >(
    abi: A,
    to: Address,
    functionName: N,
    args: P,
    block: number | 'pending' = this.blocks.head,
  ): Promise<ContractFunctionReturnType<A, View, N, P>> {
    const data = encodeFunctionData({ abi, functionName, args } as Parameters<typeof encodeFunctionData>[0]);
    const result = await this.run({ to, data }, block);
    return decodeFunctionResult({ abi, functionName, args, data: result.data } as never) as ContractFunctionReturnType<
      A,
      View,
      N,
      P
    >;
  }

  /** Limits the time a client waits; the work itself is limited by the chain's query workers. */
  async bounded<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(serverError(`execution aborted (timeout = ${this.timeoutMs}ms)`)),
        this.timeoutMs,
      );
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Text of `Error(string)`, a sentence for `Panic(uint256)`, else undefined. */
export function revertReason(data: Hex): string | undefined {
  try {
    const { errorName, args } = decodeErrorResult({ data });
    const [argument] = args as readonly unknown[];
    return errorName === 'Panic' ? `panic code 0x${(argument as bigint).toString(16)}` : String(argument);
  } catch {
    return undefined;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { erc20Abi, multicall3Abi, tokenAddress } from '@metachain/program';
import { type Abi, type Address, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem';
import { systemAddresses } from '@metachain/program';
import { AccountState } from '../chain-view/account-state.js';
import { CallService } from '../chain-view/call.service.js';

/** What a token never changes. */
export interface TokenFacts {
  readonly address: Address;
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
  /** The L1 token it stands for; null for one of this chain alone. */
  readonly l1Token: Address | null;
}

export interface TokenState extends TokenFacts {
  /** Base units, decimal. */
  readonly totalSupply: string;
}

const FUNCTIONS = ['name', 'symbol', 'decimals', 'totalSupply', 'l1Token'] as const;
/** Tokens read by one multicall: request and answer are at most 16 KiB. */
const TOKENS_PER_CALL = 8;
const ZERO = /^0x0*$/;

/** Tokens of the chain by index. */
@Injectable()
export class TokenBook {
  constructor(
    @Inject(AccountState) private readonly state: AccountState,
    @Inject(CallService) private readonly calls: CallService,
  ) {}

  count(height: number): Promise<number> {
    return this.state.tokenCount(height);
  }

  /** Tokens `first..end-1` in the state of a block; indices without a token are left out. */
  async range(first: number, end: number, height: number): Promise<TokenState[]> {
    const found: TokenState[] = [];
    for (let start = first; start < end; start += TOKENS_PER_CALL) {
      const addresses = Array.from({ length: Math.min(end, start + TOKENS_PER_CALL) - start }, (_, offset) =>
        tokenAddress(start + offset),
      );
      found.push(...(await this.read(addresses, height)));
    }
    return found;
  }

  /** One token or pool share; undefined if the address is none. */
  async get(address: Address, height: number): Promise<TokenState | undefined> {
    return (await this.read([address], height))[0];
  }

  private async read(addresses: readonly Address[], height: number): Promise<TokenState[]> {
    const targets = addresses.flatMap((target) =>
      FUNCTIONS.map((functionName) => ({
        target,
        allowFailure: true,
        callData: encodeFunctionData({ abi: erc20Abi, functionName }),
      })),
    );
    const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [targets] });
    const answer = await this.calls.run({ to: systemAddresses.multicall3, data }, height);
    const results = decodeFunctionResult({
      abi: multicall3Abi as Abi,
      functionName: 'aggregate3',
      data: answer.data,
    }) as CallResult[];
    return addresses.flatMap((address, index) =>
      toToken(address, results.slice(index * FUNCTIONS.length, (index + 1) * FUNCTIONS.length)),
    );
  }
}

interface CallResult {
  readonly success: boolean;
  readonly returnData: Hex;
}

function toToken(address: Address, results: readonly CallResult[]): TokenState[] {
  const required = results.slice(0, 4);
  if (required.some(({ success }) => !success)) return [];
  const value = (index: number): unknown =>
    decodeFunctionResult({ abi: erc20Abi as Abi, functionName: FUNCTIONS[index]!, data: results[index]!.returnData });
  const l1Token = results[4]!.success ? String(value(4)).toLowerCase() : '0x';
  return [
    {
      address,
      name: String(value(0)),
      symbol: String(value(1)),
      decimals: Number(value(2)),
      totalSupply: String(value(3)),
      l1Token: ZERO.test(l1Token) ? null : (l1Token as Address),
    },
  ];
}

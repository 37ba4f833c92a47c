import { Inject, Injectable } from '@nestjs/common';
import { erc20Abi, multicall3Abi, poolAddress, systemAddresses, tokenAddress } from '@metachain/program';
import { type Abi, type Address, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem';
import { AccountState } from '../chain-view/account-state.js';
import { CallService } from '../chain-view/call.service.js';

export interface Balance {
  readonly token: Address;
  /** Base units, decimal. */
  readonly amount: string;
}

/** Balances read by one multicall, whose request and answer are at most 16 KiB. */
const BALANCES_PER_CALL = 40;
/** Tokens and pools looked at for one account. */
const MAXIMUM_TOKENS = 400;

/** Reads what an account holds. */
@Injectable()
export class BalanceReader {
  constructor(
    @Inject(AccountState) private readonly state: AccountState,
    @Inject(CallService) private readonly calls: CallService,
  ) {}

  /** Balances above zero of tokens and LP tokens in the state of a block. */
  async of(account: Address, height: number): Promise<{ balances: Balance[]; truncated: boolean }> {
    const [tokens, pools] = await Promise.all([this.state.tokenCount(height), this.state.poolCount(height)]);
    const all = [...indices(tokens).map(tokenAddress), ...indices(pools).map(poolAddress)];
    const looked = all.slice(0, MAXIMUM_TOKENS);
    const balances: Balance[] = [];
    for (let start = 0; start < looked.length; start += BALANCES_PER_CALL) {
      balances.push(...(await this.read(looked.slice(start, start + BALANCES_PER_CALL), account, height)));
    }
    return { balances, truncated: tokens + pools > MAXIMUM_TOKENS };
  }

  private async read(tokens: readonly Address[], account: Address, height: number): Promise<Balance[]> {
    const callData = encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [account] });
    const targets = tokens.map((target) => ({ target, allowFailure: true, callData }));
    const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [targets] });
    const answer = await this.calls.run({ to: systemAddresses.multicall3, data }, height);
    const results = decodeFunctionResult({
      abi: multicall3Abi as Abi,
      functionName: 'aggregate3',
      data: answer.data,
    }) as { success: boolean; returnData: Hex }[];
    return tokens.flatMap((token, index) => {
      const { success, returnData } = results[index]!;
      const amount = success ? BigInt(returnData) : 0n;
      return amount === 0n ? [] : [{ token, amount: amount.toString() }];
    });
  }
}

const indices = (count: number): number[] =>
  Array.from({ length: Math.min(count, MAXIMUM_TOKENS) }, (_, index) => index);

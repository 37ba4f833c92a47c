import { optimismPortalAbi, rollupAbi, type L1Addresses } from '@metachain/contracts';
import {
  createPublicClient,
  createWalletClient,
  http,
  isAddressEqual,
  type Address,
  type Chain,
  type Hash,
  type LocalAccount,
} from 'viem';
import {
  buildProveWithdrawal,
  estimateFinalizeWithdrawalGas,
  estimateProveWithdrawalGas,
  finalizeWithdrawal,
  getL2Output,
  getWithdrawals,
  proveWithdrawal,
} from 'viem/op-stack';

import { RelayRevertedError } from '../errors.js';
import { metachainChain } from './chain.js';
import { confirmingAssertion } from './confirming-assertion.js';
import { gasLimitFor } from './gas-limit.js';
import { finalisationGas, USUAL_WITHDRAWAL_GAS } from './withdrawal-gas.js';

const MESSAGE_PASSER = '0x4200000000000000000000000000000000000016';
/** L2 blocks of one log query. */
const LOG_RANGE = 2_000n;

/** What a relayer has to know. */
export interface RelayerOptions {
  readonly l1Url: string;
  readonly l2Url: string;
  readonly l1Chain: Chain;
  readonly chainId: number;
  readonly addresses: L1Addresses;
  /** Pays for the L1 transactions; the money goes where the withdrawal says. */
  readonly account: LocalAccount;
  /** Only withdrawals of these senders or to these targets; all when absent. */
  readonly accounts?: readonly Address[];
  /** Withdrawals that ask for more gas on L1 are left alone, and none is finalised with much more. Default USUAL_WITHDRAWAL_GAS. */
  readonly maximumGas?: bigint;
  /** First L2 block to look at. Default 0. */
  readonly fromBlock?: bigint;
  readonly onStep?: (report: RelayReport) => void;
}

/** Where a withdrawal stands. `waiting-for-output`: no assertion covers it yet; `in-window`: proven, its assertion not confirmed. */
export type WithdrawalState = 'waiting-for-output' | 'provable' | 'in-window' | 'finalizable' | 'done';

/** What was found, and sent for it. */
export interface RelayReport {
  readonly withdrawalHash: Hash;
  readonly l2BlockNumber: bigint;
  readonly state: WithdrawalState;
  readonly l1TransactionHash: Hash | undefined;
  /** Why L1 refused, where it did, or why nothing was paid for it; the withdrawal is looked at again later. */
  readonly refused: string | undefined;
}

type Withdrawal = ReturnType<typeof getWithdrawals>[number];

interface Tracked {
  readonly withdrawal: Withdrawal;
  readonly l2BlockNumber: bigint;
}

/**
 * Proves and finalises withdrawals for their owners. Holds no state worth keeping: what to do next is read from L1 each time, so it may
 * be stopped, repeated and run several times over.
 */
export class WithdrawalRelayer {
  readonly #l1;
  readonly #l2;
  readonly #wallet;
  readonly #chain;
  readonly #open = new Map<Hash, Tracked>();
  readonly #maximumGas: bigint;
  #nextBlock: bigint;

  constructor(private readonly options: RelayerOptions) {
    const { l1Chain, l1Url, l2Url, addresses, chainId, account } = options;
    this.#chain = metachainChain({ l1: l1Chain, addresses, rpcUrl: l2Url, chainId });
    this.#l1 = createPublicClient({
      chain: l1Chain,
      transport: http(l1Url),
      batch: { multicall: { deployless: true } },
      pollingInterval: 500,
    });
    this.#l2 = createPublicClient({ chain: this.#chain, transport: http(l2Url) });
    this.#wallet = createWalletClient({ account, chain: l1Chain, transport: http(l1Url) });
    this.#maximumGas = options.maximumGas ?? USUAL_WITHDRAWAL_GAS;
    this.#nextBlock = options.fromBlock ?? 0n;
  }

  /** Looks for new withdrawals on L2 and moves each known one as far as L1 allows now. */
  async step(): Promise<readonly RelayReport[]> {
    await this.#discover();
    const reports: RelayReport[] = [];
    for (const [hash, tracked] of this.#open) {
      const report = await this.#advance(hash, tracked);
      if (report.state === 'done') this.#open.delete(hash);
      this.options.onStep?.(report);
      reports.push(report);
    }
    return reports;
  }

  /** Only blocks whose batch is on L1: what is merely soft may still go away. */
  async #discover(): Promise<void> {
    const { number: safe } = await this.#l2.getBlock({ blockTag: 'safe' });
    while (this.#nextBlock <= safe) {
      const to = this.#nextBlock + LOG_RANGE - 1n < safe ? this.#nextBlock + LOG_RANGE - 1n : safe;
      const logs = await this.#l2.getLogs({ address: MESSAGE_PASSER, fromBlock: this.#nextBlock, toBlock: to });
      for (const log of logs) this.#track(getWithdrawals({ logs: [log] }), log.blockNumber);
      this.#nextBlock = to + 1n;
    }
  }

  #track(withdrawals: readonly Withdrawal[], l2BlockNumber: bigint): void {
    const { accounts } = this.options;
    for (const withdrawal of withdrawals) {
      const wanted = (account: Address) =>
        isAddressEqual(account, withdrawal.sender) || isAddressEqual(account, withdrawal.target);
      if (accounts === undefined || accounts.some(wanted))
        this.#open.set(withdrawal.withdrawalHash, { withdrawal, l2BlockNumber });
    }
  }

  async #advance(withdrawalHash: Hash, tracked: Tracked): Promise<RelayReport> {
    const { l2BlockNumber } = tracked;
    const { state, output } = await this.#stateOf(withdrawalHash, l2BlockNumber);
    const tooDear = state === 'done' ? undefined : this.#tooDear(tracked);
    const report = { withdrawalHash, l2BlockNumber, state, l1TransactionHash: undefined, refused: tooDear };
    if (tooDear !== undefined) return report;
    try {
      if (state === 'provable') return { ...report, state: 'in-window', l1TransactionHash: await this.#prove(tracked) };
      if (state === 'finalizable')
        return { ...report, state: 'done', l1TransactionHash: await this.#finalise(tracked) };
      if (state === 'in-window') return { ...report, l1TransactionHash: await this.#confirm(output) };
      return report;
    } catch (error) {
      return { ...report, refused: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
    }
  }

  #tooDear({ withdrawal: { gasLimit } }: Tracked): string | undefined {
    return gasLimit > this.#maximumGas ? `asks for ${gasLimit} gas on L1, above ${this.#maximumGas}` : undefined;
  }

  async #stateOf(hash: Hash, l2BlockNumber: bigint): Promise<{ state: WithdrawalState; output: bigint }> {
    const portal = { address: this.options.addresses.portal, abi: optimismPortalAbi } as const;
    if (await this.#l1.readContract({ ...portal, functionName: 'finalizedWithdrawals', args: [hash] }))
      return { state: 'done', output: 0n };
    const [, timestamp, output] = await this.#l1.readContract({
      ...portal,
      functionName: 'provenWithdrawals',
      args: [hash],
    });
    if (timestamp !== 0n && !(await this.#is('isRejected', output))) {
      return { output, state: (await this.#is('isConfirmed', output)) ? 'finalizable' : 'in-window' };
    }
    const covering = (await this.#outputFor(l2BlockNumber))?.outputIndex;
    if (covering === undefined) return { output, state: 'waiting-for-output' };
    // On a branch that fell and does not know it yet, a proof gives way to none but one on a confirmed claim.
    const gives =
      timestamp === 0n || (await this.#is('hasFallen', output)) || (await this.#is('isConfirmed', covering));
    return { output: covering, state: gives ? 'provable' : 'in-window' };
  }

  #is(functionName: 'isRejected' | 'hasFallen' | 'isConfirmed', index: bigint): Promise<boolean> {
    return this.#l1.readContract({
      address: this.options.addresses.rollup,
      abi: rollupAbi,
      functionName,
      args: [index],
    });
  }

  /** Confirms the oldest open claim below the output, if its window is over: anyone may, and the withdrawal waits for it. */
  async #confirm(output: bigint): Promise<Hash | undefined> {
    const { account, addresses } = this.options;
    const id = await confirmingAssertion(this.#l1, addresses.rollup, output);
    if (id === undefined) return undefined;
    const call = { address: addresses.rollup, abi: rollupAbi, functionName: 'confirm', args: [id], account } as const;
    const estimate = await this.#l1.estimateContractGas(call).catch(() => undefined);
    if (estimate === undefined) return undefined;
    return this.#mined(await this.#wallet.writeContract({ ...call, gas: gasLimitFor(estimate) }));
  }

  #outputFor(l2BlockNumber: bigint) {
    return getL2Output(this.#l1, { l2BlockNumber, targetChain: this.#chain }).catch(() => undefined);
  }

  async #prove({ withdrawal, l2BlockNumber }: Tracked): Promise<Hash> {
    const output = await getL2Output(this.#l1, { l2BlockNumber, targetChain: this.#chain });
    const built = await buildProveWithdrawal(this.#l2, { output, withdrawal } as never);
    const request = { ...built, account: this.options.account, targetChain: this.#chain };
    const gas = gasLimitFor(await estimateProveWithdrawalGas(this.#l1, request as never));
    return this.#mined(await proveWithdrawal(this.#wallet, { ...request, gas } as never));
  }

  async #finalise({ withdrawal }: Tracked): Promise<Hash> {
    const most = finalisationGas(this.#maximumGas);
    const request = { targetChain: this.#chain, withdrawal, account: this.options.account };
    const ample = gasLimitFor(await estimateFinalizeWithdrawalGas(this.#l1, { ...request, gas: most } as never));
    const gas = ample < most ? ample : most;
    return this.#mined(await finalizeWithdrawal(this.#wallet, { ...request, gas } as never));
  }

  async #mined(hash: Hash): Promise<Hash> {
    const { status, transactionHash } = await this.#l1.waitForTransactionReceipt({ hash });
    if (status === 'reverted') throw new RelayRevertedError(transactionHash);
    return transactionHash;
  }
}

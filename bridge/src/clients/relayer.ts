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

import { RelayRevertedError, WithdrawalFailedError } from '../errors.js';
import { CallRetries } from './call-retries.js';
import { metachainChain } from './chain.js';
import { confirmingAssertion } from './confirming-assertion.js';
import type { Keeper } from './failed-withdrawal.js';
import { gasLimitFor, gasLimitWithin } from './gas-limit.js';
import { partiesOf } from './parties.js';
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
  /** Only withdrawals of these accounts or to them, also those through messenger and bridge; all when absent. */
  readonly accounts?: readonly Address[];
  /** Withdrawals that ask for more gas on L1 are left alone, and none is finalised with much more. Default USUAL_WITHDRAWAL_GAS. */
  readonly maximumGas?: bigint;
  /** First L2 block to look at. Default 0. */
  readonly fromBlock?: bigint;
  readonly onStep?: (report: RelayReport) => void;
}

/**
 * Where a withdrawal stands. `waiting-for-output`: no assertion covers it yet; `in-window`: proven, its assertion not confirmed; `failed`:
 * finalised, but its call on L1 failed, and portal or messenger keeps the money.
 */
export type WithdrawalState = 'waiting-for-output' | 'provable' | 'in-window' | 'finalizable' | 'failed' | 'done';

/** What was found, and sent for it. */
export interface RelayReport {
  readonly withdrawalHash: Hash;
  readonly l2BlockNumber: bigint;
  readonly state: WithdrawalState;
  readonly l1TransactionHash: Hash | undefined;
  /** Why L1 refused, where it did, or why nothing was paid for it, or that its call fails; the withdrawal is looked at again later. */
  readonly refused: string | undefined;
}

type Withdrawal = ReturnType<typeof getWithdrawals>[number];

interface Tracked {
  readonly withdrawal: Withdrawal;
  readonly l2BlockNumber: bigint;
}

interface Standing {
  readonly state: WithdrawalState;
  readonly output: bigint;
  /** Of one that failed. */
  readonly keeper?: Keeper;
}

/**
 * Proves and finalises withdrawals for their owners, and has calls repeated that failed. Holds no state worth keeping: what to do next is
 * read from L1 each time, so it may be stopped, repeated and run several times over.
 */
export class WithdrawalRelayer {
  readonly #l1;
  readonly #l2;
  readonly #wallet;
  readonly #chain;
  readonly #open = new Map<Hash, Tracked>();
  readonly #retries: CallRetries;
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
    this.#retries = new CallRetries(this.#l1, addresses, finalisationGas(this.#maximumGas));
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
    for (const withdrawal of withdrawals)
      if (this.#isWanted(withdrawal)) this.#open.set(withdrawal.withdrawalHash, { withdrawal, l2BlockNumber });
  }

  #isWanted(withdrawal: Withdrawal): boolean {
    const { accounts, addresses } = this.options;
    if (accounts === undefined) return true;
    const { from, to } = partiesOf(withdrawal, addresses);
    const involved = [withdrawal.sender, withdrawal.target, from, to];
    return accounts.some((account) => involved.some((party) => isAddressEqual(account, party)));
  }

  async #advance(withdrawalHash: Hash, tracked: Tracked): Promise<RelayReport> {
    const { l2BlockNumber } = tracked;
    const { state, output, keeper } = await this.#stateOf(tracked);
    const tooDear = state === 'done' ? undefined : this.#tooDear(tracked);
    const report = { withdrawalHash, l2BlockNumber, state, l1TransactionHash: undefined, refused: tooDear };
    if (tooDear !== undefined) return report;
    try {
      if (state === 'provable') return { ...report, state: 'in-window', l1TransactionHash: await this.#prove(tracked) };
      if (state === 'finalizable') return await this.#settled(report, tracked, await this.#finalise(tracked));
      if (keeper !== undefined) return await this.#settled(report, tracked, await this.#retry(tracked, keeper));
      if (state === 'in-window') return { ...report, l1TransactionHash: await this.#confirm(output) };
      return report;
    } catch (error) {
      return { ...report, refused: error instanceof Error ? error.message.split('\n')[0]! : String(error) };
    }
  }

  #tooDear({ withdrawal: { gasLimit } }: Tracked): string | undefined {
    return gasLimit > this.#maximumGas ? `asks for ${gasLimit} gas on L1, above ${this.#maximumGas}` : undefined;
  }

  /** A report after the call of the withdrawal was made. */
  async #settled(report: RelayReport, { withdrawal }: Tracked, l1TransactionHash: Hash): Promise<RelayReport> {
    const keeper = await this.#retries.keeperOf(withdrawal);
    if (keeper === undefined) return { ...report, state: 'done', l1TransactionHash };
    return { ...report, state: 'failed', l1TransactionHash, refused: new WithdrawalFailedError(keeper).message };
  }

  async #stateOf({ withdrawal, l2BlockNumber }: Tracked): Promise<Standing> {
    const { withdrawalHash: hash } = withdrawal;
    const portal = { address: this.options.addresses.portal, abi: optimismPortalAbi } as const;
    if (await this.#l1.readContract({ ...portal, functionName: 'finalizedWithdrawals', args: [hash] })) {
      const keeper = await this.#retries.keeperOf(withdrawal);
      return keeper === undefined ? { state: 'done', output: 0n } : { state: 'failed', output: 0n, keeper };
    }
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
    const estimate = await estimateFinalizeWithdrawalGas(this.#l1, { ...request, gas: most } as never);
    const gas = gasLimitWithin(estimate, most);
    return this.#mined(await finalizeWithdrawal(this.#wallet, { ...request, gas } as never));
  }

  async #retry({ withdrawal }: Tracked, keeper: Keeper): Promise<Hash> {
    const request = await this.#retries.request(withdrawal, keeper);
    const hash = await this.#wallet.sendTransaction(request);
    this.#retries.sent(request);
    return this.#mined(hash);
  }

  async #mined(hash: Hash): Promise<Hash> {
    const { status, transactionHash } = await this.#l1.waitForTransactionReceipt({ hash });
    if (status === 'reverted') throw new RelayRevertedError(transactionHash);
    return transactionHash;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, type Hash, type Hex, hexToBigInt, keccak256, type PrivateKeyAccount } from 'viem';
import { L1RequestWithdrawnError, L1TransactionRefusedError, L1WaitAbortedError } from '../../errors.js';
import { type BlobBundle, signBlobTransaction } from '../blob-transaction.js';
import type { L1Source } from '../source.js';
import { estimateGas, type L1Call, mostGasOf } from './estimate.js';
import { bumpedFees, type FeeLimits, firstFees, type L1Fees } from './fees.js';
import { type L1Receipt, readPrices, readReceipt, reasonOf } from './l1-reads.js';

/** Times that a receipt is asked for once the nonce is known to be used. */
const RECEIPT_LOOKS = 5;

/** A call to L1 that is to be sent. */
export interface L1Request extends L1Call {
  /** Gas limit; estimated when absent. */
  readonly gas?: bigint;
  /** What the call is known to need: an estimate below it is not believed. */
  readonly leastGas?: bigint;
  /** Tip in wei per gas to offer at least, within the limits; what L1 asks for when absent. */
  readonly leastTip?: bigint;
  readonly blobs?: BlobBundle;
  /** Nonce at which the call makes sense: it is refused if another transaction of the key took it. Default: the lowest unused one. */
  readonly nonce?: number;
  /** Asked again and again until inclusion: why the call makes no sense any more, if so. It is given up then. */
  readonly withdrawn?: () => Promise<string | undefined>;
}

/** A transaction that was given up and still waits on L1: another one at its nonce has to outbid it, and to carry blobs if it does. */
export interface L1Waiting {
  readonly blobs: boolean;
}

/** One version of a transaction that was or is about to be sent. */
export interface L1Attempt {
  readonly nonce: number;
  readonly hash: Hash;
  readonly fees: L1Fees;
}

/** Called before each version of a transaction is sent. */
type RecordAttempt = (attempt: L1Attempt) => Promise<void>;

/** A transaction that was sent. */
export interface L1Dispatched {
  readonly nonce: number;
  /** Fails with L1TransactionRefusedError, L1WaitAbortedError, L1UnavailableError. */
  readonly receipt: Promise<L1Receipt>;
}

export interface L1AccountOptions {
  readonly source: L1Source;
  readonly account: PrivateKeyAccount;
  readonly chainId: number;
  /** Highest fees; a function is asked before each version of a transaction. */
  readonly limits: FeeLimits | (() => FeeLimits);
  readonly pollMilliseconds: number;
  readonly resubmitMilliseconds: number;
  readonly onEvent: (event: { readonly event: string; readonly what: string } & Record<string, unknown>) => void;
}

const numberOf = (answer: unknown): bigint => hexToBigInt(answer as Hex);

/**
 * One sender on L1. Transactions go one at a time, each at the lowest unused nonce, so that none ever waits behind a lost one; a
 * transaction that is not included in time is replaced at the same nonce for more. Nothing is sent that L1 says it would revert. Who has
 * to send more before the first is included chooses the nonces (`dispatch`).
 */
export class L1Account {
  private queue: Promise<unknown> = Promise.resolve();
  private givenUp: (L1Waiting & Pick<L1Attempt, 'nonce' | 'fees'>) | undefined;

  constructor(private readonly options: L1AccountOptions) {}

  get address(): Address {
    return this.options.account.address;
  }

  private get limits(): FeeLimits {
    const { limits } = this.options;
    return typeof limits === 'function' ? limits() : limits;
  }

  /** Balance in wei. */
  async balance(): Promise<bigint> {
    return this.options.source.middle('eth_getBalance', [this.address, 'latest'], numberOf);
  }

  /**
   * Sends and waits for inclusion. `record` is awaited before each send, so that a restart knows what may be on its way.
   * Fails: L1TransactionRefusedError, L1RequestWithdrawnError, L1WaitAbortedError, L1UnavailableError.
   */
  transact(request: L1Request, record: RecordAttempt, signal: AbortSignal): Promise<L1Receipt> {
    const result = this.queue.then(async () => (await this.dispatch(request, record, signal)).receipt);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /**
   * Sends without waiting for inclusion or for what `transact` is at: the caller chooses nonces that do not collide. What fails before the
   * transaction was sent is thrown here, what fails later by `receipt`; both as `transact` does.
   */
  async dispatch(request: L1Request, record: RecordAttempt, signal: AbortSignal): Promise<L1Dispatched> {
    const gas = await this.gasOf(request);
    const nonce = request.nonce ?? (await this.nonce());
    await this.requireWanted(request, []);
    const fees = await this.openingFees(request, nonce);
    const version = (at: L1Fees) => this.sendVersion(request, nonce, gas, at, record);
    const first = await version(fees);
    return { nonce, receipt: this.land(request, first, version, signal) };
  }

  /** Waits for any version of a transaction, and sends one for more each time that none came. */
  private async land(
    request: L1Request,
    first: L1Attempt,
    version: (fees: L1Fees) => Promise<L1Attempt>,
    signal: AbortSignal,
  ): Promise<L1Receipt> {
    const sent = [first];
    for (let { fees } = first; ;) {
      const receipt = await this.wait(request, sent, signal);
      if (receipt) return this.included(request, receipt);
      fees = await this.nextFees(request, fees);
      await this.requireWanted(request, sent);
      sent.push(await version(fees));
    }
  }

  /** The transaction that was given up, while its nonce is not used. */
  async waiting(): Promise<L1Waiting | undefined> {
    return this.givenUp?.nonce === (await this.nonce()) ? this.givenUp : undefined;
  }

  /** Where a transaction that was given up waits at the nonce, it has to be outbid. */
  private async openingFees(request: L1Request, nonce: number): Promise<L1Fees> {
    if (this.givenUp?.nonce === nonce) return this.nextFees(request, this.givenUp.fees);
    const prices = await readPrices(this.options.source);
    const { leastTip = 0n } = request;
    return firstFees(leastTip > prices.tip ? { ...prices, tip: leastTip } : prices, this.limits);
  }

  private async requireWanted(request: L1Request, sent: readonly L1Attempt[]): Promise<void> {
    const reason = await request.withdrawn?.();
    if (reason === undefined) return;
    const last = sent.at(-1);
    if (last) this.givenUp = { nonce: last.nonce, fees: last.fees, blobs: request.blobs !== undefined };
    throw new L1RequestWithdrawnError(request.what, reason);
  }

  private async sendVersion(
    request: L1Request,
    nonce: number,
    gas: bigint,
    fees: L1Fees,
    record: RecordAttempt,
  ): Promise<L1Attempt> {
    const { attempt, raw } = await this.sign(request, nonce, gas, fees);
    await record(attempt);
    await this.send(request, attempt, raw);
    return attempt;
  }

  /** The nonce after the last included transaction: whatever is pending at it is replaced. */
  async nonce(): Promise<number> {
    return Number(await this.options.source.middle('eth_getTransactionCount', [this.address, 'latest'], numberOf));
  }

  private async gasOf(request: L1Request): Promise<bigint> {
    if (request.gas !== undefined) return request.gas;
    const estimated = await estimateGas(this.options.source, this.address, request);
    const least = request.leastGas ?? 0n;
    const gas = estimated > least ? estimated : least;
    const ample = gas + gas / 5n;
    const most = mostGasOf(request);
    return ample < most || gas > most ? ample : most;
  }

  private async sign(
    request: L1Request,
    nonce: number,
    gas: bigint,
    fees: L1Fees,
  ): Promise<{ attempt: L1Attempt; raw: Hex }> {
    const { account, chainId } = this.options;
    const { to, data, value, blobs } = request;
    const common = { chainId, nonce, to, data, gas, maxFeePerGas: fees.maxFee, maxPriorityFeePerGas: fees.tip };
    if (blobs) {
      const { raw, hash } = await signBlobTransaction(account, { ...common, maxFeePerBlobGas: fees.blob }, blobs);
      return { attempt: { nonce, hash, fees }, raw };
    }
    const raw = await account.signTransaction({ ...common, value, type: 'eip1559' });
    return { attempt: { nonce, hash: keccak256(raw), fees }, raw };
  }

  /** A node that already has this version, or one that was mined meanwhile, is no failure: the wait will tell. */
  private async send(request: L1Request, attempt: L1Attempt, raw: Hex): Promise<void> {
    const { source, onEvent } = this.options;
    try {
      await source.broadcast('eth_sendRawTransaction', [raw]);
      onEvent({ event: 'l1_transaction_sent', what: request.what, nonce: attempt.nonce, hash: attempt.hash });
    } catch (error) {
      const reason = reasonOf(error);
      onEvent({ event: 'l1_send_failed', what: request.what, nonce: attempt.nonce, reason });
    }
  }

  /** Receipt of any version; undefined when it is time for a higher fee. */
  private async wait(
    request: L1Request,
    sent: readonly L1Attempt[],
    signal: AbortSignal,
  ): Promise<L1Receipt | undefined> {
    const { source, pollMilliseconds, resubmitMilliseconds } = this.options;
    for (let waited = 0; waited < resubmitMilliseconds; waited += pollMilliseconds) {
      for (const { hash } of sent) {
        const receipt = await readReceipt(source, hash);
        if (receipt) return receipt;
      }
      if ((await this.nonce()) > sent[0]!.nonce) return this.lost(request, sent, signal);
      await this.requireWanted(request, sent);
      await sleep(pollMilliseconds, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw new L1WaitAbortedError(request.what);
    }
    return undefined;
  }

  /**
   * The nonce is used, so one of the versions or another transaction of this key was mined. Receipts may show a moment later than the
   * nonce, and other endpoints later than one.
   */
  private async lost(request: L1Request, sent: readonly L1Attempt[], signal: AbortSignal): Promise<L1Receipt> {
    const { source, pollMilliseconds } = this.options;
    for (let look = 0; look < RECEIPT_LOOKS && !signal.aborted; look++) {
      for (const { hash } of sent) {
        const receipt = await readReceipt(source, hash);
        if (receipt) return receipt;
      }
      await sleep(pollMilliseconds, undefined, { signal }).catch(() => undefined);
    }
    throw new L1TransactionRefusedError(
      request.what,
      `nonce ${sent[0]!.nonce} was used by another transaction of this key`,
      false,
    );
  }

  private included(request: L1Request, receipt: L1Receipt): L1Receipt {
    const { hash, succeeded, feeWei } = receipt;
    this.options.onEvent({ event: 'l1_transaction_included', what: request.what, hash, succeeded, feeWei });
    return requireSuccess(request, receipt);
  }

  private async nextFees(request: L1Request, fees: L1Fees): Promise<L1Fees> {
    const { source, onEvent } = this.options;
    const next = bumpedFees(fees, await readPrices(source), request.blobs !== undefined, this.limits);
    onEvent({ event: next ? 'l1_fees_bumped' : 'l1_fee_limit_reached', what: request.what, fees: next ?? fees });
    return next ?? fees;
  }
}

function requireSuccess(request: L1Request, receipt: L1Receipt): L1Receipt {
  if (receipt.succeeded) return receipt;
  throw new L1TransactionRefusedError(request.what, `transaction ${receipt.hash} reverted`, true);
}

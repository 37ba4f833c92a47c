import { Inject, Injectable, Logger } from '@nestjs/common';
import { entryOf, frameEthereum, unframeEthereum } from '@metachain/program';
import type { Hex } from 'viem';
import { CHAIN } from '../../chain/chain.token.js';
import { type Acknowledgement, type Chain, RejectedTransaction } from '../../chain/chain.types.js';
import { MAX_TRANSACTION_BYTES } from '../../engine/wire.js';
import { API_OPTIONS, type ApiLimits, type ApiOptions } from '../api.options.js';
import { PendingFeed } from '../chain-view/pending-feed.js';
import type { RefusedCall, RpcCall } from './protocol.js';
import { invalidParams, limitExceeded, RpcError, serverError } from './rpc.errors.js';
import { rejection, toRpcError } from './to-rpc-error.js';

/** A transaction in Ethereum's envelope goes by eth_sendRawTransaction, a packed one by metachain_sendTransaction. */
export type Envelope = 'ethereum' | 'packed';

const ENVELOPES: ReadonlyMap<string, Envelope> = new Map([
  ['eth_sendRawTransaction', 'ethereum'],
  ['metachain_sendTransaction', 'packed'],
]);

/** The one way of transactions to the chain: checks what needs no state, bounds what is in flight. */
@Injectable()
export class TransactionGateway {
  private readonly logger = new Logger(TransactionGateway.name);
  private readonly limits: ApiLimits;
  private inFlight = 0;

  constructor(
    @Inject(CHAIN) private readonly chain: Chain,
    @Inject(PendingFeed) private readonly pending: PendingFeed,
    @Inject(API_OPTIONS) options: ApiOptions,
  ) {
    this.limits = options.limits;
  }

  /** True for calls that submitCalls can answer. */
  accepts(call: RpcCall | RefusedCall): call is RpcCall {
    return 'method' in call && ENVELOPES.has(call.method);
  }

  /** Submits one transaction. Fails with RpcError: malformed bytes, a refusal of the chain, or -32005 when too much is in flight. */
  async submit(text: unknown, envelope: Envelope): Promise<Acknowledgement> {
    const [outcome] = await this.submitAll([readTransaction(text, envelope)]);
    if (outcome instanceof RpcError) throw outcome;
    return outcome!;
  }

  /** Results of a run of submissions in their order, in one hop to the chain. */
  async submitCalls(calls: readonly RpcCall[]): Promise<(RpcError | Hex | Record<string, unknown>)[]> {
    const outcomes = await this.submitAll(
      calls.map(({ method, params }) => readParams(params, ENVELOPES.get(method)!)),
    );
    return outcomes.map((outcome, index) => {
      if (outcome instanceof RpcError) return outcome;
      return ENVELOPES.get(calls[index]!.method) === 'ethereum' ? outcome.hash : acknowledgementJson(outcome);
    });
  }

  private async submitAll(read: readonly (Uint8Array | RpcError)[]): Promise<(Acknowledgement | RpcError)[]> {
    const raw = read.filter((entry): entry is Uint8Array => !(entry instanceof RpcError));
    const answers = (await this.hop(raw))[Symbol.iterator]();
    return read.map((entry) => {
      if (entry instanceof RpcError) return entry;
      const answer = answers.next().value as Acknowledgement | RejectedTransaction | RpcError;
      return answer instanceof RejectedTransaction ? rejection(answer) : answer;
    });
  }

  private async hop(
    raw: readonly Uint8Array[],
  ): Promise<readonly (Acknowledgement | RejectedTransaction | RpcError)[]> {
    if (raw.length === 0) return [];
    if (this.inFlight + raw.length > this.limits.pendingSubmissions) {
      return raw.map(() => limitExceeded('server busy: too many transactions in flight, retry later'));
    }
    this.inFlight += raw.length;
    try {
      const answers = await this.chain.submitBatch(raw);
      this.pending.announce(answers.flatMap((answer) => (answer instanceof RejectedTransaction ? [] : [answer.hash])));
      return answers;
    } catch (error) {
      const failure = toRpcError(error, this.logger);
      return raw.map(() => failure);
    } finally {
      this.inFlight -= raw.length;
    }
  }
}

/** JSON of an acknowledgement; `blockNumber` and `index` name the place in the block under construction. */
export const acknowledgementJson = ({
  hash,
  blockNumber,
  index,
  status,
  code,
}: Acknowledgement): Record<string, unknown> => ({
  hash,
  blockNumber: `0x${blockNumber.toString(16)}`,
  index: `0x${index.toString(16)}`,
  status,
  code,
});

function readParams(params: readonly unknown[], envelope: Envelope): Uint8Array | RpcError {
  if (params.length === 0) return invalidParams('missing value for required argument 0');
  if (params.length > 1) return invalidParams('too many arguments, want at most 1');
  return readTransaction(params[0], envelope);
}

/** The entry that a client's bytes are. */
function readTransaction(text: unknown, envelope: Envelope): Uint8Array | RpcError {
  if (typeof text !== 'string' || text.length < 4 || !text.startsWith('0x')) return notHex();
  if (text.length > 2 + 2 * MAX_TRANSACTION_BYTES)
    return serverError(`oversized data: transaction size ${(text.length - 2) >> 1}, limit ${MAX_TRANSACTION_BYTES}`);
  const raw = Buffer.from(text.slice(2), 'hex');
  // Decoding ends at the first character that is no digit.
  if (2 * raw.length !== text.length - 2) return notHex();
  return envelope === 'ethereum' ? (refuseEthereum(raw) ?? frameEthereum(raw)) : (refusePacked(raw) ?? raw);
}

const notHex = (): RpcError => invalidParams('invalid argument 0: hex data expected');

/** Why bytes cannot be an Ethereum transaction of the three accepted types, in geth's wording. */
function refuseEthereum(raw: Uint8Array): RpcError | undefined {
  const first = raw[0]!;
  if (first === 0x01 || first === 0x02)
    return raw.length === 1 ? serverError('typed transaction too short') : undefined;
  if (first < 0x80) return serverError('transaction type not supported');
  return unframeEthereum(entryOf(raw)) ? undefined : serverError('rlp: expected input list for types.LegacyTx');
}

function refusePacked(raw: Uint8Array): RpcError | undefined {
  return raw[0]! >= 0x80 ? undefined : serverError('not a packed transaction');
}

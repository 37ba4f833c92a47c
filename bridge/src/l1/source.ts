import pRetry, { AbortError } from 'p-retry';
import { createPublicClient, custom, numberToHex, type EIP1193RequestFn, type PublicClient } from 'viem';
import { z } from 'zod';

import { L1AnswerDisagreementError, L1ChainMismatchError, L1DisagreementError, L1UnavailableError } from '../errors.js';
import { alike, askTogether, failuresOf, hasAgreed, valuesOf } from './ask-together.js';
import { CertainHeads, type CertainTag, type HeadDoubt } from './certain-heads.js';
import { createEndpoint, type Endpoint } from './endpoint.js';
import { codesOf, isRefusal } from './refusal.js';
import type { L1Block, L1Heads } from './types.js';

/** How to reach L1. */
export interface L1SourceOptions {
  readonly urls: readonly string[];
  /** Endpoints that must name the same hash before a block is believed. Default: more than half. */
  readonly quorum?: number;
  readonly timeoutMs?: number;
  /** Rounds over all endpoints after the first. */
  readonly retries?: number;
  /** First pause between rounds; doubles, with jitter. */
  readonly retryDelayMs?: number;
  /** Largest answer that is read. Default 32 MiB: several blocks full of the largest deposits. */
  readonly maxResponseBytes?: number;
  /** Called when endpoints name different hashes for a height. */
  readonly onDisagreement?: (blockNumber: bigint, hashes: Readonly<Record<string, string>>) => void;
  /** Called when an endpoint fails or exceeds a limit. */
  readonly onEndpointFailure?: (endpoint: string, method: string, cause: unknown) => void;
  /** Called when an endpoint answers, be it with a revert. */
  readonly onEndpointAnswer?: (endpoint: string, method: string) => void;
  /** Called when L1 reports a `safe` or `finalized` below the one held, once for each such value; the one held is kept. */
  readonly onHeadRegression?: (tag: CertainTag, from: bigint, to: bigint) => void;
}

const quantity = z
  .string()
  .regex(/^0x(0|[1-9a-f][0-9a-f]{0,15})$/)
  .transform(BigInt);
const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as `0x${string}`);
const blockSchema = z.object({ number: quantity, hash, parentHash: hash, timestamp: quantity });

/** Whether a failure makes it useless to ask the same again. */
type IsHopeless = (error: unknown) => boolean;
const never: IsHopeless = () => false;

interface ReadOptions<T> {
  readonly enough: (values: readonly T[]) => boolean;
  readonly least?: number;
  readonly hopeless?: IsHopeless;
}

interface AskOptions<T> {
  readonly refusable?: boolean;
  readonly enough?: (values: readonly (T | null)[]) => boolean;
}

/**
 * L1 through one or several endpoints: asks the next one when one fails, backs off with jitter, and believes a block hash or a refusal only
 * when enough endpoints give it. `safe` and `finalized` never go backwards.
 */
export class L1Source {
  /** A viem client for views of contracts: its answers are what as many endpoints say alike as must agree on a block. */
  readonly client: PublicClient;
  readonly #endpoints: readonly Endpoint[];
  readonly #quorum: number;
  #first = 0;
  #latest = 0n;
  readonly #certain: CertainHeads;

  constructor(private readonly options: L1SourceOptions) {
    const limits = {
      timeoutMs: options.timeoutMs ?? 10_000,
      maxResponseBytes: options.maxResponseBytes ?? 32 * 1024 * 1024,
    };
    this.#endpoints = options.urls.map((url, position) => createEndpoint(url, position, limits));
    this.#quorum = options.quorum ?? Math.floor(options.urls.length / 2) + 1;
    this.#certain = new CertainHeads(options.onHeadRegression);
    const request = (({ method, params }: { method: string; params?: unknown }) =>
      this.#answer(method, params)) as EIP1193RequestFn;
    this.client = createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
  }

  /**
   * Asks one endpoint after another, with back-off between rounds; no further round after a failure that is `hopeless`. A refusal, such as a
   * revert, is final and thrown as it came once as many endpoints give one as must agree on a block. Throws L1UnavailableError.
   */
  async request<T>(method: string, params?: unknown, hopeless: IsHopeless = never): Promise<T> {
    return this.#retry(method, () =>
      this.#round(method, (endpoint) => this.#ask<T>(endpoint, method, params), hopeless),
    );
  }

  /**
   * What as many endpoints answer alike as must agree on a block; undefined while too few do. `read` makes of an answer what counts, and
   * throws where it is malformed. A refusal of as many is thrown as it came. Throws L1UnavailableError, at once where too few agree and one
   * fails in a way that is `hopeless`.
   */
  async agreed<T>(
    method: string,
    params: unknown,
    read: (answer: unknown) => T,
    hopeless: IsHopeless = never,
  ): Promise<T | undefined> {
    const enough = (values: readonly T[]) => hasAgreed(values, this.#quorum);
    return alike(await this.#readAll(method, params, read, { enough, hopeless }), this.#quorum);
  }

  async #answer(method: string, params: unknown): Promise<unknown> {
    const answer = await this.agreed(method, params, (value) => value);
    if (answer === undefined) throw new L1AnswerDisagreementError(`the answer to ${method}`);
    return answer;
  }

  /** How many endpoints there are. */
  get size(): number {
    return this.#endpoints.length;
  }

  /** What the endpoint in use answered contradicts what enough endpoints say: the next question goes to the next one first. */
  distrust(method: string, cause: unknown): void {
    this.options.onEndpointFailure?.(this.#endpoints[this.#first]!.name, method, cause);
    this.#first = (this.#first + 1) % this.#endpoints.length;
  }

  /**
   * A number that endpoints may differ about, such as a price: the quorum-th highest, which a single one can neither raise nor lower. A
   * refusal of as many as must agree is thrown as it came. Throws L1UnavailableError while too few answer.
   */
  async middle(method: string, params: unknown, read: (answer: unknown) => bigint): Promise<bigint> {
    const enough = (values: readonly bigint[]) => values.length >= this.#quorum;
    const numbers = await this.#readAll(method, params, read, { enough, least: this.#quorum });
    return [...numbers].sort((a, b) => (a < b ? 1 : -1))[this.#quorum - 1]!;
  }

  /** Hands something to every endpoint, so that none can keep it from L1. Throws what the first said if none takes it. */
  async broadcast(method: string, params: unknown): Promise<void> {
    const asked = this.#endpoints.map((endpoint) => this.#ask(endpoint, method, params));
    await Promise.any(asked).catch((error: AggregateError) => {
      throw error.errors[0];
    });
  }

  /** Throws L1ChainMismatchError unless every reachable endpoint serves `chainId`. */
  async requireChain(chainId: number): Promise<void> {
    const answers = await this.#retry('eth_chainId', () => this.#askAll<string>('eth_chainId'));
    for (const { endpoint, value } of answers) {
      if (value !== null && Number(value) !== chainId) throw new L1ChainMismatchError(endpoint, chainId, Number(value));
    }
  }

  /**
   * The block that enough endpoints name at `number`; undefined while too few have it. Throws L1DisagreementError when no hash
   * reaches the quorum although enough endpoints answered.
   */
  async agreedBlock(number: bigint): Promise<L1Block | undefined> {
    const read = (value: unknown): L1Block[] => {
      const { data } = blockSchema.safeParse(value);
      return data?.number === number ? [data] : [];
    };
    const hashesOf = (values: readonly unknown[]) => values.flatMap(read).map(({ hash }) => hash);
    const enough = (values: readonly unknown[]) => hasAgreed(hashesOf(values), this.#quorum);
    const answers = await this.#retry('eth_getBlockByNumber', () =>
      this.#askAll<unknown>('eth_getBlockByNumber', [numberToHex(number), false], { enough }),
    );
    const blocks = answers.flatMap(({ endpoint, value }) => read(value).map((block) => ({ endpoint, block })));
    const hashes = Object.fromEntries(blocks.map(({ endpoint, block }) => [endpoint, block.hash]));
    if (new Set(Object.values(hashes)).size > 1) this.options.onDisagreement?.(number, hashes);
    const winner = alike(Object.values(hashes), this.#quorum);
    if (winner === undefined && blocks.length >= this.#quorum) throw new L1DisagreementError(number, hashes);
    return blocks.find(({ block }) => block.hash === winner)?.block;
  }

  /** Highest block that enough endpoints have reached, and the monotonic safe and finalized heads below it. */
  async heads(): Promise<L1Heads> {
    this.#latest = (await this.#tag('latest')) ?? this.#latest;
    const safe = this.#certain.advance('safe', await this.#tag('safe'));
    const finalized = this.#certain.advance('finalized', await this.#tag('finalized'));
    return { latest: this.#latest, safe, finalized };
  }

  /** What is wrong with `safe` and `finalized` as of the last look; empty when nothing is. */
  get doubts(): ReadonlyMap<CertainTag, HeadDoubt> {
    return this.#certain.doubts;
  }

  /** Quorum-th highest number that the endpoints report for a tag: a single endpoint can neither push it ahead nor hold it back. */
  async #tag(tag: string): Promise<bigint | undefined> {
    const read = (values: readonly unknown[]) =>
      values.map((value) => blockSchema.safeParse(value)).flatMap(({ data }) => (data ? [data.number] : []));
    const enough = (values: readonly unknown[]) => read(values).length >= this.#quorum;
    const answers = await this.#retry('eth_getBlockByNumber', () =>
      this.#askAll<unknown>('eth_getBlockByNumber', [tag, false], { refusable: tag !== 'latest', enough }),
    );
    const numbers = read(answers.map(({ value }) => value));
    return numbers.sort((a, b) => (a < b ? 1 : -1))[this.#quorum - 1];
  }

  #retry<T>(method: string, round: () => Promise<T>): Promise<T> {
    return pRetry(round, {
      retries: this.options.retries ?? 4,
      minTimeout: this.options.retryDelayMs ?? 200,
      maxTimeout: 5_000,
      factor: 2,
      randomize: true,
    }).catch((error: unknown) => {
      if (isRefusal(error)) throw error;
      throw new L1UnavailableError(method, error);
    });
  }

  /** One try at each endpoint, starting with the one that answered last time. */
  async #round<T>(method: string, ask: (endpoint: Endpoint) => Promise<T>, hopeless: IsHopeless): Promise<T> {
    let last: unknown;
    let refusals = 0;
    for (let step = 0; step < this.#endpoints.length; step++) {
      const position = (this.#first + step) % this.#endpoints.length;
      try {
        const value = await ask(this.#endpoints[position]!);
        this.#first = position;
        return value;
      } catch (error) {
        if (!isRefusal(error)) last = hopeless(last) ? last : error;
        else if (++refusals >= this.#quorum) throw new AbortError(error as Error);
      }
    }
    const failure = last instanceof Error ? last : new L1UnavailableError(method, last);
    throw hopeless(failure) ? new AbortError(failure) : failure;
  }

  /**
   * What the endpoints answer, at least `least` of them, the last ones not waited for long after `enough`; malformed answers are left out. A
   * refusal by the quorum is final.
   */
  #readAll<T>(
    method: string,
    params: unknown,
    read: (answer: unknown) => T,
    { enough, least = 1, hopeless = never }: ReadOptions<T>,
  ): Promise<readonly T[]> {
    return this.#retry(method, async () => {
      const asked = this.#endpoints.map(async (endpoint) => read(await this.#ask(endpoint, method, params)));
      const refusalsOf = (settled: readonly PromiseSettledResult<T>[]) => failuresOf(settled).filter(isRefusal);
      const answers = await askTogether(
        asked,
        (settled) => enough(valuesOf(settled)) || refusalsOf(settled).length >= this.#quorum,
      );
      const refusals = refusalsOf(answers);
      if (refusals.length >= this.#quorum) throw new AbortError(refusals[0] as Error);
      const values = valuesOf(answers);
      const final = failuresOf(answers).find(hopeless);
      if (final !== undefined && !enough(values)) throw new AbortError(final as Error);
      if (values.length < least) {
        const lost = failuresOf(answers).find((failure) => !isRefusal(failure));
        throw lost ?? new L1UnavailableError(method, 'too few L1 endpoints agree');
      }
      return values;
    });
  }

  /**
   * The same question to every endpoint; those that fail are left out, all failing is a failure. `refusable`: an error of JSON-RPC is an
   * answer as well, `null`; nodes refuse a tag that they do not have. `enough`: as in #readAll.
   */
  async #askAll<T>(
    method: string,
    params?: unknown,
    { refusable = false, enough = () => false }: AskOptions<T> = {},
  ): Promise<readonly { endpoint: string; value: T | null }[]> {
    const ask = (endpoint: Endpoint): Promise<T | null> =>
      this.#ask<T>(endpoint, method, params).catch((error: unknown) => {
        if (refusable && codesOf(error).length > 0) return null;
        throw error;
      });
    const answers = await askTogether(this.#endpoints.map(ask), (settled) => enough(valuesOf(settled)));
    const values = answers.flatMap((answer, i) =>
      answer.status === 'fulfilled' ? [{ endpoint: this.#endpoints[i]!.name, value: answer.value }] : [],
    );
    if (values.length === 0) throw failuresOf(answers)[0];
    return values;
  }

  async #ask<T>(endpoint: Endpoint, method: string, params?: unknown): Promise<T> {
    const { onEndpointAnswer, onEndpointFailure } = this.options;
    try {
      const value = (await endpoint.request({ method, params } as never)) as T;
      onEndpointAnswer?.(endpoint.name, method);
      return value;
    } catch (error) {
      if (isRefusal(error)) onEndpointAnswer?.(endpoint.name, method);
      else onEndpointFailure?.(endpoint.name, method, error);
      throw error;
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { poolAddress, routerAbi, systemAddresses, tokenAddress } from '@metachain/program';
import { type Address, encodeFunctionData, type Hex, keccak256, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { InfraError } from '../errors.js';
import { type PackedUser, swapOperation, wireHex } from '../load/packed-user.js';

/** A transaction, the method that takes it, and the hash under which it is asked for. */
export interface Signed {
  readonly method: 'metachain_sendTransaction' | 'eth_sendRawTransaction';
  readonly raw: Hex;
  readonly hash: Hex;
}

/** Makes the transactions of one user, one after another. */
export type Maker = (nonce: number) => Promise<Signed>;

const noDeadline = 1n << 40n;
const now = () => BigInt(Math.floor(Date.now() / 1_000));

/** Packed swaps, to and fro. */
export const packedSwaps =
  (user: PackedUser, pool: number): Maker =>
  async (nonce) =>
    packed(user.sign([swapOperation(poolAddress(pool), nonce % 2 === 0, 10n ** 15n, 0n)], now()));

/** Packed transfers. */
export const packedTransfers =
  (user: PackedUser, to: Address): Maker =>
  async () =>
    packed(user.sign([{ type: 'Transfer', token: tokenAddress(3), to, amount: 1_000n }], now()));

/** Ether sent in Ethereum's envelope. */
export const etherTransfers = (user: PackedUser, chainId: number, to: Address): Maker =>
  envelopes(user, chainId, { to, value: 7n });

/** Swaps over the router, in Ethereum's envelope. */
export const routerSwaps = (user: PackedUser, chainId: number): Maker => {
  const path = [tokenAddress(3), systemAddresses.eth];
  const args = [10n ** 15n, 0n, path, user.address, noDeadline] as const;
  const data = encodeFunctionData({ abi: routerAbi, functionName: 'swapExactTokensForTokens', args });
  return envelopes(user, chainId, { to: systemAddresses.router, data });
};

const packed = ({ wire, hash }: { wire: Uint8Array; hash: Hex }): Signed => ({
  method: 'metachain_sendTransaction',
  raw: wireHex(wire),
  hash,
});

function envelopes(user: PackedUser, chainId: number, call: { to: Address; value?: bigint; data?: Hex }): Maker {
  const account = privateKeyToAccount(user.privateKey);
  const fees = { gas: 1_000_000n, maxFeePerGas: parseGwei('5'), maxPriorityFeePerGas: 0n };
  return async (nonce) => {
    const raw = await account.signTransaction({ type: 'eip1559', chainId, nonce, ...call, ...fees });
    return { method: 'eth_sendRawTransaction', raw, hash: keccak256(raw) };
  };
}

/** Answers of a node that takes no transactions for the moment, not yet or no longer, and of one that took this one in an earlier life. */
const BUSY = -32_005;
const AWAY = /catching up with L1|the node is stopping/;
const TAKEN = /already known|nonce too low/;
const PAUSE_MILLISECONDS = 60;
const AGAIN_MILLISECONDS = 100;

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Sends the transactions of one user, each again until the node has answered it: dead nodes do not. `over` ends it at any moment. */
export class Sender {
  readonly acknowledged: Hex[] = [];
  /** When requests began that got no answer, and those that were refused because the node was not there for them; `performance.now()`. */
  readonly unanswered: number[] = [];
  readonly refused: number[] = [];
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly make: Maker,
    private readonly over: AbortSignal,
  ) {
    this.running = this.run();
    this.running.catch(() => undefined);
  }

  /** Resolves when the last transaction is answered, or when the run is over. Fails: InfraError for a refusal. */
  stop(): Promise<void> {
    this.stopping = true;
    return this.running;
  }

  private async run(): Promise<void> {
    for (let nonce = 0; !this.stopping && !this.over.aborted; nonce++) {
      const signed = await this.make(nonce);
      while (!(await this.taken(signed))) await sleep(AGAIN_MILLISECONDS, undefined, { signal: this.over });
      this.acknowledged.push(signed.hash);
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  private async taken({ method, raw }: Signed): Promise<boolean> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [raw] });
    const headers = { 'content-type': 'application/json' };
    const begun = performance.now();
    const answer = await fetch(this.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })
      .then((response) => response.json() as Promise<Answer>)
      .catch(() => undefined);
    if (answer?.error === undefined) {
      if (answer === undefined) this.unanswered.push(begun);
      return answer !== undefined;
    }
    const { code, message } = answer.error;
    if (TAKEN.test(message)) return true;
    if (code !== BUSY && !AWAY.test(message)) throw new InfraError('checkFailed', `${method}: ${message}`);
    this.refused.push(begun);
    return false;
  }
}

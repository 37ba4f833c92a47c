import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

import type { Hex } from 'viem';

const require = createRequire(import.meta.url);
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The native program itself: stopping npm's launcher would leave it running. */
const binary = (): string => {
  const name = join('@foundry-rs', `anvil-${process.platform}-${architectures[process.arch] ?? process.arch}`);
  const paths = (require.resolve.paths('@foundry-rs/x') ?? []).map((base) => join(base, name, 'bin', 'anvil'));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new TypeError(`${name} is not installed`);
  return found;
};

export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Receipt {
  readonly status: Hex;
  readonly contractAddress?: Hex | null;
}

const POLL_MS = 10;
const PATIENCE_MS = 20_000;

/** An EVM in a process of its own (anvil), asked many things at a time. */
export class Anvil {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  /** Starts one on a free port, at the given time in seconds. */
  static async start(timestamp: bigint): Promise<Anvil> {
    const options = ['--port', '0', '--hardfork', 'shanghai', '--timestamp', `${timestamp}`, '--no-request-size-limit'];
    const child = spawn(binary(), options, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const [, port] = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
      if (port === undefined) continue;
      // What it prints from here on is dropped, so that it never waits for a reader.
      child.stdout.resume();
      return new Anvil(child, `http://127.0.0.1:${port}`);
    }
    throw new TypeError('anvil ended before it listened');
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  /** Answers in the order of the requests. */
  async batch(requests: readonly RpcRequest[]): Promise<RpcAnswer[]> {
    const body = JSON.stringify(requests.map((request, id) => ({ jsonrpc: '2.0', id, ...request })));
    const response = await fetch(this.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answers = (await response.json()) as (RpcAnswer & { readonly id: number })[];
    const sorted = answers.sort((a, b) => a.id - b.id);
    if (sorted.length !== requests.length) throw new TypeError(`${sorted.length} answers for ${requests.length}`);
    return sorted;
  }

  /** Answer of one request. */
  async ask(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const [answer] = await this.batch([{ method, params }]);
    if (answer!.error) throw new TypeError(`${method}: ${answer!.error.message}`);
    return answer!.result;
  }

  /** Sends a transaction of an unlocked account; gives the contract it created, if it did. */
  async send(from: Hex, to: Hex | undefined, data: Hex): Promise<Hex | undefined> {
    const hash = await this.ask('eth_sendTransaction', { from, to, data, gas: '0x1000000' });
    const receipt = await this.receipt(hash);
    if (receipt.status !== '0x1') throw new TypeError('a transaction of the set-up failed');
    return receipt.contractAddress ?? undefined;
  }

  /** Waits for the block with the transaction. */
  private async receipt(hash: unknown): Promise<Receipt> {
    for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
      const receipt = (await this.ask('eth_getTransactionReceipt', hash)) as Receipt | null;
      if (receipt) return receipt;
      await setTimeout(POLL_MS);
    }
    throw new TypeError('a transaction of the set-up was not mined');
  }
}

import { Pool } from 'undici';
import { InfraError } from '../errors.js';

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A lean JSON-RPC client for loads: keeps connections open, sends batches, and measures each request. */
export class JsonRpc {
  private readonly pool: Pool;
  private readonly path: string;

  constructor(url: string, connections = 4) {
    const parsed = new URL(url);
    this.path = parsed.pathname;
    this.pool = new Pool(parsed.origin, {
      connections,
      headersTimeout: 120_000,
      bodyTimeout: 120_000,
    });
  }

  async call<T = unknown>(method: string, params: readonly unknown[]): Promise<T> {
    const answer = (await this.post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))) as Answer;
    if (answer.error) throw new InfraError('checkFailed', `${method}: ${answer.error.message}`);
    return answer.result as T;
  }

  /** Sends one-parameter calls in batches one after another; fails on the first refusal. Returns the results in order. */
  async sendInBatches(method: string, parameters: readonly string[], size: number): Promise<unknown[]> {
    const results: unknown[] = [];
    for (let start = 0; start < parameters.length; start += size)
      results.push(...(await this.batch(method, parameters.slice(start, start + size))));
    return results;
  }

  async batch(method: string, parameters: readonly string[]): Promise<unknown[]> {
    const answers = (await this.post(batchBody(method, parameters))) as Answer[];
    const refused = answers.find((answer) => answer.error);
    if (refused) throw new InfraError('checkFailed', `${method}: ${refused.error?.message}`);
    return answers.map((answer) => answer.result);
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async post(body: string): Promise<unknown> {
    const response = await this.pool.request({
      method: 'POST',
      path: this.path,
      headers: { 'content-type': 'application/json' },
      body,
    });
    return response.body.json();
  }
}

/** Body of a batch of one-parameter calls. Parameters are hex, so no escaping is needed. */
export const batchBody = (method: string, parameters: readonly string[]): string =>
  `[${parameters.map((parameter, id) => `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":["${parameter}"]}`).join(',')}]`;

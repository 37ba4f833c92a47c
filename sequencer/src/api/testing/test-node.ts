import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain } from '../../chain/chain.types.js';
import { IndexModule } from '../../index/index.module.js';
import { ApiModule } from '../api.module.js';
import { type ApiLimits, type ApiOptions, defaultLimits } from '../api.options.js';
import { createHttpAdapter } from '../http/adapter.js';
import { serveOpenApi } from '../rest/open-api.js';

@Module({})
class ChainFixture {
  static with(chain: Chain): DynamicModule {
    return { module: ChainFixture, providers: [{ provide: CHAIN, useValue: chain }], exports: [CHAIN] };
  }
}

export interface TestNode {
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** One JSON-RPC call: its result, or the error object. */
  call(
    method: string,
    ...params: unknown[]
  ): Promise<{ result?: unknown; error?: { code: number; message: string; data?: unknown } }>;
  /** A body as it is. */
  post(body: string | Uint8Array, path?: string): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

/** The public surface over a given chain on a free port, with an index in a directory of its own. */
export async function startTestNode(
  chain: Chain,
  limits: Partial<ApiLimits> = {},
  http: { readonly trustProxy?: boolean } = {},
): Promise<TestNode> {
  const directory = mkdtempSync(join(tmpdir(), 'api-'));
  const options: ApiOptions = {
    limits: { ...defaultLimits, ...limits },
    version: '0.1.0',
    rollup: { l1ChainId: 31_337, blockTimeSeconds: 1, contracts: {} },
  };
  const chainModule = ChainFixture.with(chain);
  const index = IndexModule.forRoot({ url: `sqlite:${join(directory, 'index.db')}`, imports: [chainModule] });
  const api = ApiModule.forRoot({ options, imports: [chainModule, index] });
  const app = await NestFactory.create<NestFastifyApplication>(api, createHttpAdapter(options.limits, http), {
    logger: false,
    bodyParser: false,
  });
  serveOpenApi(app, options.version);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const post = async (body: string | Uint8Array, path = '/') => {
    const response = await fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    return { status: response.status, text: await response.text() };
  };
  return {
    url,
    app,
    post,
    call: async (method, ...params) =>
      JSON.parse((await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).text),
    stop: async () => {
      await app.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

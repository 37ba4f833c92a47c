import { request } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { MetricsService } from '../metrics/metrics.service.js';
import { AdminServer } from './admin-server.js';
import type { Readiness } from './readiness.service.js';

let admin: AdminServer;
let status: Readiness['status'];
beforeEach(async () => {
  status = 'ready';
  const readiness = () => Promise.resolve({ status, head: '1', safe: '0', final: '0', dependencies: {} });
  admin = await AdminServer.open(0, '127.0.0.1', { readiness }, new MetricsService());
});
afterEach(() => admin.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ code: number; text: string }>((resolve, reject) => {
    const sent = request(admin.url + path, { headers, method }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ code: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject).end();
  });

it('answers health and metrics', async () => {
  expect((await get('/healthz')).code).toBe(200);
  expect((await get('/metrics')).text).toContain('metachain_sequencer_up');
  const codes: number[] = [];
  for (status of ['ready', 'syncing', 'unavailable'] as const) codes.push((await get('/readyz')).code);
  expect(codes).toEqual([200, 206, 503]);
});

it('serves nothing else, to nobody by another name, and changes nothing', async () => {
  expect((await get('/')).code).toBe(404);
  expect((await get('/metrics', {}, 'POST')).code).toBe(405);
  expect((await get('/metrics', { host: 'evil.example' })).code).toBe(403);
  expect((await get('/metrics', { host: 'localhost:1' })).code).toBe(200);
});

it('says when its port is taken', async () => {
  const port = Number(new URL(admin.url).port);
  const again = AdminServer.open(
    port,
    '127.0.0.1',
    { readiness: () => Promise.reject(new TypeError()) },
    new MetricsService(),
  );
  await expect(again).rejects.toThrow('EADDRINUSE');
});

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configHash, loadConfig } from './config.loader.js';
import { configTable } from './config.table.js';

const account = `0x${'12'.repeat(20)}`;
const addresses = Object.fromEntries(
  ['inbox', 'rollup', 'portal', 'l2OutputOracle', 'l1CrossDomainMessenger', 'l1StandardBridge'].map((name) => [
    name,
    account,
  ]),
);
const values = {
  dataDirectory: '/tmp/data',
  genesis: 'genesis.json',
  l1: { urls: ['http://127.0.0.1:1'], chainId: 1, addresses },
  proposer: { checker: 'http://127.0.0.1:2' },
};

function file(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'config-')), 'config.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A formatter may pad the columns. */
const cells = (markdown: string): string => markdown.replace(/ *\| */g, '|').replace(/-{3,}/g, '---');

describe('configuration', () => {
  it('takes flags before environment before file before defaults', () => {
    const config = loadConfig({
      file: file({ ...values, http: { port: 1 }, log: { level: 'warn' } }),
      environment: {
        METACHAIN_HTTP_PORT: '2',
        METACHAIN_L1_URLS: 'http://a,http://b',
        METACHAIN_POSTER_ENABLED: 'false',
      },
      flags: { 'http.port': '3' },
    });
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 3 });
    expect(config.l1.urls).toEqual(['http://a', 'http://b']);
    expect(config.poster.enabled).toBe(false);
    expect(config.log).toEqual({ level: 'warn', format: 'json' });
  });

  it('names every wrong field, unknown ones included', () => {
    const wrong = file({ ...values, http: { port: 70_000 }, l1: { ...values.l1, chainId: 0 }, colour: 'red' });
    const load = () => loadConfig({ file: wrong, environment: {}, flags: {} });
    expect(load).toThrow(/http\.port/);
    expect(load).toThrow(/l1\.chainId/);
    expect(load).toThrow(/colour/);
  });

  it('wants a checker for a proposer that is no toy', () => {
    const load = (extra: object) => loadConfig({ file: file({ ...values, ...extra }), environment: {}, flags: {} });
    expect(() => load({ proposer: {} })).toThrow(/proposer\.checker: required/);
    expect(load({ proposer: {}, devnet: true }).proposer.checker).toBeUndefined();
    expect(load({ proposer: { enabled: false } }).proposer.enabled).toBe(false);
    expect(() => load({ proposer: { checker: 'file:///etc/passwd' } })).toThrow(/proposer\.checker/);
  });

  it('says which file cannot be read', () => {
    expect(() => loadConfig({ file: '/nowhere/config.json', environment: {}, flags: {} })).toThrow(
      '/nowhere/config.json',
    );
    const broken = file('{');
    expect(() => loadConfig({ file: broken, environment: {}, flags: {} })).toThrow(broken);
  });

  it('hashes everything but the keys', () => {
    const load = (extra: object) => loadConfig({ file: file({ ...values, ...extra }), environment: {}, flags: {} });
    const plain = configHash(load({}));
    expect(configHash(load({ keys: { poster: { devnetKey: `0x${'01'.repeat(32)}` } } }))).toBe(plain);
    expect(configHash(load({ drainSeconds: 5 }))).not.toBe(plain);
  });

  it('is the table of the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(cells(readme)).toContain(cells(configTable()));
  });
});

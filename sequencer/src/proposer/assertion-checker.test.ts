import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AssertionChecker } from './assertion-checker.js';
import { hash } from '../poster/testing/genesis.js';
import { ledgerOf } from './testing/ledger.js';

/** Two items; the second holds a block. */
const ledger = () => ledgerOf([0, 1]);

const atOne = { item: '1', itemHash: hash(200), stateRoot: hash(100), headerHash: hash(0), pending: 1 };
const atTwo = { item: '2', itemHash: hash(201), stateRoot: hash(101), headerHash: hash(1), pending: 0 };

let server: Server;
let url: string;
let answer: (path: string | undefined) => string;
beforeEach(async () => {
  server = createServer(({ url: path }, response) => response.end(answer(path))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

const ask = async (crossCheck: unknown) => {
  answer = (path) => JSON.stringify(path === '/status' ? { ready: true, crossCheck } : {});
  return new AssertionChecker(url).ask(ledger());
};

describe('AssertionChecker', () => {
  it('allows what the prover and the stepper have passed with the state of this node', async () => {
    expect(await ask(atOne)).toEqual({ item: 1n, detail: '1 items not checked', disagreement: false });
    expect(await ask(atTwo)).toMatchObject({ item: 2n, disagreement: false });
  });

  it.each([
    ['state root', { ...atTwo, stateRoot: hash(9) }],
    ['header hash', { ...atTwo, headerHash: hash(9) }],
    ['stepper', { ...atOne, mismatch: { item: '1', offset: 0, difference: 'state root: a, b' } }],
  ])('allows nothing and raises the alarm where the %s differs', async (_name, crossCheck) => {
    expect(await ask(crossCheck)).toMatchObject({ item: undefined, disagreement: true });
  });

  it.each([
    ['another item of L1, as in a reorg', { ...atTwo, itemHash: hash(9) }],
    ['items that this node has not read', { ...atTwo, item: '3' }],
    ['no stepper', undefined],
    ['something else', { item: -1 }],
  ])('waits without alarm while the prover has %s', async (_name, crossCheck) => {
    expect(await ask(crossCheck)).toMatchObject({ item: undefined, disagreement: false });
  });

  it('allows what passed before the stepper stopped, and says so', async () => {
    const verdict = await ask({ ...atOne, stopped: 'out of memory' });
    expect(verdict).toMatchObject({ item: 1n, detail: expect.stringContaining('out of memory') });
  });

  it.each([
    ['no JSON', () => '<html>'],
    ['a body without end', () => `{"x":"${'a'.repeat(2 << 20)}"}`],
  ])('allows nothing after %s', async (_name, body) => {
    answer = body;
    const verdict = await new AssertionChecker(url).ask(ledger());
    expect(verdict).toMatchObject({ item: undefined, disagreement: false, detail: expect.stringContaining('asked') });
  });

  it('allows nothing while the prover is away, and recovers', async () => {
    const checker = new AssertionChecker('http://127.0.0.1:1');
    expect(await checker.ask(ledger())).toMatchObject({ item: undefined, disagreement: false });
    expect(checker.verdict.detail).toContain('cannot be asked');
  });

  it('allows everything where no checker is configured', async () => {
    expect(await new AssertionChecker(undefined).ask(ledger())).toMatchObject({ item: 2n });
  });
});

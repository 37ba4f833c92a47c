import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JsonSuiteCase, readJsonSuite } from '../testing/json-suite.js';
import { ScriptedChain } from '../testing/scripted-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;

/** A checkout of github.com/nst/JSONTestSuite; without one the suite is skipped. */
const checkout = process.env['JSON_SUITE_DIR'];

let node: TestNode;
beforeAll(async () => (node = await startTestNode(new ScriptedChain())));
afterAll(() => node.stop());

interface Refusal {
  readonly jsonrpc: string;
  readonly id: unknown;
  readonly error: { readonly code: number; readonly message: string };
}

/** The one file with an `id`, which every answer repeats. */
const ids: Readonly<Record<string, string>> = { 'y_object_long_strings.json': 'x'.repeat(40) };

/** Codes with which a file is answered: one, or one for each member of a list. */
async function codesOf(suiteCase: JsonSuiteCase): Promise<number[]> {
  const { status, text } = await node.post(suiteCase.body);
  expect([suiteCase.name, status]).toEqual([suiteCase.name, 200]);
  const answer = JSON.parse(text) as Refusal | Refusal[];
  return [answer].flat().map(({ jsonrpc, id, error }) => {
    expect([suiteCase.name, jsonrpc, id]).toEqual([suiteCase.name, '2.0', ids[suiteCase.name] ?? null]);
    expect(error.message).not.toMatch(/node_modules|\bat .*:\d+/);
    return error.code;
  });
}

/** Files of a kind with the codes of their answers that are not all `allowed`. */
async function unexpected(kind: 'y' | 'n' | 'i', allowed: readonly number[], count: number): Promise<object[]> {
  const cases = readJsonSuite(checkout!).filter(({ name }) => name.startsWith(`${kind}_`));
  expect(cases).toHaveLength(count);
  const wrong: object[] = [];
  for (const suiteCase of cases) {
    const codes = await codesOf(suiteCase);
    if (codes.length === 0 || !codes.every((code) => allowed.includes(code)))
      wrong.push({ name: suiteCase.name, codes });
  }
  return wrong;
}

(checkout === undefined ? describe.skip : describe)('the 318 files of JSONTestSuite as a body', () => {
  it('are no request where they are JSON', async () => {
    expect(await unexpected('y', [INVALID_REQUEST], 95)).toEqual([]);
  });

  it('are refused with -32700 where they are none', async () => {
    expect(await unexpected('n', [PARSE_ERROR], 188)).toEqual([]);
  });

  it('are one or the other where the suite leaves it open, and the node answers on', async () => {
    expect(await unexpected('i', [PARSE_ERROR, INVALID_REQUEST], 35)).toEqual([]);
    expect((await node.call('eth_chainId')).result).toBe('0x1092');
  });
});

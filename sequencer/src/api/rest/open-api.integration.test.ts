import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScriptedChain } from '../testing/scripted-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';
import { CHINESE } from './open-api.zh.js';

let node: TestNode;
beforeAll(async () => (node = await startTestNode(new ScriptedChain())));
afterAll(() => node.stop());

const documentAt = async (path: string) => JSON.parse(await (await fetch(node.url + path)).text()) as object;

/** Texts for people, each with its place. */
function textsOf(value: unknown, place = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    const at = `${place}/${name}`;
    const isText = ['title', 'summary', 'description'].includes(name) && typeof inner === 'string' && inner !== '';
    return isText ? [[at, inner as string]] : textsOf(inner, at);
  });
}

describe('the description of the REST interface in Chinese', () => {
  it('has each text of the English one, and none that is not used', async () => {
    const [english, chinese] = await Promise.all(['/openapi.json', '/openapi.zh.json'].map(documentAt));
    const [texts, translated] = [textsOf(english), textsOf(chinese)];
    expect(translated.map(([place]) => place)).toEqual(texts.map(([place]) => place));
    expect(translated.filter(([, text]) => !/[\u4e00-\u9fff]/.test(text))).toEqual([]);
    const used = new Set(texts.map(([, text]) => text));
    expect(Object.keys(CHINESE).filter((text) => !used.has(text))).toEqual([]);
    const blank = (document: unknown) =>
      JSON.stringify(document, (name, value: unknown) =>
        ['title', 'summary', 'description'].includes(name) && typeof value === 'string' ? '' : value,
      );
    expect(blank(chinese)).toBe(blank(english));
  });

  it('is a page of its own, to which the other one leads', async () => {
    for (const [path, title] of [
      ['/docs', 'MetaChain REST interface'],
      ['/docs/zh', 'MetaChain REST 接口'],
    ] as const) {
      const page = await fetch(node.url + path);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
      const html = await page.text();
      expect(html).toContain(`<title>${title}</title>`);
      const scripts = [...html.matchAll(/<script src="([^"]+)"/g)].map(([, source]) => new URL(source!, page.url));
      expect(scripts.length).toBeGreaterThan(1);
      for (const script of scripts)
        expect([script.pathname, (await fetch(script)).status]).toEqual([script.pathname, 200]);
    }
    expect(JSON.stringify(await documentAt('/openapi.json'))).toContain('(/docs/zh)');
  });
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expression: string;
  readonly severity: string;
}

/** Rules of the file, each expression on its line. Whatever is not understood is missing in the result. */
const rules = (): Rule[] =>
  read('infra/alerts/metachain.rules.yml')
    .split('      - alert: ')
    .slice(1)
    .map((text) => ({
      alert: /^\w+$/m.exec(text)?.[0] ?? '',
      expression: /^ {8}expr: (.+)$/m.exec(text)?.[1] ?? '',
      severity: /^ {8}labels: { severity: (\w+) }$/m.exec(text)?.[1] ?? '',
    }));

const WORDS = new Set(['and', 'or', 'unless', 'on', 'by', 'bool', 'ignoring', 'without', 'group_left', 'group_right']);

/** Names of metrics in a PromQL expression: what is neither in quotes or braces, nor a range, a word, a function or a list of labels. */
const metricsIn = (expression: string): string[] => {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(on|by|ignoring|without)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name).filter((name) => !WORDS.has(name));
};

interface Exporter {
  readonly registry: { getMetricsAsArray(): { name: string; type: string }[] };
}

/** Names under which Prometheus keeps what a process exports. */
const seriesOf = ({ registry }: Exporter): string[] =>
  registry
    .getMetricsAsArray()
    .flatMap(({ name, type }) =>
      type === 'histogram' || type === 'summary' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
    );

const build = async (path: string, name: string, ...given: unknown[]): Promise<Exporter> => {
  const module = (await import(new URL(path, root).href)) as Record<string, new (...given: unknown[]) => Exporter>;
  return new module[name]!(...given);
};

describe('alert rules', () => {
  const exported: Record<'sequencer' | 'prover', Set<string>> = { sequencer: new Set(), prover: new Set() };
  beforeAll(async () => {
    exported.sequencer = new Set(seriesOf(await build('sequencer/dist/metrics/metrics.service.js', 'MetricsService')));
    exported.prover = new Set(seriesOf(await build('prover/dist/metrics/metrics.js', 'ProverMetrics', '0.0.0')));
  });

  it('are told apart from what is around them', () => {
    expect(
      metricsIn('sum by (job) (rate(a_total{b="c",d=~"e|f"}[5m])) / g > 0.5 and on (instance) h:i == bool 1'),
    ).toEqual(['a_total', 'g', 'h:i']);
    expect(rules().filter(({ alert, expression, severity }) => !alert || !expression || !severity)).toEqual([]);
    expect(rules().length).toBeGreaterThan(30);
  });

  it.each(rules())('$alert names only what is exported', ({ expression }) => {
    const exporter = expression.includes('job="metachain-prover"') ? exported.prover : exported.sequencer;
    const names = metricsIn(expression);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !exporter.has(name))).toEqual([]);
  });

  it('watch every amount that the prover exports', () => {
    const amounts = [...exported.prover].filter((name) => /_wei(_total)?$/.test(name));
    expect(amounts.length).toBeGreaterThan(4);
    const watched = new Set(rules().flatMap(({ expression }) => metricsIn(expression)));
    expect(amounts.filter((name) => !watched.has(name))).toEqual([]);
  });

  it('would be refused with a name that nobody exports', () => {
    const names = metricsIn('rate(metachain_sequencer_made_up_total{a="b"}[5m]) > 0');
    expect(names).toEqual(['metachain_sequencer_made_up_total']);
    expect(exported.sequencer.has(names[0]!)).toBe(false);
  });

  it('page or warn, have different names, and each is explained in the README', () => {
    const names = rules().map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(rules().map(({ severity }) => severity))).toEqual(new Set(['page', 'warn']));
    const explained = [...read('infra/alerts/README.md').matchAll(/^\| `(\w+)` \| (page|warn) \|/gm)];
    const byName = (a: readonly string[], b: readonly string[]) => (a[0]! < b[0]! ? -1 : 1);
    expect(explained.map(([, alert, severity]) => [alert!, severity!]).sort(byName)).toEqual(
      rules()
        .map(({ alert, severity }) => [alert, severity])
        .sort(byName),
    );
  });
});

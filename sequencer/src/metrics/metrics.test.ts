import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MetricsService } from './metrics.service.js';

const PREFIX = 'metachain_sequencer_';
/** What Node.js tells of every process; the README names the family. */
const DEFAULTS = /^metachain_sequencer_(process|nodejs)_/;

/** Rows of the table: name, kind, labels. */
const table = () => {
  const text = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^\| `(\w+)`\s*\| (\w+)\s*\| ([^|]*?)\s*\|/gm)].map(([, name, kind, labels]) => ({
    name: `${PREFIX}${name}`,
    kind,
    labels: labels!.replaceAll('`', '').split(', ').filter(Boolean),
  }));
};

const exported = () =>
  new MetricsService().registry.getMetricsAsArray().flatMap((metric) => {
    // The library keeps the labels to itself.
    const { name, type, labelNames } = metric as unknown as { name: string; type: string; labelNames: string[] };
    return DEFAULTS.test(name) ? [] : [{ name, kind: type, labels: [...labelNames] }];
  });

describe('metrics', () => {
  it('are those of the table in the README, by name, kind and labels', () => {
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(table().sort(byName)).toEqual(exported().sort(byName));
  });

  it.each([
    'refs_number',
    'l1_reorg_depth',
    'pipeline_resets_total',
    'derivation_errors_total',
    'sequencing_errors_total',
    'publishing_errors_total',
    'transactions_sequenced_total',
    'sequencer_building_diff_seconds',
    'sequencer_sealing_seconds',
    'unsafe_payloads_buffer_len',
    'rpc_server_request_duration_seconds',
    'rpc_client_responses_total',
    'up',
    'info',
  ])('keep the name %s that dashboards of op-node know', (name) => {
    expect(exported().map((metric) => metric.name)).toContain(`${PREFIX}${name}`);
  });
});

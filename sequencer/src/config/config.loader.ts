import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from './config.errors.js';
import { configFields } from './config.fields.js';
import { configSchema, type SequencerConfig } from './config.schema.js';

/** Where values come from: flags win over the environment, the environment over the file, the file over defaults. */
export interface ConfigSources {
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values by path. */
  readonly flags: Readonly<Record<string, unknown>>;
}

const MAX_FILE_BYTES = 1 << 20;

/** Reads and validates the configuration. Throws ConfigurationError that names every wrong field. */
export function loadConfig({ file, environment, flags }: ConfigSources): SequencerConfig {
  const values = file === undefined ? {} : readFile(file);
  for (const { path, variable } of configFields()) {
    const value = flags[path] ?? environment[variable];
    if (value !== undefined) setPath(values, path.split('.'), value);
  }
  const parsed = configSchema.strict().safeParse(values);
  if (!parsed.success) throw new ConfigurationError(`configuration: ${z.prettifyError(parsed.error)}`);
  requireChecker(parsed.data);
  return parsed.data;
}

/** Assertions put a bond at stake: outside a development network none goes out that was not run in the stepper. */
function requireChecker({ devnet, proposer }: SequencerConfig): void {
  if (devnet || !proposer.enabled || proposer.checker !== undefined) return;
  throw new ConfigurationError('configuration: proposer.checker: required while proposer.enabled is true');
}

/** Names a configuration without its secrets; operators compare it between nodes. */
export function configHash(config: SequencerConfig): string {
  const text = JSON.stringify({ ...config, keys: undefined }, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function readFile(path: string): Record<string, unknown> {
  try {
    const text = readFileSync(path);
    if (text.length > MAX_FILE_BYTES) throw new ConfigurationError(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text.toString()));
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function setPath(target: Record<string, unknown>, [name, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[name!] = value;
    return;
  }
  const next = (target[name!] ?? {}) as Record<string, unknown>;
  target[name!] = next;
  setPath(next, rest, value);
}

import { join } from 'node:path';
import { createPublicClient, http } from 'viem';
import { Child } from '../process/child.js';
import { foundryBinary } from '../process/native-binary.js';

export interface AnvilOptions {
  readonly port: number;
  readonly directory: string;
  /** Seconds between blocks; undefined: a block per transaction, or by hand with `mining: false`. */
  readonly blockTime?: number;
  readonly mining?: boolean;
  /** Keep the state in the directory, written every few seconds and at the end. */
  readonly persistent?: boolean;
  readonly accounts?: number;
  readonly extra?: readonly string[];
  /** Told of the process before it is ready. */
  readonly started?: (child: Child) => void;
}

export const anvilUrl = (port: number) => `http://127.0.0.1:${port}`;

/** Starts an L1 and waits until it answers. Chain id 31337, the well-known development mnemonic. */
export async function startAnvil(options: AnvilOptions): Promise<Child> {
  const client = createPublicClient({ transport: http(anvilUrl(options.port), { retryCount: 0 }) });
  const command = {
    name: 'L1 (anvil)',
    command: foundryBinary('anvil'),
    arguments: anvilArguments(options),
    logFile: join(options.directory, 'l1.log'),
  };
  const check = async () => (await client.getChainId()) > 0;
  return Child.startReady(command, { check, timeoutMs: 30_000, started: options.started });
}

function anvilArguments(options: AnvilOptions): string[] {
  const list = [
    '--port',
    String(options.port),
    '--hardfork',
    'osaka',
    '--silent',
    '--accounts',
    String(options.accounts ?? 10),
  ];
  if (options.blockTime) list.push('--block-time', String(options.blockTime));
  if (options.mining === false) list.push('--no-mining');
  if (options.persistent)
    list.push(
      '--state',
      join(options.directory, 'l1-state.json'),
      '--state-interval',
      '5',
      '--preserve-historical-states',
    );
  return [...list, ...(options.extra ?? [])];
}

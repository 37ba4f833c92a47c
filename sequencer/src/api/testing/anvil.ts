import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);

/** Path of a native Foundry binary; the wrappers of npm leave children behind and lose exit codes. */
export function foundryBinary(name: 'anvil' | 'cast'): string {
  const platform = `${process.platform === 'win32' ? 'win32' : process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return join(dirname(require.resolve(`@foundry-rs/${name}-${platform}/package.json`)), 'bin', name);
}

export interface Anvil {
  readonly url: string;
  stop(): Promise<void>;
}

/** An anvil on a free port. */
export async function startAnvil(args: readonly string[] = []): Promise<Anvil> {
  const child: ChildProcess = spawn(foundryBinary('anvil'), ['--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const address = /Listening on (\S+)/.exec(line)?.[1];
    if (address) {
      child.stdout!.resume();
      return { url: `http://${address}`, stop: () => stop(child) };
    }
  }
  throw new TypeError('anvil did not start');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

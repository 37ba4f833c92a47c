import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const signals = fileURLToPath(new URL('../../dist/lifecycle/signals.js', import.meta.url));

/** A process with a node whose drain takes `milliseconds`; 0: fails. */
async function run(milliseconds: number, drainSeconds: number) {
  const script = `
    import { stopOnSignals } from ${JSON.stringify(signals)};
    const stop = () => ${milliseconds} === 0
      ? Promise.reject(new TypeError('disk'))
      : new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    stopOnSignals({ url: '', stop }, ${drainSeconds}, (error) => console.error(error.message));
    setInterval(() => undefined, 1000);
    console.log('up');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
  const exit = once(child, 'exit').then(([code]) => code as number);
  await once(child.stdout, 'data');
  return { child, exit, errors: () => errors };
}

describe('a signal', () => {
  it('drains and exits 0', async () => {
    const { child, exit } = await run(200, 30);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  }, 30_000);

  it('that comes a second time ends the process at once with 1', async () => {
    const { child, exit } = await run(60_000, 300);
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    expect(await exit).toBe(1);
  }, 30_000);

  it('exits 1 and says why when draining fails or takes too long', async () => {
    const late = await run(60_000, 1);
    late.child.kill('SIGINT');
    expect([await late.exit, late.errors()]).toEqual([1, 'not drained after 1 s\n']);
    const failed = await run(0, 30);
    failed.child.kill('SIGTERM');
    expect([await failed.exit, failed.errors()]).toEqual([1, 'disk\n']);
  }, 60_000);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Child } from './child.js';

const directory = mkdtempSync(join(tmpdir(), 'child-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const logFile = join(directory, 'child.log');
const running = 'setInterval(() => undefined, 1000)';
const program = (script: string) => ({
  name: 'The service',
  command: process.execPath,
  arguments: ['-e', script],
  logFile,
});
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a service that starts', () => {
  it('is handed over once it is ready', async () => {
    let asked = 0;
    const child = await Child.startReady(program(running), { check: async () => ++asked > 2 });
    expect([asked, child.running]).toEqual([3, true]);
    expect(await child.stop()).toBe(128);
  });

  it('does not stay behind when it never becomes ready', async () => {
    let started: Child | undefined;
    const readiness = { check: async () => false, timeoutMs: 300, started: (child: Child) => (started = child) };
    await expect(Child.startReady(program(running), readiness)).rejects.toMatchObject({
      code: 'notReady',
      message: expect.stringContaining(logFile),
    });
    expect([started!.running, alive(started!.pid)]).toEqual([false, false]);
  });

  it('says with its last words why it ended', async () => {
    const script = 'console.error("no such chain"); process.exit(3)';
    await expect(Child.startReady(program(script), { check: async () => false })).rejects.toMatchObject({
      code: 'processFailed',
      message: expect.stringMatching(/ended with code 3[^]*no such chain/),
    });
  });

  it('is refused when there is no such program', async () => {
    const missing = { ...program(''), command: join(directory, 'nothing-here') };
    await expect(Child.startReady(missing, { check: async () => false })).rejects.toMatchObject({
      code: 'processFailed',
    });
  });

  it('can be stopped before it is ready', async () => {
    const readiness = { check: async () => false, started: (child: Child) => void child.stop() };
    await expect(Child.startReady(program(running), readiness)).rejects.toMatchObject({
      code: 'stopped',
      message: 'A service was stopped. The service had not become ready.',
    });
  });

  it('ends with a parent that ends in a hurry', async () => {
    const module = fileURLToPath(new URL('../../dist/process/child.js', import.meta.url));
    const pidFile = join(directory, 'pid');
    const script = `
      import { writeFileSync } from 'node:fs';
      import { Child } from ${JSON.stringify(module)};
      const child = Child.start(${JSON.stringify(program(running))});
      writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      setTimeout(() => process.exit(1), 200);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    await once(parent, 'exit');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(pid).toBeGreaterThan(0);
    for (let attempt = 0; alive(pid) && attempt < 100; attempt++) await new Promise((done) => setTimeout(done, 50));
    expect(alive(pid)).toBe(false);
  });
});

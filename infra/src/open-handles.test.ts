import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';

const module = new URL('../scripts/jest-open-handles.mjs', import.meta.url).href;

/** A test run that is over, failed, and has left behind what `left` opens. */
function afterTests(left: string) {
  const script = `
    import { createServer } from 'node:net';
    import { endDespiteOpenHandles } from ${JSON.stringify(module)};
    process.on('exit', () => (process.exitCode = 3));
    ${left}
    endDespiteOpenHandles(300);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 60_000 });
}

describe('after the last test', () => {
  it('names what was left open and ends with the result of the tests', () => {
    const { status, stderr } = afterTests("createServer().listen(0, '127.0.0.1');");
    expect(stderr).toMatch(/TCPServerWrap.*"type":"tcp","fd":\d+,"local":\d+/);
    expect(status).toBe(3);
  });

  it('says nothing where the process ends by itself', () => {
    expect(afterTests('')).toMatchObject({ status: 3, stderr: '' });
  });
});

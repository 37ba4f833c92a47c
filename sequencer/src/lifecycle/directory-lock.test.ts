import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lockDirectory } from './directory-lock.js';

const directory = (): string => mkdtempSync(join(tmpdir(), 'lock-'));
const put = (path: string, owner: object): void => writeFileSync(join(path, 'LOCK'), JSON.stringify(owner));

describe('directory lock', () => {
  it('refuses a second owner and frees the directory', () => {
    const path = directory();
    const release = lockDirectory(path);
    expect(() => lockDirectory(path)).toThrow(`in use by process ${process.pid}`);
    release();
    expect(existsSync(join(path, 'LOCK'))).toBe(false);
    lockDirectory(path)();
  });

  it('takes over from a dead process, and from a number that was given away again', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('exit', resolve));
    const path = directory();
    put(path, { pid: child.pid, host: hostname(), started: '1' });
    lockDirectory(path)();
    put(path, { pid: process.pid, host: hostname(), started: '1' });
    lockDirectory(path);
    expect(JSON.parse(readFileSync(join(path, 'LOCK'), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('leaves the lock of another machine alone', () => {
    const path = directory();
    put(path, { pid: 1, host: 'elsewhere', started: '1' });
    expect(() => lockDirectory(path)).toThrow('on elsewhere');
  });
});

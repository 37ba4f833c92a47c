import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SequencerError } from '../errors/sequencer.errors.js';

/** Another process uses the data directory; two would write one journal. */
export class DirectoryInUseError extends SequencerError {
  constructor(directory: string, owner: string) {
    super(501, `${directory} is in use by ${owner}`);
  }
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in clock ticks since boot: a process number alone may have been given away again. */
  readonly started: string;
}

/**
 * Takes the lock file of a data directory. One left by a dead process of this machine is taken over; one of another machine (a shared
 * disk) is not: there nobody can tell. Returns the function that releases it. Throws DirectoryInUseError.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'LOCK');
  const self: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  if (!create(path, self)) {
    const owner = readOwner(path);
    if (owner && isAlive(owner)) throw new DirectoryInUseError(directory, `process ${owner.pid} on ${owner.host}`);
    unlinkSync(path);
    if (!create(path, self)) throw new DirectoryInUseError(directory, 'a process that started at the same time');
  }
  return () => unlinkSync(path);
}

function create(path: string, owner: Owner): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, JSON.stringify(owner));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
    return owner.started === '' || startOf(owner.pid) === owner.started;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat; empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

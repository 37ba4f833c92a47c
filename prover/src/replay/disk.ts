import { open, rename, rm } from 'node:fs/promises';

/** What of the prover is kept on disk; a label of a metric. */
export type Kept = 'boundaries' | 'checkpoints' | 'checked' | 'blobs';

/** Told each time that a disk refuses what is to be kept, and when it takes it again. */
export interface DiskListener {
  readonly refused: (what: Kept, error: Error) => void;
  readonly taken: (what: Kept) => void;
}

const SILENT: DiskListener = { refused: () => undefined, taken: () => undefined };
/** Pause after a refusal, in milliseconds: a full disk is not tried with every item. */
const PAUSE_MS = 10_000;

/**
 * The disk under the data directory. One that refuses (full, read-only, broken) costs only what it would hold: everything can be derived from L1
 * again, so the prover goes on in memory and tries again later.
 */
export class Disk {
  /** When a kind was last refused: milliseconds of this machine's clock. */
  readonly #refused = new Map<Kept, number>();

  constructor(
    private readonly listener: DiskListener = SILENT,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether `write` came through; not called so soon after a refusal. Throws what is no refusal of the disk. */
  async keep(what: Kept, write: () => Promise<unknown>): Promise<boolean> {
    const last = this.#refused.get(what);
    if (last !== undefined && this.now() - last < PAUSE_MS) return false;
    try {
      await write();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#refused.set(what, this.now());
      this.listener.refused(what, error);
      return false;
    }
    if (this.#refused.delete(what)) this.listener.taken(what);
    return true;
  }
}

/** Errors of the operating system name the call that failed; those of the program do not. */
const isRefusal = (error: unknown): error is NodeJS.ErrnoException =>
  typeof (error as NodeJS.ErrnoException | undefined)?.syscall === 'string';

/** Puts a file in the place of another, whole or not at all, also when the machine fails; what was written of it is removed where the disk refuses. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  try {
    const file = await open(fresh, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
}

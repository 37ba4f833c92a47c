import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Boundary } from '../replay/boundary.js';
import { Disk, replaceFile } from '../replay/disk.js';

const schema = z.object({
  item: z
    .string()
    .regex(/^\d{1,20}$/)
    .transform(BigInt),
  itemHash: z.string(),
});

/** How far the stepper has agreed, across restarts: a checkpoint above it would begin at a state that nobody has checked. */
export class CheckedRecord {
  private writing = Promise.resolve();

  private constructor(
    private readonly path: string | undefined,
    private checked: z.output<typeof schema>,
    private readonly disk: Disk,
  ) {}

  /** Opens the record; an unreadable one counts as nothing checked. */
  static async open(path?: string, disk = new Disk()): Promise<CheckedRecord> {
    const nothing = { item: 0n, itemHash: '' };
    if (path === undefined) return new CheckedRecord(undefined, nothing, disk);
    const read = await readFile(path, 'utf8')
      .then((text) => schema.parse(JSON.parse(text)))
      .catch(() => nothing);
    return new CheckedRecord(path, read, disk);
  }

  /** Whether everything below a boundary has passed. Boundaries of one chain are compared: L1 is asked elsewhere whether it has that chain. */
  covers({ item, itemHash }: Boundary): boolean {
    return (
      item < this.checked.item || (item === this.checked.item && (item === 0n || itemHash === this.checked.itemHash))
    );
  }

  /** Resolves when all that was kept so far is on disk. */
  settled(): Promise<void> {
    return this.writing;
  }

  /** Keeps the newest boundary that passed. A disk that refuses costs only time: what is not recorded is checked again. */
  write({ item, itemHash }: Boundary): Promise<void> {
    this.checked = { item, itemHash };
    if (this.path === undefined) return Promise.resolve();
    const { path } = this;
    const text = `${JSON.stringify({ item: item.toString(), itemHash })}\n`;
    const write = () => mkdir(dirname(path), { recursive: true }).then(() => replaceFile(path, text));
    this.writing = this.writing
      .then(() => this.disk.keep('checked', write))
      .then(
        () => undefined,
        () => undefined,
      );
    return this.writing;
  }
}

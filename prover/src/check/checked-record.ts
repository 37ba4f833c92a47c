import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Boundary } from '../replay/boundary.js';

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
  ) {}

  /** Opens the record; an unreadable one counts as nothing checked. */
  static async open(path?: string): Promise<CheckedRecord> {
    const nothing = { item: 0n, itemHash: '' };
    if (path === undefined) return new CheckedRecord(undefined, nothing);
    await mkdir(dirname(path), { recursive: true });
    const read = await readFile(path, 'utf8')
      .then((text) => schema.parse(JSON.parse(text)))
      .catch(() => nothing);
    return new CheckedRecord(path, read);
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
    this.writing = this.writing
      .then(() => writeFile(`${path}.new`, text))
      .then(() => rename(`${path}.new`, path))
      .catch(() => undefined);
    return this.writing;
  }
}

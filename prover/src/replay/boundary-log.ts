import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { decodeBoundary, encodeBoundary, type Boundary } from './boundary.js';

/** Every boundary since genesis, by item. Kept as lines of a file when a path is given; a cut-off last line is dropped. */
export class BoundaryLog {
  readonly #boundaries = new Map<bigint, Boundary>();

  private constructor(private readonly path: string | undefined) {}

  /** Opens the log with what the file holds. */
  static async open(path?: string): Promise<BoundaryLog> {
    const log = new BoundaryLog(path);
    if (path === undefined) return log;
    await mkdir(dirname(path), { recursive: true });
    for (const line of (await readFile(path, 'utf8').catch(() => '')).split('\n')) {
      const boundary = decodeBoundary(line);
      if (boundary === undefined) break;
      log.#boundaries.set(boundary.item, boundary);
    }
    return log;
  }

  /** The boundary at which `item` is the next one. */
  at(item: bigint): Boundary | undefined {
    return this.#boundaries.get(item);
  }

  /** Adds the newest boundary. */
  async append(boundary: Boundary): Promise<void> {
    const known = this.#boundaries.get(boundary.item);
    this.#boundaries.set(boundary.item, boundary);
    if (known?.itemHash === boundary.itemHash && known.headerHash === boundary.headerHash) return;
    if (this.path !== undefined) await appendFile(this.path, `${encodeBoundary(boundary)}\n`);
  }

  /** Forgets the boundaries after `item`. */
  async cutAfter(item: bigint): Promise<void> {
    for (const known of this.#boundaries.keys()) if (known > item) this.#boundaries.delete(known);
    await this.#rewrite();
  }

  async #rewrite(): Promise<void> {
    if (this.path === undefined) return;
    const lines = [...this.#boundaries.values()].map((boundary) => `${encodeBoundary(boundary)}\n`);
    await writeFile(`${this.path}.new`, lines.join(''));
    await rename(`${this.path}.new`, this.path);
  }
}

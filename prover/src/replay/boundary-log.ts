import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { decodeBoundary, encodeBoundary, type Boundary } from './boundary.js';
import { Disk, replaceFile } from './disk.js';

const CHECKSUM_DIGITS = 16;

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, CHECKSUM_DIGITS);

/** A boundary and, behind a space, the first bytes of its SHA-256: disks and crashes leave half lines and wrong bits. */
const encodeLine = (boundary: Boundary): string => {
  const text = encodeBoundary(boundary);
  return `${text} ${checksum(text)}\n`;
};

function decodeLine(line: string): Boundary | undefined {
  const text = line.slice(0, -CHECKSUM_DIGITS - 1);
  return line === `${text} ${checksum(text)}` ? decodeBoundary(text) : undefined;
}

/** What was cut off a damaged log. */
export interface CutTail {
  readonly path: string;
  /** First line that cannot be used, from 1. */
  readonly line: number;
  readonly bytes: number;
}

/** Every boundary since genesis, by item. Kept as lines of a file when a path is given, as far as the disk takes them. */
export class BoundaryLog {
  readonly #boundaries = new Map<bigint, Boundary>();
  /** Whether the file holds what memory holds. A line that was refused may be there by half: then only the whole file is written. */
  #whole = true;

  private constructor(
    private readonly path: string | undefined,
    private readonly disk: Disk,
  ) {}

  /**
   * Opens the log with what the file holds. What follows the first torn or damaged line is cut off and reported: it can be derived from
   * L1 again.
   */
  static async open(
    path?: string,
    onCut: (cut: CutTail) => void = () => undefined,
    disk = new Disk(),
  ): Promise<BoundaryLog> {
    const log = new BoundaryLog(path, disk);
    if (path === undefined) return log;
    const text = await readFile(path, 'utf8').catch(() => '');
    const rest = log.#load(text);
    if (rest.length === 0) return log;
    log.#whole = false;
    await log.#write('');
    onCut({ path, line: log.#boundaries.size + 1, bytes: Buffer.byteLength(rest) });
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
    await this.#write(encodeLine(boundary));
  }

  /** Forgets the boundaries after `item`. */
  async cutAfter(item: bigint): Promise<void> {
    for (const known of this.#boundaries.keys()) if (known > item) this.#boundaries.delete(known);
    this.#whole = false;
    await this.#write('');
  }

  /** Takes whole, undamaged lines and returns what is left. */
  #load(text: string): string {
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      const boundary = decodeLine(text.slice(at, end));
      if (boundary === undefined) break;
      this.#boundaries.set(boundary.item, boundary);
      at = end + 1;
    }
    return text.slice(at);
  }

  /** Brings the file to what memory holds, by `lines` alone where they are all that it lacks. */
  async #write(lines: string): Promise<void> {
    const { path } = this;
    if (path === undefined) return;
    const whole = this.#whole;
    this.#whole = await this.disk.keep('boundaries', async () => {
      await mkdir(dirname(path), { recursive: true });
      await (whole
        ? appendFile(path, lines)
        : replaceFile(path, [...this.#boundaries.values()].map(encodeLine).join('')));
    });
  }
}

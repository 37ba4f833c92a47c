import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Engine, type EngineOptions, readSnapshotHead, snapshotHeadLength } from '@metachain/program';

import { CheckpointRefusedError } from '../errors.js';
import { decodeBoundary, encodeBoundary, type Boundary } from './boundary.js';
import { type Place, planCheckpoints } from './checkpoint-plan.js';
import { replaceFile } from './disk.js';

/** Where replay may start. */
export interface Restored {
  readonly engine: Engine;
  readonly boundary: Boundary;
}

/** A checkpoint on disk, by what it says of itself. */
interface Stored {
  readonly path: string;
  /** Undefined where it cannot be read. */
  readonly boundary: Boundary | undefined;
}

const SUFFIX = '.snapshot';
const nameOf = (item: bigint) => `${String(item).padStart(12, '0')}${SUFFIX}`;
/** More than a boundary takes. */
const MOST_METADATA_BYTES = 4_096;

/**
 * Snapshots of the state at item boundaries: the newest few, so that an L1 reorg finds one below it, and a bounded number before the places at
 * which disputes may start, so that a trace is not replayed from genesis.
 */
export class CheckpointStore {
  /** Where disputes may start: about assertions that are not decided, and in running games, which may be about one that is. */
  readonly #needs = new Map<'assertions' | 'games', readonly Place[]>();

  /** @param limit most checkpoints on disk, at least `FEWEST_CHECKPOINTS` */
  constructor(
    private readonly directory: string,
    private readonly options: EngineOptions,
    private readonly limit: number,
  ) {}

  /** Says for what reason which places are needed, in the place of those before. As long as assertions are not known, any place may be. */
  need(reason: 'assertions' | 'games', places: readonly Place[]): void {
    this.#needs.set(reason, places);
  }

  /**
   * Writes a snapshot, and removes what is needed least; a crash leaves no half-written one under its name.
   * @param stands whether an older checkpoint is on the chain of this one; what is not goes first
   */
  async save(engine: Engine, boundary: Boundary, stands: (older: Boundary) => boolean = () => true): Promise<string> {
    await mkdir(this.directory, { recursive: true });
    const path = join(this.directory, nameOf(boundary.item));
    await replaceFile(path, engine.snapshot(new TextEncoder().encode(encodeBoundary(boundary))));
    await this.#thin((known) => known.item > boundary.item || stands(known));
    return path;
  }

  /**
   * The newest snapshot that `accept` takes, or undefined; with `atMost` only of those up to an item. Damaged or foreign ones are reported to
   * `refuse` and passed over: everything can be derived from L1 again.
   */
  async restore(
    accept: (boundary: Boundary) => boolean,
    refuse: (error: CheckpointRefusedError) => void,
    atMost?: bigint,
  ): Promise<Restored | undefined> {
    for (const { path, boundary } of (await this.#stored()).reverse()) {
      if (boundary !== undefined && atMost !== undefined && boundary.item > atMost) continue;
      if (boundary !== undefined && !accept(boundary)) {
        refuse(new CheckpointRefusedError(path, 'it is not on the chain that L1 has now, or not checked yet'));
        continue;
      }
      try {
        return await readCheckpoint(path, this.options);
      } catch (error) {
        refuse(error as CheckpointRefusedError);
      }
    }
    return undefined;
  }

  async #thin(stands: (boundary: Boundary) => boolean): Promise<void> {
    const stored = await this.#stored();
    const usable = stored.flatMap(({ path, boundary }) =>
      boundary !== undefined && stands(boundary) ? [{ path, ...boundary }] : [],
    );
    const needs = this.#needs.has('assertions') ? [...this.#needs.values()].flat() : undefined;
    const kept = new Set(planCheckpoints(usable, needs, this.limit).map(({ path }) => path));
    for (const { path } of stored) if (!kept.has(path)) await rm(path, { force: true });
  }

  /** Oldest first. Only the first bytes of each are read. */
  async #stored(): Promise<Stored[]> {
    const names = await readdir(this.directory).catch((): string[] => []);
    const paths = names.filter((name) => name.endsWith(SUFFIX)).sort();
    return Promise.all(
      paths.map(async (name) => {
        const path = join(this.directory, name);
        return { path, boundary: await readBoundary(path).catch(() => undefined) };
      }),
    );
  }
}

/** What a snapshot file says of its position; nothing of it is verified. */
async function readBoundary(path: string): Promise<Boundary | undefined> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(snapshotHeadLength(MOST_METADATA_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return decodeBoundary(new TextDecoder().decode(readSnapshotHead(bytes.subarray(0, bytesRead)).metadata));
  } finally {
    await file.close();
  }
}

/** Reads a snapshot file and verifies its checksum, chain and root. Throws CheckpointRefusedError. */
export async function readCheckpoint(path: string, options: EngineOptions): Promise<Restored> {
  try {
    const bytes = new Uint8Array(await readFile(path));
    const boundary = decodeBoundary(new TextDecoder().decode(readSnapshotHead(bytes).metadata));
    if (boundary === undefined) throw new CheckpointRefusedError(path, 'it names no position on L1');
    return { engine: Engine.fromSnapshot(options, bytes), boundary };
  } catch (error) {
    if (error instanceof CheckpointRefusedError) throw error;
    throw new CheckpointRefusedError(path, error instanceof Error ? error.message : 'unreadable', error);
  }
}

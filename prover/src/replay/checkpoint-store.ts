import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Engine, decodeSnapshot, type EngineOptions } from '@metachain/program';

import { CheckpointRefusedError } from '../errors.js';
import { decodeBoundary, encodeBoundary, type Boundary } from './boundary.js';

/** Where replay may start. */
export interface Restored {
  readonly engine: Engine;
  readonly boundary: Boundary;
}

const SUFFIX = '.snapshot';
const nameOf = (item: bigint) => `${String(item).padStart(12, '0')}${SUFFIX}`;

/** Snapshots of the state at item boundaries. The newest few are kept, so that an L1 reorg finds one below it. */
export class CheckpointStore {
  constructor(
    private readonly directory: string,
    private readonly options: EngineOptions,
    private readonly keep = 3,
  ) {}

  /** Writes a snapshot; a crash leaves no half-written one under its name. */
  async save(engine: Engine, boundary: Boundary): Promise<string> {
    await mkdir(this.directory, { recursive: true });
    const path = join(this.directory, nameOf(boundary.item));
    const file = await open(`${path}.new`, 'w');
    await file.writeFile(engine.snapshot(new TextEncoder().encode(encodeBoundary(boundary))));
    await file.sync();
    await file.close();
    await rename(`${path}.new`, path);
    for (const old of (await this.#names()).slice(this.keep)) await rm(join(this.directory, old));
    return path;
  }

  /**
   * The newest snapshot that `accept` takes, or undefined. Damaged or foreign ones are reported to `refuse` and passed over: everything
   * can be derived from L1 again.
   */
  async restore(
    accept: (boundary: Boundary) => boolean,
    refuse: (error: CheckpointRefusedError) => void,
  ): Promise<Restored | undefined> {
    for (const name of await this.#names()) {
      const path = join(this.directory, name);
      try {
        const restored = await readCheckpoint(path, this.options);
        if (accept(restored.boundary)) return restored;
        refuse(new CheckpointRefusedError(path, 'it is not on the chain that L1 has now'));
      } catch (error) {
        refuse(
          error instanceof CheckpointRefusedError ? error : new CheckpointRefusedError(path, String(error), error),
        );
      }
    }
    return undefined;
  }

  /** Newest first. */
  async #names(): Promise<string[]> {
    const names = await readdir(this.directory).catch((): string[] => []);
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .sort()
      .reverse();
  }
}

/** Reads a snapshot file and verifies its checksum, chain and root. Throws CheckpointRefusedError. */
export async function readCheckpoint(path: string, options: EngineOptions): Promise<Restored> {
  const bytes = new Uint8Array(await readFile(path));
  try {
    const { metadata } = decodeSnapshot(bytes, options.chainId);
    const boundary = decodeBoundary(new TextDecoder().decode(metadata));
    if (boundary === undefined) throw new CheckpointRefusedError(path, 'it names no position on L1');
    return { engine: Engine.fromSnapshot(options, bytes), boundary };
  } catch (error) {
    if (error instanceof CheckpointRefusedError) throw error;
    throw new CheckpointRefusedError(path, error instanceof Error ? error.message : 'unreadable', error);
  }
}

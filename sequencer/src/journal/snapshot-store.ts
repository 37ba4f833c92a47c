import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hex } from 'viem';
import { SnapshotRefusedError } from './journal.errors.js';
import { writeFileDurably } from './segment.js';

/** What a snapshot says of itself. `sequence`: the journal frame from which to replay. */
export interface SnapshotHeader {
  readonly genesisHash: Hex;
  readonly programHash: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly sequence: bigint;
}

/** A snapshot that was read and checked. */
export interface StoredSnapshot extends SnapshotHeader {
  readonly state: Uint8Array;
}

const TITLE = Buffer.from('METASNP1');
const NAME = /^snapshot-(\d{16})\.bin$/;
const DIGEST_BYTES = 32;

/** Snapshots of the state in the data directory, by block number. A file is whole or absent: it is renamed into place. */
export class SnapshotStore {
  constructor(
    private readonly directory: string,
    private readonly genesisHash: Hex,
    private readonly programHash: Hex,
  ) {}

  /** Block numbers of the snapshots present, newest first. */
  async list(): Promise<bigint[]> {
    await mkdir(this.directory, { recursive: true });
    const names = (await readdir(this.directory))
      .map((name) => NAME.exec(name)?.[1])
      .filter((digits) => digits !== undefined);
    return names.map(BigInt).sort((a, b) => (a < b ? 1 : -1));
  }

  /** Reads one. Throws SnapshotRefusedError: damaged, of another chain, or of another program. */
  async read(blockNumber: bigint): Promise<StoredSnapshot> {
    const path = this.path(blockNumber);
    const { header, state, digest } = parse(path, await readFile(path));
    if (createHash('sha256').update(state).digest('hex') !== digest)
      throw new SnapshotRefusedError(path, 'checksum differs');
    if (header.genesisHash !== this.genesisHash)
      throw new SnapshotRefusedError(path, `it is of genesis ${header.genesisHash}`);
    if (header.programHash !== this.programHash)
      throw new SnapshotRefusedError(path, `it is of program ${header.programHash}`);
    return { ...header, state };
  }

  /** Writes one durably. */
  async write(snapshot: Pick<StoredSnapshot, 'blockNumber' | 'blockHash' | 'sequence' | 'state'>): Promise<void> {
    const { state, blockNumber, blockHash, sequence } = snapshot;
    const fields = {
      genesisHash: this.genesisHash,
      programHash: this.programHash,
      blockNumber: blockNumber.toString(),
      blockHash,
      sequence: sequence.toString(),
      sha256: createHash('sha256').update(state).digest('hex'),
    };
    const header = Buffer.from(JSON.stringify(fields));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    const parts = [TITLE, length, header, createHash('sha256').update(header).digest(), state];
    await writeFileDurably(this.directory, fileName(blockNumber), parts);
  }

  /** Deletes one, if present. */
  async remove(blockNumber: bigint): Promise<void> {
    await unlink(this.path(blockNumber));
  }

  /** Path of a snapshot, for query workers that load it themselves. */
  path(blockNumber: bigint): string {
    return join(this.directory, fileName(blockNumber));
  }
}

/** The state inside a snapshot file, for a reader that trusts a check made before. */
export function snapshotState(path: string, bytes: Buffer): Uint8Array {
  return parse(path, bytes).state;
}

function fileName(blockNumber: bigint): string {
  return `snapshot-${blockNumber.toString().padStart(16, '0')}.bin`;
}

function parse(path: string, bytes: Buffer): { header: SnapshotHeader; state: Uint8Array; digest: string } {
  const headerStart = TITLE.length + 4;
  if (bytes.length < headerStart || !bytes.subarray(0, TITLE.length).equals(TITLE))
    throw new SnapshotRefusedError(path, 'it is no snapshot');
  const headerEnd = headerStart + bytes.readUInt32LE(TITLE.length);
  const header = bytes.subarray(headerStart, headerEnd);
  const digest = bytes.subarray(headerEnd, headerEnd + DIGEST_BYTES);
  if (!createHash('sha256').update(header).digest().equals(digest))
    throw new SnapshotRefusedError(path, 'header checksum differs');
  const fields = JSON.parse(header.toString()) as Record<string, string>;
  return {
    header: {
      genesisHash: fields['genesisHash'] as Hex,
      programHash: fields['programHash'] as Hex,
      blockNumber: BigInt(fields['blockNumber']!),
      blockHash: fields['blockHash'] as Hex,
      sequence: BigInt(fields['sequence']!),
    },
    state: bytes.subarray(headerEnd + DIGEST_BYTES),
    digest: fields['sha256']!,
  };
}

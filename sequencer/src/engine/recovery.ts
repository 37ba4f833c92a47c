import { SequencerError } from '../errors/sequencer.errors.js';
import type { Hex } from 'viem';
import { JournalBeginsLaterError, ReplayMismatchError, SnapshotRefusedError } from '../journal/journal.errors.js';
import { journalBytes, type OpenedJournal, openJournal } from '../journal/journal.js';
import type { SnapshotStore, StoredSnapshot } from '../journal/snapshot-store.js';
import type { BlockBuilder, BuiltBlock } from './block-builder.js';
import { type Derived, type History, historyAfter, type RecordedBlock } from './history.js';
import type { InputStore } from './input-store.js';
import { ItemPayload } from './item-payload.js';
import type { Machine } from './machine.port.js';
import { stampedHash } from './prepared.js';
import { RecentHashes } from './recent-hashes.js';

const RECENT_GENERATION = 65_536;

/** The place from which a replay starts and everything after it. */
export interface RecoveredBase {
  readonly snapshot: StoredSnapshot | undefined;
  readonly journal: OpenedJournal;
  readonly history: History;
  /** Snapshots that were passed over, with the reason. */
  readonly refused: readonly string[];
}

/** Where the journal and the snapshots are. */
export interface RecoveryPlace {
  readonly directory: string;
  readonly genesisHash: Hex;
  readonly segmentBytes: number;
  /** Blocks above this one must be replayed, because the poster or the index may still need them. */
  readonly replayAbove: bigint;
}

/** Journal and snapshots were pruned in step with `posting.json`, which is gone or older than they are. */
export class UnreachableStartError extends SequencerError {
  constructor(replayAbove: bigint, cause: JournalBeginsLaterError) {
    super(
      108,
      `${cause.message}. By poster/posting.json ${replayAbove === 0n ? 'nothing' : `block ${replayAbove}`} is on L1, and journal and snapshots do not ` +
        'reach back so far: restore posting.json, or start with an empty directory (--data-directory), which takes over what is on L1 and loses ' +
        'what is not there yet',
      { cause },
    );
  }
}

/** The index ends before the blocks that this node can still announce, so the next one would not follow. */
export class UnreachableIndexError extends SequencerError {
  constructor(indexedBlock: bigint, replayAbove: bigint) {
    super(
      109,
      `the index ends at block ${indexedBlock}, and the journal can be replayed from block ${replayAbove} on only: delete the index (index.db in the ` +
        'data directory, or the tables of the PostgreSQL database); history then begins there. Blocks below stay on L1',
    );
  }
}

/** Journals up to here are replayed from genesis for an index: all of it is in memory meanwhile. */
const REFILL_BYTES = 512 * 1_024 * 1_024;

/**
 * The base of a start: as `recoverBase`, and below what an index lacks that ends at `indexedBlock`, where journal and snapshots reach back so far.
 *
 * Fails: UnreachableStartError, UnreachableIndexError, what openJournal fails with.
 */
export async function recoverStart(
  place: RecoveryPlace,
  indexedBlock: bigint,
  snapshots: SnapshotStore,
): Promise<RecoveredBase> {
  const lacking = indexedBlock < place.replayAbove;
  const fits = lacking && (await isReplayable(place.directory, indexedBlock, snapshots));
  const full = fits ? await reachableBase({ ...place, replayAbove: indexedBlock }, snapshots) : undefined;
  if (full && !(full instanceof JournalBeginsLaterError)) return full;
  if (lacking && indexedBlock > 0n) throw new UnreachableIndexError(indexedBlock, place.replayAbove);
  const base = await reachableBase(place, snapshots);
  if (base instanceof JournalBeginsLaterError) throw new UnreachableStartError(place.replayAbove, base);
  if (!lacking) return base;
  const why = fits ? 'the pruned journal begins later' : 'the journal is too long to be replayed for it';
  return { ...base, refused: [...base.refused, `blocks from ${indexedBlock + 1n} on that the index lacks: ${why}`] };
}

async function isReplayable(directory: string, above: bigint, snapshots: SnapshotStore): Promise<boolean> {
  const isShort = (await snapshots.list()).some((number) => number <= above);
  return isShort || (await journalBytes(directory)) <= REFILL_BYTES;
}

/** The base, or why there is none: the journal does not reach back so far. */
function reachableBase(
  place: RecoveryPlace,
  snapshots: SnapshotStore,
): Promise<RecoveredBase | JournalBeginsLaterError> {
  return recoverBase(place, snapshots).catch((error: unknown) => {
    if (error instanceof JournalBeginsLaterError) return error;
    throw error;
  });
}

/**
 * Finds the newest usable snapshot at or below `replayAbove` and opens the journal behind it.
 *
 * A damaged snapshot is passed over for an older one and reported; one of another chain is not (wrong data directory).
 * Fails: what openJournal fails with.
 */
export async function recoverBase(place: RecoveryPlace, snapshots: SnapshotStore): Promise<RecoveredBase> {
  const refused: string[] = [];
  for (const number of await snapshots.list()) {
    if (number > place.replayAbove) continue;
    const snapshot = await readOrRefuse(snapshots, number, refused);
    const base = snapshot && (await openBase(place, snapshot, refused));
    if (base) return base;
    // A crash between an undo and the deletion of its snapshots left it.
    if (snapshot) await snapshots.remove(number);
  }
  return (await openBase(place, undefined, refused))!;
}

async function readOrRefuse(
  snapshots: SnapshotStore,
  number: bigint,
  refused: string[],
): Promise<StoredSnapshot | undefined> {
  try {
    return await snapshots.read(number);
  } catch (error) {
    if (!(error instanceof SnapshotRefusedError)) throw error;
    refused.push(error.message);
    return undefined;
  }
}

async function openBase(
  place: RecoveryPlace,
  snapshot: StoredSnapshot | undefined,
  refused: string[],
): Promise<RecoveredBase | undefined> {
  const identity = Buffer.from(place.genesisHash.slice(2), 'hex');
  const journal = await openJournal(place.directory, identity, snapshot?.sequence ?? 0n, place.segmentBytes);
  const history = historyAfter(journal.records, snapshot?.blockNumber ?? 0n);
  if (history) return { snapshot, journal, history, refused };
  await journal.writer.close();
  refused.push(`snapshot of block ${snapshot?.blockNumber ?? 0n} is of an undone branch`);
  return undefined;
}

/** A journalled transaction that the rules no longer include: program and journal do not belong together. */
export class ReplayRefusedError extends SequencerError {
  constructor(blockNumber: bigint, index: number, code: number) {
    super(105, `replay of block ${blockNumber} skips transaction ${index} with code ${code}`);
  }
}

/**
 * Applies the blocks of a history again, and tells of each sealed one. Returns the hashes of the newest transactions.
 * Throws ReplayMismatchError, ReplayRefusedError.
 */
export function replayAll(
  { blocks }: Pick<History, 'blocks'>,
  machine: Machine,
  builder: BlockBuilder,
  inputs: InputStore,
  sealed: (built: BuiltBlock) => void,
): RecentHashes {
  const recent = new RecentHashes(RECENT_GENERATION);
  for (const recorded of blocks) {
    const built = replayBlock(recorded, machine, builder, inputs);
    for (const { memo } of recorded.transactions) recent.add(stampedHash(memo));
    if (built) sealed(built);
  }
  return recent;
}

/**
 * Applies one recorded block again. Returns the block when it was sealed, undefined while it is open.
 * Throws ReplayMismatchError when the hash differs from the journal's.
 */
export function replayBlock(
  recorded: RecordedBlock,
  machine: Machine,
  builder: BlockBuilder,
  inputs: InputStore,
): BuiltBlock | undefined {
  if (recorded.begin.kind === 'derived') return replayDerived(recorded, recorded.begin, builder);
  for (const message of recorded.begin.messages) inputs.addMessage(message);
  if (recorded.begin.item) inputs.addItem(recorded.begin.item);
  builder.beginWith(recorded.begin.context);
  for (const { wire, memo } of recorded.transactions) {
    const result = machine.apply(wire, memo);
    const index = builder.include(wire);
    if (result.status === 'skipped') throw new ReplayRefusedError(recorded.number, index, result.code);
  }
  if (!recorded.seal) return undefined;
  return requireHash(recorded, builder.seal());
}

function replayDerived(recorded: RecordedBlock, derived: Derived, builder: BlockBuilder): BuiltBlock {
  const source = { ...derived, payload: new ItemPayload(derived.payload) };
  // How many units came before it decides what follows the block, not what is in it.
  const place = { offset: derived.offset, unit: 0 };
  const { built } = builder.derive(source, place, derived.transactions);
  if (!built) throw new ReplayMismatchError(recorded.number, recorded.seal!.hash, 'no block');
  return requireHash(recorded, built);
}

function requireHash({ seal }: RecordedBlock, built: BuiltBlock): BuiltBlock {
  const { number, hash } = built.block;
  if (hash !== seal!.hash) throw new ReplayMismatchError(number, seal!.hash, hash);
  return built;
}

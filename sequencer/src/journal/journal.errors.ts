import { SequencerError } from '../errors/sequencer.errors.js';

/** A record that was once durable does not match its checksum. Nothing is served until an operator decides. */
export class JournalCorruptError extends SequencerError {
  constructor(
    readonly file: string,
    readonly offset: number,
    reason: string,
  ) {
    super(101, `journal ${file} is damaged at offset ${offset}: ${reason}`);
  }
}

/** The directory holds the journal of another chain or of another genesis. */
export class ForeignJournalError extends SequencerError {
  constructor(file: string, expected: string, actual: string) {
    super(102, `journal ${file} belongs to ${actual}, expected ${expected}`);
  }
}

/** The disk refused a write or a sync; the journal accepts nothing more until a restart. */
export class JournalWriteError extends SequencerError {
  constructor(file: string, cause: unknown) {
    super(103, `journal ${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** An entry is larger than any frame that is read again. The engine halts. */
export class JournalEntryTooLargeError extends SequencerError {
  constructor(bytes: number, limit: number) {
    super(107, `a journal entry of ${bytes} bytes: a frame holds at most ${limit}`);
  }
}

/** A snapshot that is damaged, or of another chain or program. */
export class SnapshotRefusedError extends SequencerError {
  constructor(
    readonly file: string,
    reason: string,
  ) {
    super(104, `snapshot ${file} refused: ${reason}`);
  }
}

/** Replaying the journal gives a block other than the one that was sealed. */
export class ReplayMismatchError extends SequencerError {
  constructor(
    readonly blockNumber: bigint,
    expected: string,
    actual: string,
  ) {
    super(105, `replay of block ${blockNumber} gives ${actual}, the journal says ${expected}`);
  }
}

/** Segments or snapshots are missing, so that no complete replay is possible. */
export class IncompleteJournalError extends SequencerError {
  constructor(directory: string, reason: string) {
    super(106, `journal ${directory} is incomplete: ${reason}`);
  }
}

/** What is needed was pruned; nothing is missing from there on. */
export class JournalBeginsLaterError extends IncompleteJournalError {
  constructor(directory: string, first: bigint, needed: bigint) {
    super(directory, `it starts at ${first}, needed from ${needed}`);
  }
}

/** Stable codes of what the sequencer throws. 100-199 journal, 200-299 engine, 300-399 configuration, 400-499 L1, 500-599 lifecycle. */
export type SequencerErrorCode =
  | 101 // journal damaged in the middle
  | 102 // journal belongs to another chain
  | 103 // journal cannot be written
  | 104 // snapshot refused
  | 105 // replay gives another block
  | 106 // data directory is incomplete
  | 107 // journal entry larger than a frame
  | 108 // no start: journal and snapshots do not reach back to what posting.json needs
  | 109 // no start: the index ends before what journal and snapshots reach back to
  | 201 // block could not be opened
  | 202 // worker ended
  | 203 // engine halted
  | 204 // query limits exceeded
  | 205 // an input of L1 is missing
  | 206 // L1 builds on another block
  | 207 // state of an asserted block not rebuilt
  | 301 // bad configuration
  | 402 // the poster cannot pay
  | 501 // data directory is in use
  | 502; // drain took too long

/** Base of the typed errors of the sequencer. `code` is stable; the text is for people. */
export class SequencerError extends Error {
  constructor(
    readonly code: SequencerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

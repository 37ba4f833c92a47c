import { keccak, word, ZERO_WORD } from './merkle/hash.js';
import type { Caller, Stepper } from './stepper/stepper.js';

/** Numbers of the machine's states in its header; 0 is none of them. */
export const HeaderStatus = { running: 1, halted: 2, trapped: 3 } as const;

/** What the machine hash commits (docs/spec/machine.md, "Header"). */
export interface MachineHeader {
  /** `checkpoint open << 56 | status << 48 | frame slots << 32 | pc`. */
  readonly head: bigint;
  /** The current frame; after the end the result as its only slot; empty after a trap. */
  readonly frame: Uint8Array;
  readonly callers: Uint8Array;
  readonly memoryRoot: Uint8Array;
  readonly stateRoot: Uint8Array;
  /** Zero while no checkpoint is open. */
  readonly checkpointRoot: Uint8Array;
  readonly checkpointLog: Uint8Array;
  readonly inputRoot: Uint8Array;
  readonly logHash: Uint8Array;
}

/** The header as a step proof starts with it: everything but the frame, as words. */
export const headerWords = (header: MachineHeader): Uint8Array[] => [
  word(header.head),
  header.callers,
  header.memoryRoot,
  header.stateRoot,
  header.checkpointRoot,
  header.checkpointLog,
  header.inputRoot,
  header.logHash,
];

export const machineHash = (header: MachineHeader): Uint8Array => {
  const [head = ZERO_WORD, ...rest] = headerWords(header);
  return keccak(head, keccak(header.frame), ...rest);
};

/** `frame slots << 48 | return pc << 16 | destination` of a saved caller. */
export const callerWord = (caller: Caller): Uint8Array =>
  word((BigInt(caller.frameSlots) << 48n) | (BigInt(caller.returnPc) << 16n) | BigInt(caller.destination));

/** Hash chain of the callers, outermost first; zero if there is none. */
export const callersHash = (callers: readonly Caller[]): Uint8Array =>
  callers.reduce((hash, caller) => keccak(hash, callerWord(caller), keccak(caller.frame)), ZERO_WORD);

/** The parts of the header that the stepper knows. */
export function steppingHeader(
  stepper: Stepper,
  checkpointOpen: boolean,
): Pick<MachineHeader, 'head' | 'frame' | 'callers'> {
  if (stepper.status === 'trapped') {
    return { head: BigInt(HeaderStatus.trapped) << 48n, frame: new Uint8Array(), callers: ZERO_WORD };
  }
  if (stepper.status === 'halted') {
    const frame = new Uint8Array(8);
    new DataView(frame.buffer).setBigUint64(0, stepper.result);
    return { head: (BigInt(HeaderStatus.halted) << 48n) | (1n << 32n), frame, callers: ZERO_WORD };
  }
  const frame = stepper.frame();
  const open = checkpointOpen ? 1n << 56n : 0n;
  const status = BigInt(HeaderStatus.running) << 48n;
  const head = open | status | (BigInt(frame.length / 8) << 32n) | BigInt(stepper.pc);
  return { head, frame, callers: callersHash(stepper.callers()) };
}

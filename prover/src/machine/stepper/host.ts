/** What a host operation can see of the machine that calls it. */
export interface HostContext {
  readonly memory: Uint8Array;
}

/** Performs host operations. Arguments are 64-bit slots, little-endian, starting at `words[at]`. */
export interface MachineHost {
  /** @returns false to trap; then nothing may have changed */
  perform(operation: number, words: Uint32Array, at: number, context: HostContext): boolean;
}

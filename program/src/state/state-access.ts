/** What the host operations need of a state; keys and values are word indices into the program's memory. */
export interface StateAccess {
  get(memory: Int32Array, key: number, out: number): void;
  set(memory: Int32Array, key: number, value: number): void;
  mark(): number;
  undo(mark: number): void;
}

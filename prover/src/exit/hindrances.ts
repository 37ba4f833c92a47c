/** Says what keeps something from going on: each kind once, however often it is tried, and that it goes on again. */
export class Hindrances {
  readonly #kinds = new Set<string>();

  /** @param tell gets the reason; undefined when it goes on again */
  constructor(private readonly tell: (reason: string | undefined) => void) {}

  /** Something failed and is tried again. */
  add(error: unknown): undefined {
    const { name, message } = error instanceof Error ? error : { name: 'unknown', message: String(error) };
    if (this.#kinds.has(name)) return;
    this.#kinds.add(name);
    this.tell(message);
  }

  /** Everything was done that could be done. */
  clear(): void {
    if (this.#kinds.size > 0) this.tell(undefined);
    this.#kinds.clear();
  }
}

/** Stable codes of what the index throws. */
export type IndexErrorCode = 'index/gap' | 'index/url' | 'index/too-many-results' | 'index/closed' | 'index/row';

/** Base of the typed errors of the index. `code` is stable; the text is for people. */
export class IndexError extends Error {
  constructor(
    readonly code: IndexErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A block was handed over that does not follow the newest indexed one: the chain has to replay from `expected`. */
export class IndexGap extends IndexError {
  constructor(
    readonly expected: number,
    readonly received: number,
  ) {
    super('index/gap', `the index expects block ${expected} but received ${received}`);
  }
}

/** A log query matches more than `limit` logs; blocks `from..fits` stay within it (`fits` is at least `from`). */
export class TooManyLogs extends IndexError {
  constructor(
    readonly limit: number,
    readonly from: number,
    readonly fits: number,
  ) {
    super('index/too-many-results', `query returned more than ${limit} results`);
  }
}

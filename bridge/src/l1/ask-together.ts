/** How long the others may take once enough endpoints have answered, milliseconds: they may still be heard to differ. */
const GRACE_MS = 500;

const SILENT = { status: 'rejected', reason: new DOMException('no answer in time', 'TimeoutError') } as const;

/**
 * What became of questions that were asked at once, in their order. Waits for all of them, but not long for the rest once `enough` says so of
 * those that are settled: an endpoint that takes questions and never answers must not slow the others down to its time limit.
 */
export function askTogether<T>(
  asked: readonly Promise<T>[],
  enough: (settled: readonly PromiseSettledResult<T>[]) => boolean,
): Promise<readonly PromiseSettledResult<T>[]> {
  const settled = new Map<number, PromiseSettledResult<T>>();
  return new Promise((resolve) => {
    let grace: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(grace);
      resolve(asked.map((_, position) => settled.get(position) ?? SILENT));
    };
    const take = (position: number, result: PromiseSettledResult<T>) => {
      settled.set(position, result);
      if (settled.size === asked.length) end();
      else if (enough([...settled.values()])) grace ??= setTimeout(end, GRACE_MS);
    };
    asked.forEach((question, position) =>
      question.then(
        (value) => take(position, { status: 'fulfilled', value }),
        (reason: unknown) => take(position, { status: 'rejected', reason }),
      ),
    );
  });
}

/** The values of those that answered. */
export const valuesOf = <T>(settled: readonly PromiseSettledResult<T>[]): readonly T[] =>
  settled.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));

/** Why the others did not. */
export const failuresOf = (settled: readonly PromiseSettledResult<unknown>[]): readonly unknown[] =>
  settled.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));

/** What at least `quorum` of the values say alike, bigints included. */
export function alike<T>(values: readonly T[], quorum: number): T | undefined {
  const votes = new Map<string, T[]>();
  for (const value of values) {
    const key = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? '';
    votes.set(key, [...(votes.get(key) ?? []), value]);
  }
  return [...votes.values()].find((same) => same.length >= quorum)?.[0];
}

/** Whether as many of the values say the same. */
export const hasAgreed = (values: readonly unknown[], quorum: number): boolean => alike(values, quorum) !== undefined;

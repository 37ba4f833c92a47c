/** Life of an assertion, as the Rollup contract numbers it (docs/spec/l1.md, "Assertions"). */
export const ASSERTION_STATUS = { pending: 1, confirmed: 2, rejected: 3, outlived: 4, bonded: 5 } as const;

/**
 * Whether an assertion, original or copy, can confirm its claim once its own window is over and no other claim stands beside it: games about
 * other bonds behind the same claim do not hinder it.
 */
export const mayConfirm = ({ status, openGames }: { readonly status: number; readonly openGames: number }): boolean =>
  status === ASSERTION_STATUS.pending && openGames === 0;

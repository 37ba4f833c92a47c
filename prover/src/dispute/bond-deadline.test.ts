import { describe, expect, it } from '@jest/globals';

import { assertion, NOW, viewOf, WINDOW, wrong } from '../testing/agent-views.js';
import { bondDeadline } from './bond-deadline.js';

const challenge = { kind: 'challenge', id: 1n } as const;
const beside = { kind: 'assertSibling', id: 1n } as const;
const madeAgo = (seconds: bigint) => ({ ...wrong, createdAt: NOW - seconds });

describe('until when a bond can be put down', () => {
  it('against a wrong assertion: the end of its window', () => {
    expect(bondDeadline(viewOf([assertion(1n, 0n, madeAgo(10n))]), challenge)).toBe(NOW - 10n + WINDOW);
  });

  it('against one whose window ended, but which another claim keeps open: any time', () => {
    const view = viewOf([assertion(1n, 0n, madeAgo(WINDOW)), assertion(2n, 0n)]);
    expect(bondDeadline(view, challenge)).toBeUndefined();
  });

  it('beside others: until the first of their windows ends, whichever of them it is put beside', () => {
    const view = viewOf([assertion(1n, 0n, madeAgo(10n)), assertion(2n, 0n, madeAgo(900n)), assertion(3n, 2n)]);
    expect(bondDeadline(view, beside)).toBe(NOW - 900n + WINDOW);
    expect(bondDeadline(view, challenge)).toBe(NOW - 10n + WINDOW);
  });
});

import { describe, expect, it } from '@jest/globals';
import { zeroAddress, zeroHash } from 'viem';
import type { ShownMove } from './game-watch.js';
import { lieHelp, lieKinds, lies } from './lies.js';
import type { Outcome } from './outcome.js';
import { line, moveHead, moveLine, summary, title } from './show.js';
import { change, columns, wrapped } from './text.js';

const widest = (text: string) => Math.max(...text.split('\n').map((row) => row.length));

const move = (fields: Partial<ShownMove>): ShownMove => ({
  game: 0n,
  what: 'split',
  by: zeroAddress,
  role: 'asserter',
  level: 'steps',
  from: 9_999_967n,
  length: 32n,
  pieces: 16,
  gas: 16_777_216n,
  calldataBytes: 1_000,
  transaction: zeroHash,
  clocks: { challenger: 60, asserter: 60 },
  time: 0n,
  ...fields,
});

const outcome = (fields: Partial<Outcome>): Outcome => ({
  name: 'wrong-withdrawal-root',
  moves: 12,
  gasHonest: 9_999_999n,
  gasLiar: 541_625n,
  gasAssertions: 250_000n,
  firstMoveMs: 12_345,
  verdictMs: 123_456,
  decidedBy: 'the step on L1',
  checks: [{ what: 'the prover won', held: true }],
  ...fields,
});

describe('the text of the demonstration', () => {
  it('breaks between words where the terminal ends', () => {
    const text = line('operator', 'words '.repeat(40).trim());
    expect(widest(text)).toBeLessThanOrEqual(columns);
    expect(text.replace(/\s+/g, ' ')).toBe(` operator ${'words '.repeat(40).trim()}`);
    expect(wrapped('a', 4)).toBe('    a');
    expect(widest(title(`wrong-reserve: ${lies['wrong-reserve'].claim} ${'word '.repeat(30)}`))).toBeLessThanOrEqual(
      columns,
    );
  });

  it('shows the largest moves that there are in one line each, under their head', () => {
    const rows = [
      ...moveHead().split('\n').slice(-1),
      moveLine(move({}), 'operator', 9_999, 12),
      moveLine(move({ what: 'end' }), 'liar', 1, 0),
    ];
    expect(widest(moveHead())).toBeLessThanOrEqual(columns);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns);
    expect(rows[1]).toContain('steps 9,999,967 to 9,999,999 in 16');
    expect(rows[1]?.indexOf('splits')).toBe(rows[0]?.indexOf('move'));
    expect(rows[2]).toContain('L1 executes the step');
  });

  it('says of an opening that nothing was cut yet', () => {
    const text = moveLine(move({ what: 'open', level: 'units', from: 0n, length: 4_096n, pieces: 1 }), 'prover', 1, 12);
    expect(text).toMatch(/opens +units 0 to 4,096 +<= 12/);
  });

  it('ends with a table that fits, and names what did not hold', () => {
    const bad = outcome({ checks: [{ what: 'all bonds paid out', held: false }, ...outcome({}).checks] });
    const text = summary([outcome({}), bad]);
    expect(widest(text)).toBeLessThanOrEqual(columns);
    expect(text).toMatch(/all 1 .*\n.*1 of 2/);
    expect(text).toContain('wrong-withdrawal-root: it did not hold that all bonds paid out');
  });

  it('explains each lie by claim and step', () => {
    const help = lieHelp();
    expect(widest(help)).toBeLessThanOrEqual(columns);
    const flat = help.replace(/\s+/g, ' ');
    for (const kind of lieKinds) {
      const { claim, step, note } = lies[kind];
      expect(flat).toContain(`${kind} claim: ${claim} step: ${step}${note === undefined ? '' : ` note: ${note}`}`);
    }
  });

  it.each([
    [-100_392_882_333_920_095n, '-0.1004 ETH'],
    [49_322_965_775_302_992n, '+0.0493 ETH'],
    [0n, '+0 ETH'],
    [50_000_000_000_000n, '+0.0001 ETH'],
    [-50_000_000_000_000n, '-0.0001 ETH'],
  ])('rounds what an account gained or lost', (wei, text) => {
    expect(change(wei)).toBe(text);
  });
});

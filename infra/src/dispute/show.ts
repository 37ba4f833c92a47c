import Table from 'cli-table3';
import { disputeConfig } from './dispute-net.js';
import type { ShownMove } from './game-watch.js';
import type { Outcome } from './outcome.js';
import { change, columns, ether, wrapped } from './text.js';

const number = (value: bigint | number) => value.toLocaleString('en-US');

/** Where the text of a demonstration goes. */
export type Print = (line: string) => void;

export const title = (text: string): string => `\n${wrapped(text, 0)}\n${'-'.repeat(Math.min(text.length, columns))}`;

const whoWidth = 12;

/** One line of a story: who, what. Breaks where the terminal ends. */
export const line = (who: string, what: string): string => wrapped(what, whoWidth, `  ${who}`.padEnd(whoWidth));

/** How much somebody has more or less than before a game, in wei, gas included. */
interface Share {
  readonly who: string;
  readonly change: bigint;
}

/** What a game did to those who staked on it. The winner's assertion is not confirmed yet, so its bond still lies with the contract. */
export const bondsLine = (loser: Share, winner: Share, burned: bigint): string =>
  line(
    'bonds',
    `${loser.who} ${change(loser.change)}; ${winner.who} ${change(winner.change)}, of which ${ether(disputeConfig.assertionBondWei)} is the bond of its assertion and comes back; burned ${ether(burned)}`,
  );

const widths = [9, 10, 13, 35, 6, 11, 13] as const;
const cells = (texts: readonly string[]): string =>
  `  ${texts.map((text, index) => (index >= 4 ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0))).join('')}`.trimEnd();

/** Above the moves of a game. */
export const moveHead = (): string =>
  [
    line('L1', 'the game; left: moves that can follow at most; clocks: of the challenger, of the asserter'),
    cells(['after', 'by', 'move', 'disputed now', 'left', 'gas', 'clocks']),
  ].join('\n');

const moveNames = { open: 'opens', split: 'splits', enterUnit: 'enters unit', end: 'proves step' } as const;

/** A move as it was seen on L1. `movesLeft`: at most so many follow. */
export function moveLine(move: ShownMove, who: string, seconds: number, movesLeft: number): string {
  const over = move.what === 'end';
  return cells([
    `${seconds.toFixed(1)} s`,
    who,
    moveNames[move.what],
    over ? 'nothing: L1 executes the step' : rangeOf(move),
    over ? '0' : `<= ${movesLeft}`,
    number(move.gas),
    over ? '' : `${move.clocks.challenger} s, ${move.clocks.asserter} s`,
  ]);
}

const rangeOf = ({ level, from, length, pieces }: ShownMove): string =>
  `${level} ${number(from)} to ${number(from + length)}${pieces > 1 ? ` in ${pieces}` : ''}`;

/** The last table, one row for each play, and under it what did not hold. */
export function summary(outcomes: readonly Outcome[]): string {
  const table = new Table({
    style: { head: [], border: [], compact: true },
    head: ['Play', 'Moves', 'Gas:\nprover', 'Gas:\nliar', 'First\nmove', 'Verdict', 'Decided by', 'Held'],
  });
  table.push(...outcomes.map(row));
  return [table.toString(), ...outcomes.flatMap(broken)].join('\n');
}

const row = (outcome: Outcome) => [
  outcome.name,
  outcome.moves,
  number(outcome.gasHonest),
  number(outcome.gasLiar),
  `${(outcome.firstMoveMs / 1_000).toFixed(1)} s`,
  `${(outcome.verdictMs / 1_000).toFixed(1)} s`,
  outcome.decidedBy,
  heldOf(outcome),
];

function heldOf({ checks }: Outcome): string {
  const held = checks.filter((check) => check.held).length;
  return held === checks.length ? `all ${held}` : `${held} of ${checks.length}`;
}

const broken = ({ name, checks }: Outcome): string[] =>
  checks.filter(({ held }) => !held).map(({ what }) => wrapped(`${name}: it did not hold that ${what}`, 2));

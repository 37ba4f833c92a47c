import Table from 'cli-table3';
import { formatEther } from 'viem';
import type { ShownMove } from './game-watch.js';
import type { Outcome } from './outcome.js';

const plain = { style: { head: [] as string[], border: [] as string[] } };
const number = (value: bigint | number) => value.toLocaleString('en-US');

/** Where the text of a demonstration goes. */
export type Print = (line: string) => void;

export const title = (text: string): string => `\n${text}\n${'-'.repeat(text.length)}`;

/** One line of a story: who, what. */
export const line = (who: string, what: string): string => `  ${who.padEnd(9)} ${what}`;

/** `0x1234abcd…`. */
export const short = (hash: string): string => `${hash.slice(0, 10)}…`;

export const ether = (wei: bigint): string => `${formatEther(wei)} ETH`;

/** A move as it was seen on L1. */
export function moveLine(move: ShownMove, who: string, seconds: number, movesLeft: number): string {
  const what = move.what === 'end' ? 'proves the step; L1 executes it' : move.what;
  const end = move.from + move.length;
  const range = move.what === 'end' ? '' : `${move.level} ${number(move.from)} to ${number(end)} in ${move.pieces}`;
  const clocks = move.what === 'end' ? '' : `clocks ${move.clocks.challenger} s / ${move.clocks.asserter} s`;
  const left = move.what === 'end' ? 'over' : `<= ${movesLeft} moves left`;
  return `  ${`+${seconds.toFixed(1)} s`.padEnd(9)} ${who.padEnd(9)} ${what.padEnd(10)} ${range.padEnd(34)} ${left.padEnd(16)} gas ${number(move.gas).padStart(9)}  ${clocks}`.trimEnd();
}

/** The last table: one row for each play. */
export function summary(outcomes: readonly Outcome[]): string {
  const table = new Table({
    ...plain,
    head: ['Play', 'Moves', 'Gas: prover', 'Gas: liar', 'First move', 'Verdict', 'Decided by', 'Held'],
  });
  for (const outcome of outcomes)
    table.push([
      outcome.name,
      outcome.moves,
      number(outcome.gasHonest),
      number(outcome.gasLiar),
      `${(outcome.firstMoveMs / 1_000).toFixed(1)} s`,
      `${(outcome.verdictMs / 1_000).toFixed(1)} s`,
      outcome.decidedBy,
      outcome.checks.every(({ held }) => held)
        ? 'all'
        : outcome.checks
            .filter(({ held }) => !held)
            .map(({ what }) => what)
            .join(', '),
    ]);
  return table.toString();
}

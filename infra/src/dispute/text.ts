import { formatEther } from 'viem';

/** Columns of the terminal that everything fits in. */
export const columns = 100;

/** Text broken between words so that it fits behind `indent` spaces; the first line is indented too unless `first` stands there. */
export function wrapped(text: string, indent: number, first = ' '.repeat(indent)): string {
  const lines: string[] = [];
  let rest = '';
  for (const word of text.split(' ')) {
    if (rest !== '' && indent + rest.length + 1 + word.length > columns) {
      lines.push(rest);
      rest = word;
    } else rest = rest === '' ? word : `${rest} ${word}`;
  }
  lines.push(rest);
  return `${first}${lines.join(`\n${' '.repeat(indent)}`)}`;
}

/** `0x1234abcd…`. */
export const short = (hash: string): string => `${hash.slice(0, 10)}…`;

export const ether = (wei: bigint): string => `${formatEther(wei)} ETH`;

const shownWei = 10n ** 14n;

/** What an account gained or lost, in wei, rounded to 0.0001 ETH, away from zero at the half. */
export function change(wei: bigint): string {
  const magnitude = wei < 0n ? -wei : wei;
  const rounded = ((magnitude + shownWei / 2n) / shownWei) * shownWei;
  return `${wei < 0n ? '-' : '+'}${ether(rounded)}`;
}

import Table from 'cli-table3';
import type { Batches } from './batches.js';
import type { Crowd } from './crowd.js';
import type { SwapRun } from './swaps.js';
import type { Withdrawal } from './withdrawal.js';

interface Story {
  readonly crowd: Crowd;
  readonly run: SwapRun;
  readonly batches: Batches;
  readonly proverBlock: bigint;
  readonly withdrawal: Withdrawal;
  readonly uniswapGas: number;
}

const plain = { style: { head: [] as string[], border: [] as string[] } };
const number = (value: number, digits = 0) => value.toLocaleString('en-US', { maximumFractionDigits: digits });

/** The demo's tables. */
export const report = (story: Story, options: { users: number; swaps: number }): string =>
  [happened(story, options), batches(story.batches), cost(story)].join('\n\n');

function happened({ crowd, run, proverBlock, withdrawal }: Story, options: { users: number; swaps: number }): string {
  const table = new Table({ ...plain, head: ['What happened', ''] });
  table.push(
    ['Deposits', `${options.users} users, ${crowd.l1Transactions} L1 transactions of their own`],
    [
      'Swaps',
      `${number(run.swaps)} signed and executed in ${number(run.seconds, 2)} s, blocks ${run.firstBlock} to ${run.lastBlock}`,
    ],
    [
      'Soft receipts',
      `batches of 50 acknowledged (journalled) in p50 ${number(run.acknowledgedP50Ms, 1)} ms, p99 ${number(run.acknowledgedP99Ms, 1)} ms`,
    ],
    ['Prover', `replayed from L1 alone up to block ${proverBlock}; no difference`],
    ['Withdrawal', `${withdrawal.amount} to ${withdrawal.user} on L1, ${number(withdrawal.seconds)} s in all`],
  );
  return table.toString();
}

function batches({ list }: Batches): string {
  const table = new Table({ ...plain, head: ['Inbox item', 'L1 transaction', 'Bytes', 'Blobs', 'L1 gas'] });
  for (const batch of list)
    table.push([batch.item, batch.transaction, number(batch.bytes), batch.blobs, number(batch.gas)]);
  return table.toString();
}

function cost({ run, batches, uniswapGas }: Story): string {
  const perSwap = batches.gasEquivalent / run.swaps;
  const table = new Table({ ...plain, head: ['Cost of one swap on L1', 'Bytes', 'Gas'] });
  table.push(
    ['MetaChain, this run (blobs at the EIP-7918 reserve price)', number(run.bytes / run.swaps, 1), number(perSwap, 1)],
    ['Uniswap V2 on the same L1, measured now', '', number(uniswapGas)],
    ['Ratio', '', `${number(uniswapGas / perSwap)} times less`],
  );
  return `${table.toString()}\nThe fixed part of a batch is shared by its swaps: "npm run bench -- gas" shows 10 to 10,000 swaps, with assertions.`;
}

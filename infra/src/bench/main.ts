import { Argument, Command } from 'commander';
import Table from 'cli-table3';
import { failureText } from '../failure.js';
import { runDisputeBench } from './dispute.js';
import { runGasBench } from './gas.js';
import type { BenchResult } from './report.js';
import { runReplayBench } from './replay.js';
import { runStateBench } from './state.js';
import { runThroughputBench } from './throughput.js';

/** Every bench by name. */
const benches: Readonly<Record<string, { readonly about: string; readonly run: () => Promise<BenchResult> }>> = {
  gas: {
    about: 'bytes and L1 gas per swap, all L1 transactions counted, against Uniswap V2 on the same L1',
    run: runGasBench,
  },
  throughput: {
    about: 'signed swaps over JSON-RPC, executed, journalled and rooted, against anvil with Uniswap V2',
    run: runThroughputBench,
  },
  state: {
    about: 'the program alone on 10 k to 1 M keys: swaps, swaps with digests, root of a block',
    run: runStateBench,
  },
  replay: {
    about: 'the prover from L1 alone, signatures included, against the sequencer of the same run',
    run: runReplayBench,
  },
  dispute: {
    about: 'gas of steps and of a game over 2^32 steps, and times from a wrong assertion to the verdict on a devnet',
    run: runDisputeBench,
  },
};

const command = new Command('npm run bench --')
  .description('Measures MetaChain against a baseline in the same run.')
  .addArgument(
    new Argument(
      '<name>',
      Object.entries(benches)
        .map(([name, { about }]) => `${name}: ${about}`)
        .join('\n'),
    ).choices(Object.keys(benches)),
  )
  .option('--json', 'end with one JSON line', false)
  .parse();

const name = command.args[0] ?? '';
try {
  const result = await (benches[name] as (typeof benches)[string]).run();
  process.stdout.write(`${command.opts<{ json: boolean }>().json ? JSON.stringify(result) : text(result)}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`metachain: ${failureText(error)}\n`);
  process.exit(1);
}

/** The same figures as tables. */
function text(result: BenchResult): string {
  const plain = { style: { head: [] as string[], border: [] as string[] } };
  const figures = new Table({ ...plain, head: [name, ''] });
  const tables = [figures];
  for (const [key, value] of Object.entries(result)) {
    if (!Array.isArray(value)) figures.push([key, String(value)]);
    else if (value[0]) {
      const rows = new Table({ ...plain, head: Object.keys(value[0] as object) });
      for (const row of value as Record<string, unknown>[]) rows.push(Object.values(row).map(String));
      tables.push(rows);
    }
  }
  return tables.map(String).join('\n');
}

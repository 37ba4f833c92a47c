import { Command, InvalidArgumentError } from 'commander';
import { Listr } from 'listr2';
import { DataDirectory, type Devnet } from '../devnet/data-directory.js';
import { defaultDirectory } from '../devnet/options.js';
import { InfraError } from '../errors.js';
import { failureText } from '../failure.js';
import { type Batches, batchesOf, waitForProver, waitUntilSafe } from './batches.js';
import { type Crowd, depositCrowd } from './crowd.js';
import { measureUniswapSwaps } from './uniswap-cost.js';
import { report } from './report.js';
import { type SwapRun, swapCrowd } from './swaps.js';
import { type Withdrawal, withdraw } from './withdrawal.js';

const whole =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum || value > maximum)
      throw new InvalidArgumentError(`A whole number from ${minimum} to ${maximum}.`);
    return value;
  };

const options = new Command('npm run demo --')
  .description(
    'Plays the main job against the devnet that "npm start" runs: many users deposit on L1, swap on L2, and one withdraws to L1.',
  )
  .option('--users <count>', 'how many users', whole(2, 2_000), 200)
  .option('--swaps <count>', 'swaps of each user', whole(1, 50), 5)
  .option('--data <directory>', 'data directory of the devnet', defaultDirectory)
  .parse()
  .opts<{ users: number; swaps: number; data: string }>();

interface Story {
  crowd: Crowd;
  run: SwapRun;
  batches: Batches;
  proverBlock: bigint;
  withdrawal: Withdrawal;
  uniswapGas: number;
}

async function runningDevnet(): Promise<Devnet> {
  const devnet = new DataDirectory(options.data).read();
  const up =
    devnet &&
    (await fetch(`${devnet.rpcUrl}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ));
  if (devnet && up && devnet.marketOpen) return devnet;
  throw new InfraError('notRunning', 'Run "npm start" in another terminal and wait for its table of addresses.');
}

function play(devnet: Devnet): Listr<Story> {
  return new Listr<Story>(
    [
      {
        title: `${options.users} users deposit ETH and DCEP on L1`,
        task: async (story, task) =>
          void (story.crowd = await depositCrowd(devnet, options.users, (text) => (task.output = text))),
      },
      {
        title: `${options.users * options.swaps} signed swaps, soft receipts`,
        task: async (story) => void (story.run = await swapCrowd(devnet, story.crowd, options.swaps)),
      },
      {
        title: 'The batch reaches L1',
        task: async (story, task) => {
          await waitUntilSafe(devnet, story.run, (text) => (task.output = text));
          story.batches = await batchesOf(devnet, story.run);
        },
      },
      {
        title: 'The prover, from L1 alone, agrees',
        task: async (story, task) =>
          void (story.proverBlock = await waitForProver(devnet, story.run, (text) => (task.output = text))),
      },
      {
        title: 'One user withdraws to L1 with viem/op-stack',
        task: async (story, task) =>
          void (story.withdrawal = await withdraw(devnet, story.crowd, (text) => (task.output = text))),
      },
      {
        title: 'The same swaps on Uniswap V2 on the same L1',
        task: async (story) => void (story.uniswapGas = await measureUniswapSwaps(devnet, story.run.trades)),
      },
    ],
    { ctx: {} as Story },
  );
}

try {
  const devnet = await runningDevnet();
  process.stdout.write(`\n${report(await play(devnet).run(), options)}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`\nmetachain: ${failureText(error)}\n`);
  process.exit(1);
}

import { Command, Option } from 'commander';
import { failureText } from '../failure.js';
import { playLyingChallenger } from './challenger-play.js';
import { playLie } from './lie-play.js';
import { type LieKind, lieHelp, lieKinds } from './lies.js';
import type { Outcome } from './outcome.js';
import { summary } from './show.js';
import { Stage } from './stage.js';
import { columns } from './text.js';

const defaultLie: LieKind = 'stolen-swap-output';

const command = new Command('npm run demo:dispute --')
  .configureHelp({ helpWidth: columns })
  .description(
    'Plays a dispute on a devnet of its own: an operator asserts a wrong result on L1; the prover finds it, asserts the right one beside it and plays the game down to one instruction, which L1 executes.',
  )
  .addOption(new Option('--lie <kind>', 'what is lied about').choices(lieKinds).default(defaultLie))
  .option(
    '--lying-challenger',
    'the other way round: a liar challenges an honest assertion, which the prover defends for its owner',
    false,
  )
  .option('--all', 'every lie, then the lying challenger with the lie of --lie; takes about eight minutes', false)
  .addHelpText(
    'after',
    `\nLies: what is claimed, and the one step at which the liar's machine leaves the rules\n${lieHelp()}\n\nEnds with a table; the exit code is 0 only if everything held.`,
  )
  .showHelpAfterError('Run "npm run demo:dispute -- --help" for the lies.')
  .allowExcessArguments(false)
  .parse();

const options = command.opts<{ lie: LieKind; lyingChallenger: boolean; all: boolean }>();
const print = (text: string) => void process.stdout.write(`${text}\n`);

type Play = (stage: Stage) => Promise<Outcome>;
const lie =
  (kind: LieKind): Play =>
  (stage) =>
    playLie(stage, kind, print);
const challenger =
  (kind: LieKind): Play =>
  (stage) =>
    playLyingChallenger(stage, kind, print);

function plays(): Play[] {
  if (options.all) return [...lieKinds.map(lie), challenger(options.lie)];
  return [options.lyingChallenger ? challenger(options.lie) : lie(options.lie)];
}

let stopping = false;
const fail = (error: unknown): void => {
  if (stopping) return;
  process.stderr.write(`\nmetachain: ${failureText(error)}\n`);
};

/** The processes have groups of their own, so that Ctrl-C reaches this one alone, which stops them in order. */
function stopOnSignal(stop: () => Promise<void>): void {
  const interrupted = () => {
    stopping = true;
    void stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
}

async function run(): Promise<boolean> {
  const stage = await Stage.start({ report: (text) => print(`devnet: ${text}`), failed: fail, opened: stopOnSignal });
  const outcomes: Outcome[] = [];
  try {
    for (const play of plays()) outcomes.push(await play(stage));
  } finally {
    stopping = true;
    if (outcomes.length > 0) print(`\n${summary(outcomes)}`);
    await stage.stop();
  }
  return outcomes.every(({ checks }) => checks.every(({ held }) => held));
}

try {
  process.exit((await run()) ? 0 : 1);
} catch (error) {
  stopping = false;
  fail(error);
  process.exit(1);
}

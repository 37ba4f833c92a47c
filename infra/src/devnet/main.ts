import { failureText } from '../failure.js';
import { Devnet } from './devnet.js';
import { parseOptions } from './options.js';
import { summary } from './summary.js';

const devnet = new Devnet(parseOptions(process.argv.slice(2)));
let stops = 0;

/** First signal: stop in order. Second: end at once. */
async function stop(code: number): Promise<void> {
  if (++stops > 1) process.exit(1);
  process.stdout.write('\nStopping: prover, sequencer, L1 (a second Ctrl-C ends at once) ...\n');
  await devnet.stop();
  process.stdout.write(`Stopped. State is kept in ${devnet.options.data}; "npm start" continues.\n`);
  process.exit(code);
}

function fail(error: unknown): void {
  process.stderr.write(`\nmetachain: ${failureText(error)}\n`);
  void stop(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

try {
  const description = await devnet.start(fail);
  process.stdout.write(`\n${summary(description, devnet.options.data)}\n`);
  if (devnet.options.once) await stop(0);
} catch (error) {
  if (stops === 0) fail(error);
}

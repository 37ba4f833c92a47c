/** `npm start`: builds what changed, then hands over to the devnet. Signals go to the child, which shuts down cleanly. */
import { spawn } from 'node:child_process';
import { build, requireMachine, root } from './requirements.mjs';

requireMachine();
build('chain,program,contracts,bridge,prover,sequencer,infra', { quiet: process.argv.includes('--help') });

const child = spawn(process.execPath, [`${root}infra/dist/devnet/main.js`, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

/** `npm run demo|demo:dispute|deploy|bench|program:hash`: builds what changed, then runs one of the tools. */
import { build, requireMachine, root, run } from './requirements.mjs';

const tools = {
  demo: { projects: 'infra,prover,sequencer', file: 'infra/dist/demo/main.js' },
  'demo:dispute': { projects: 'infra,prover,sequencer', file: 'infra/dist/dispute/main.js' },
  deploy: { projects: 'infra,prover,sequencer', file: 'infra/dist/deployment/main.js' },
  bench: { projects: 'infra,prover,sequencer', file: 'infra/dist/bench/main.js' },
  'program-hash': { projects: 'prover', file: 'prover/dist/machine/program-hash-cli.js' },
};

const [name = '', ...args] = process.argv.slice(2);
const tool = tools[name];
if (!tool) {
  console.error(`metachain: unknown tool "${name}"; known: ${Object.keys(tools).join(', ')}`);
  process.exit(1);
}
requireMachine();
build(tool.projects);
process.exit(run(process.execPath, [`${root}${tool.file}`, ...args]));

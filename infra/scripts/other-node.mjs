/**
 * Runs the test of the pinned state root under another version of Node than the one that runs this: what the chain comes to may not hang on
 * the version. The other Node is taken from the package registry for this run alone; nothing of it is installed.
 */
import { fileURLToPath } from 'node:url';
import { requireMachine, root, run } from './requirements.mjs';

const versions = { 20: '20.20.2', 22: '22.23.3' };
const jest = `${root}node_modules/jest/bin/jest.js`;
const test = 'src/engine/same-root.vectors.test.ts';

/** The version to compare with, for a Node of the given version. */
export const otherVersion = (current) => (current.startsWith('22.') ? versions[20] : versions[22]);

/** True if the root is the same there; the packages have to be built. */
export function sameRootOnOtherNode() {
  const version = otherVersion(process.versions.node);
  console.log(`Replaying the fixed blocks on Node ${version}; this is ${process.versions.node}.`);
  const node = ['--yes', '--package', `node@${version}`, '--', 'node', '--experimental-vm-modules'];
  return run('npx', [...node, jest, test, '--reporters=default'], { cwd: `${root}sequencer` }) === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireMachine();
  process.exit(sameRootOnOtherNode() ? 0 : 1);
}

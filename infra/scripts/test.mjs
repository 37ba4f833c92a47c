/** `npm test`: lint, types and every test of every project, one after another (two cores are soon full), then what failed, and one line that adds up. */
import { rmSync } from 'node:fs';
import { sameRootOnOtherNode } from './other-node.mjs';
import { nx, requireMachine, root } from './requirements.mjs';
import { readCounts, readFailures } from './test-counts.mjs';

const projects = ['chain', 'program', 'contracts', 'bridge', 'prover', 'sequencer', 'infra'];
const resultsFolder = (project) => `${root}${project}/test-results`;

requireMachine();
for (const project of projects) rmSync(resultsFolder(project), { force: true, recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const failedTests = [];
const started = Date.now();

function step(name, succeeds) {
  console.log(`\n=== ${name}`);
  const seconds = Date.now();
  const ok = succeeds();
  console.log(`=== ${name}: ${ok ? 'ok' : 'FAILED'} (${Math.round((Date.now() - seconds) / 1000)} s)`);
  totals[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
  return ok;
}

function testProject(project) {
  console.log(`\n=== test ${project}`);
  const ok = nx(['run', `@metachain/${project}:test`, '--outputStyle=stream']) === 0;
  const counts = readCounts(resultsFolder(project));
  if (counts) for (const key of Object.keys(totals)) totals[key] += counts[key];
  failedTests.push(...readFailures(resultsFolder(project)));
  if (!ok && !counts?.failed) {
    totals.failed += 1;
    failedTests.push(`${project}: its tests ended without saying which failed; see "=== test ${project}" above`);
  }
  if (!ok) failures.push(`test ${project}`);
  console.log(`=== test ${project}: ${ok ? 'ok' : 'FAILED'} ${counts ? JSON.stringify(counts) : 'no summary'}`);
}

const everywhere = (target) => () => nx(['run-many', '-t', target, '--parallel=2', '--outputStyle=static']) === 0;

if (step('build', everywhere('build'))) {
  step('lint', everywhere('lint'));
  step('typecheck', everywhere('typecheck'));
  projects.forEach(testProject);
  step('same root on another Node', sameRootOnOtherNode);
}
// Last, so that a log that was cut at its start still names them.
if (failedTests.length > 0) console.log(`\n=== failed tests\n${failedTests.join('\n')}`);
console.log(
  `\n${Math.round((Date.now() - started) / 1000)} s${failures.length ? `; failed: ${failures.join(', ')}` : ''}`,
);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 4 ? 0 : 1);

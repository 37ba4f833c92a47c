import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const keys = ['passed', 'failed', 'skipped'];
/** Lines of an error that are shown, and characters of a line. */
const shownLines = 12;
const shownColumns = 300;

function readResults(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return files.map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
}

/** Sum of what every test runner of a project wrote to its folder of results; undefined when none wrote anything. */
export function readCounts(folder) {
  const results = readResults(folder);
  if (results.length === 0) return undefined;
  return Object.fromEntries(keys.map((key) => [key, results.reduce((sum, result) => sum + (result[key] ?? 0), 0)]));
}

/** Each failed test of a project as one text: project, file and full name, below it the first lines of its error. */
export function readFailures(folder) {
  return readResults(folder).flatMap(({ project, failures = [] }) =>
    failures.map(({ file, name, error }) => [`${project} ${file} > ${name}`, ...firstLines(error)].join('\n    ')),
  );
}

function firstLines(error) {
  const lines = stripVTControlCharacters(error)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.slice(0, shownLines).map((line) => line.slice(0, shownColumns));
}

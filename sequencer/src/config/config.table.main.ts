import { readFileSync, writeFileSync } from 'node:fs';
import { configTable } from './config.table.js';

/** Puts the table of all settings between its two marks in the README: `npm run config-table --workspace sequencer`. */
const MARKS = /(<!-- configuration -->)[\s\S]*(<!-- end of configuration -->)/;
const readme = new URL('../../README.md', import.meta.url);
const text = readFileSync(readme, 'utf8');
writeFileSync(
  readme,
  text.replace(MARKS, (_, start: string, end: string) => `${start}\n\n${configTable()}\n\n${end}`),
);

import { resolve } from 'node:path';

import { checkModules } from './module-shape.mjs';

/** Part of `npm run lint`: prints what in chain/src/modules differs from the one shape of modules, and fails when anything does. */
const problems = await checkModules(resolve(import.meta.dirname, '../src/modules'));
for (const problem of problems) console.error(`chain/src/modules/${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

// Longer random tests: FUZZ_RUNS cases each (default 5,000).
import { forge } from './forge.mjs';

const runs = process.env.FUZZ_RUNS ?? '5000';
if (!/^[1-9]\d{0,6}$/.test(runs)) {
  console.error(`FUZZ_RUNS must be a whole number from 1 to 9999999, not ${runs}`);
  process.exit(1);
}
process.env.FOUNDRY_FUZZ_RUNS = runs;
process.env.FOUNDRY_INVARIANT_RUNS = String(Math.ceil(Number(runs) / 50));
process.exit(forge(['test', '--match-test', 'test_fuzz_|invariant_']).code);

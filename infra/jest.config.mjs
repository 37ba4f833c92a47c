import { preset } from '../jest.preset.mjs';

export default preset({
  testMatch: ['**/*.test.ts', '**/*.fuzz.ts'],
  // Each of them starts whole networks, whose clocks run.
  maxWorkers: 1,
});

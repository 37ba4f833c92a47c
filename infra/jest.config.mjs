import { preset } from '../jest.preset.mjs';

export default preset({
  testMatch: ['**/*.test.ts', '**/*.fuzz.ts'],
  // The long ones start whole networks, whose clocks run.
  maxWorkers: 1,
});

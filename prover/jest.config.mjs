import { preset } from '../jest.preset.mjs';

export default preset({
  globalSetup: '<rootDir>/scripts/jest-setup.mjs',
  testMatch: ['**/*.test.ts', '**/*.fuzz.ts'],
});

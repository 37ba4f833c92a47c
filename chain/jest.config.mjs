import { preset } from '../jest.preset.mjs';

export default preset({
  roots: ['<rootDir>/src', '<rootDir>/scripts'],
  globalSetup: '<rootDir>/test/setup.mjs',
  testMatch: ['**/*.test.ts', '**/*.fuzz.ts'],
});

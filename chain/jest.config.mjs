import { preset } from '../jest.preset.mjs';

export default preset({ globalSetup: '<rootDir>/test/setup.mjs', testMatch: ['**/*.test.ts', '**/*.fuzz.ts'] });

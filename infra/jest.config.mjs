import { preset } from '../jest.preset.mjs';

export default preset({ testMatch: ['**/*.test.ts', '**/*.fuzz.ts'] });

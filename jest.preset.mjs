import { fileURLToPath } from 'node:url';
import { useTemporaryDirectory } from './infra/scripts/jest-temporary.mjs';

const summaryReporter = fileURLToPath(new URL('./infra/scripts/jest-summary-reporter.mjs', import.meta.url));

useTemporaryDirectory();

/** Shared jest configuration: TypeScript sources as native ES modules, compiled by swc. Type checks run in `typecheck`. */
export const preset = (overrides = {}) => ({
  testEnvironment: 'node',
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testTimeout: 30_000,
  // Much of the time tests wait for L1 or a child process: a core is left over for a second worker. What modules leave behind goes with one.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '3GB',
  reporters: ['default', summaryReporter],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  ...overrides,
});

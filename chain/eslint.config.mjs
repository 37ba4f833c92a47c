import root from '../eslint.config.mjs';

/** What AssemblyScript does differently: `==` compares integers, and u64 literals are exact. */
export const assembly = {
  rules: {
    eqeqeq: 'off',
    'no-loss-of-precision': 'off',
    'no-restricted-syntax': [
      'error',
      { selector: 'ThrowStatement', message: 'The rules answer error numbers; a throw is a trap.' },
      { selector: 'NewExpression', message: 'The rules do not allocate.' },
      { selector: 'ArrowFunctionExpression', message: 'Function values need a table.' },
      {
        selector: 'Program > VariableDeclaration[kind="let"]',
        message: 'Keep words in memory instead of mutable globals.',
      },
    ],
  },
};

export default [
  ...root,
  {
    files: ['src/**/*.ts', 'test/assembly/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.fuzz.ts', '**/*.bench.ts'],
    ...assembly,
  },
];

import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const bareError = {
  selector: "ThrowStatement > NewExpression[callee.name='Error']",
  message: 'Throw a typed error with a stable code; a bare Error cannot be told apart by a caller.',
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'contracts/out/**', 'contracts/cache/**', '**/generated/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      'no-restricted-syntax': ['error', bareError],
      'prefer-const': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  { files: ['**/*.test.ts', '**/*.fuzz.ts', '**/*.bench.ts', '**/test/**'], rules: { 'no-restricted-syntax': 'off' } },
);

// The import law: what each layer of src may import besides itself and `errors`. test/architecture.test.ts reads the same table.
const layers = {
  errors: [],
  saga: [],
  metadata: [],
  graph: ['metadata'],
  decorators: ['saga', 'metadata', 'graph'],
  kernel: ['graph'],
  runtime: ['saga', 'graph', 'kernel'],
  durable: ['saga', 'graph', 'kernel', 'runtime'],
  runner: ['saga', 'graph', 'kernel', 'runtime', 'durable'],
  sql: ['durable/execution-log.ts'],
  postgres: ['sql', 'durable/execution-log.ts'],
  sqlite: ['sql', 'durable/execution-log.ts'],
  containers: ['runtime/ports.ts'],
  tsyringe: ['containers', 'runtime/ports.ts'],
  awilix: ['containers', 'runtime/ports.ts'],
  inversify: ['containers', 'runtime/ports.ts'],
  nestjs: ['containers', 'decorators', 'metadata', 'saga', 'graph', 'kernel', 'runtime', 'durable', 'runner'],
};

const importLaw = Object.entries(layers).map(([layer, allowed]) => ({
  target: `./src/${layer}`,
  from: './src',
  except: [...new Set([layer, 'errors', ...allowed])].map((path) => `./${path}`),
  message: `src/${layer} may import ${['errors', ...allowed].join(', ')} and nothing else (the import law, .eslintrc.cjs).`,
}));

module.exports = {
  root: true,
  settings: { importLaw: layers },
  ignorePatterns: ['dist', 'node_modules', 'test/types/programs', 'test/package/project'],
  env: { node: true, es2022: true },
  extends: ['eslint:recommended'],
  parserOptions: { ecmaVersion: 2022, sourceType: 'module' },
  overrides: [
    {
      files: ['*.ts', '*.mts'],
      parser: '@typescript-eslint/parser',
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: __dirname },
      plugins: ['@typescript-eslint', 'import-x'],
      extends: ['plugin:@typescript-eslint/recommended-type-checked'],
      settings: { 'import-x/resolver': { typescript: { project: './tsconfig.json' } } },
      rules: {
        // A step is async by contract, whether it awaits or not.
        '@typescript-eslint/require-await': 'off',
        '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
        '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
        'import-x/no-cycle': 'error',
        'max-len': ['error', { code: 140 }],
      },
    },
    {
      files: ['src/**/*.ts'],
      rules: {
        'import-x/no-restricted-paths': ['error', { basePath: __dirname, zones: importLaw }],
        'import-x/no-extraneous-dependencies': 'error',
        'no-console': 'error',
      },
    },
    {
      // The kernel is pure: whatever it must know arrives in an event.
      files: ['src/kernel/**/*.ts'],
      rules: {
        'no-restricted-globals': ['error', 'Date', 'Promise', 'process', 'console', 'crypto', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'AbortController', 'fetch', 'globalThis'],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Jitter comes in with events.' }],
        'no-restricted-syntax': ['error',
          { selector: ':function[async=true]', message: 'The kernel awaits nothing.' },
          { selector: 'ImportDeclaration[source.value=/^node:/]', message: 'The kernel imports no Node module.' }],
        'import-x/no-nodejs-modules': 'error',
      },
    },
  ],
};

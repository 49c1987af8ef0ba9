import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'release/**', 'node_modules/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers print the same for everyone; wrapping each in String() would only hide the sentence.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // Because these must run the same in tests, in the command line and in Electron: time and chance are arguments.
    files: ['src/main/ports/**', 'src/main/engine/**', 'src/main/app/**'],
    rules: {
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'fetch', 'performance'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Use the clock port.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Use the random port.',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use the clock port.' },
      ],
    },
  },
  {
    // Because core must give the same plan for the same snapshot, otherwise a preview would not be what is done.
    files: ['src/main/core/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'console', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Take the time as an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Take chance as an argument.',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the time as an argument.' },
      ],
    },
  },
  {
    files: [
      'src/main/cli/**',
      'src/main/demo/**',
      'src/simulator/main.ts',
      'tests/bench/**',
      'tests/oracle/nightly.ts',
      'tests/oracle/tampered.ts',
      'tests/oracle/torture.ts',
      'tests/engine/crash-points.test.ts',
      'build/**',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['src/renderer/**'], ...reactHooks.configs.flat.recommended },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
);

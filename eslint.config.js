import tseslint from 'typescript-eslint';

/** Imports point one way: editor, cli → engine, assist → runs → {models, evaluation} → reasoning → trace. See docs/architecture.md. */
const allowed = {
  trace: [],
  reasoning: ['trace'],
  models: ['reasoning', 'trace'],
  evaluation: ['reasoning', 'trace'],
  runs: ['models', 'evaluation', 'reasoning', 'trace'],
  engine: ['runs', 'models', 'evaluation', 'reasoning', 'trace'],
  assist: ['runs', 'models', 'evaluation', 'reasoning', 'trace'],
  cli: ['engine', 'assist', 'runs', 'models', 'evaluation', 'reasoning', 'trace'],
  editor: ['engine', 'assist', 'runs', 'models', 'evaluation', 'reasoning', 'trace'],
};
const rooms = Object.keys(allowed);

const layerRules = rooms.map((room) => {
  const forbidden = rooms.filter((other) => other !== room && !allowed[room].includes(other));
  const patterns = [
    { group: ['**/webview/**'], message: 'The extension never imports the webview.' },
    ...forbidden.map((other) => ({ regex: `^(\\.\\./)+${other}/`, message: `${room} may not import ${other}.` })),
  ];
  if (room !== 'editor') patterns.push({ group: ['vscode'], message: 'Only extension/editor and extension.ts import vscode.' });
  if (room === 'reasoning') patterns.push({ group: ['node:*'], message: 'reasoning does no I/O.' });
  return { files: [`extension/${room}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
});

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'out', 'artifacts', 'reports', '.stryker-tmp', 'sample', 'training/runs', 'media'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' }, { selector: 'ExportAllDeclaration', message: 'No barrel files.' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'smart'],
    },
  },
  ...layerRules,
  {
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(\\.\\./)+extension/(?!trace/(events|fold|view|messages|signals|said)\\.ts$)', message: 'The webview shares only the events, their fold, the signals, the recorded sentences and the message types.' }, { group: ['vscode', 'node:*'] }] },
      ],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off', '@typescript-eslint/no-floating-promises': 'off' } },
);

// The walls of DESIGN section 2: imports go one way, and some modules may be used in one folder only.
import js from '@eslint/js';
import ts from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

const wall = (files, groups, message, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns: groups.map((group) => ({ group, message })) }] },
});
const TOOLKIT = ['@vscode/webview-ui-toolkit', '@vscode/webview-ui-toolkit/*'];
const PROCESS = ['child_process', 'node:child_process'];

export default ts.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', 'training/**', 'models/**', 'demo/**', '**/*.d.ts'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  prettier,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  wall(
    ['src/protocol/**'],
    [['../*', 'vscode', 'lit', 'node:*', 'onnxruntime-node', 'fluent-ffmpeg']],
    'WALL protocol: imports nothing but the schema library.',
  ),
  wall(
    ['src/engine/**'],
    [['vscode', 'lit', ...TOOLKIT, '**/extension/**', '**/webview/**', '**/cli/**'], ['fluent-ffmpeg'], PROCESS],
    'WALL engine: no vscode, no DOM, imports protocol only; programs are started by media (and worker forks itself).',
    ['src/engine/media/**', 'src/engine/worker/**'],
  ),
  wall(
    ['src/engine/media/**'],
    [
      [
        'vscode',
        'lit',
        ...TOOLKIT,
        '**/extension/**',
        '**/webview/**',
        '**/cli/**',
        '../model/*',
        '../compare/*',
        '../rank/*',
        '../store/*',
      ],
    ],
    'WALL media: imports protocol only.',
  ),
  wall(
    ['src/engine/worker/**'],
    [['vscode', 'lit', 'fluent-ffmpeg', ...TOOLKIT, '**/extension/**', '**/webview/**', '**/cli/**']],
    'WALL worker: hosts the engine, knows no VS Code.',
  ),
  wall(
    ['src/extension/**'],
    [['lit', ...TOOLKIT, 'fluent-ffmpeg', 'onnxruntime-node', '**/webview/**', '**/cli/**'], PROCESS],
    'WALL extension: talks to the engine through its worker; no DOM, no processes.',
  ),
  wall(
    ['src/cli/**'],
    [['vscode', 'lit', ...TOOLKIT, 'fluent-ffmpeg', '**/extension/**', '**/webview/**'], PROCESS],
    'WALL cli: protocol and engine only.',
  ),
  wall(
    ['src/webview/**'],
    [['vscode', 'node:*', '**/engine/**', '**/extension/**', '**/cli/**', 'onnxruntime-node', 'fluent-ffmpeg']],
    'WALL webview: protocol and DOM only.',
  ),
  wall(
    ['src/webview/**'],
    [
      ['vscode', 'node:*', '**/engine/**', '**/extension/**', '**/cli/**', 'onnxruntime-node', 'fluent-ffmpeg'],
      TOOLKIT,
    ],
    'WALL webview: protocol and DOM only; the archived toolkit is used in webview/toolkit alone.',
    ['src/webview/toolkit/**'],
  ),
);

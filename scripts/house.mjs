// The rules of the house that need no tests: format, types, lint (with the limits of length), imports, dead code. `npm
// run check` and `npm test` run them.
import { runTool } from './project.mjs';

/** @type {readonly [name: string, run: () => Promise<number>][]} each answers with an exit code */
export const houseRules = [
  ['format', () => runTool('prettier/bin/prettier.cjs', ['--check', '.', '--log-level', 'warn'])],
  ['typecheck', () => runTool('vue-tsc/bin/vue-tsc.js', ['--noEmit', '-p', 'tsconfig.json'])],
  ['lint', () => runTool('oxlint/bin/oxlint', ['src', 'test', 'scripts', 'bin'])],
  [
    'imports',
    () =>
      runTool('dependency-cruiser/bin/dependency-cruise.mjs', [
        'src',
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err',
      ]),
  ],
  ['deadcode', () => runTool('knip/bin/knip.js', ['--no-progress'])],
];

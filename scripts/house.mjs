// The rules of the house that need no tests: types, lint, imports, dead code, file lengths. `npm run check` and `npm test` run them.
import fs from 'node:fs';
import path from 'node:path';
import { inRoot, runTool } from './project.mjs';

const bounds = { median: 100, ninetieth: 250, most: 400 };

/** Lengths in lines of the hand-written files under `folder`, shortest first. */
function lengths(folder) {
  return fs
    .readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|vue)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({
      file: path.relative(inRoot(), file),
      lines: fs.readFileSync(file, 'utf8').split('\n').length - 1,
    }))
    .sort((a, b) => a.lines - b.lines);
}

/** Half the files of src under 100 lines, nine in ten under 250, none over 400; no test or script over 400 either. */
function fileLengths() {
  const files = lengths('src');
  const at = (share) => files[Math.min(files.length - 1, Math.floor(files.length * share))].lines;
  const tooLong = [...files, ...lengths('test'), ...lengths('scripts')].filter(({ lines }) => lines > bounds.most);
  console.log(
    `files: ${files.length}, half under ${at(0.5)} lines, nine in ten under ${at(0.9)}, longest ${files.at(-1).lines}`,
  );
  for (const { file, lines } of tooLong) console.log(`  ${file}: ${lines} lines (at most ${bounds.most})`);
  return tooLong.length === 0 && at(0.5) <= bounds.median && at(0.9) <= bounds.ninetieth ? 0 : 1;
}

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
  ['lengths', async () => fileLengths()],
];

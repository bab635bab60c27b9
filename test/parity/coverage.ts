// Global set-up of the parity project: after a complete run every entry of every manifest must have been compared or
// used as input. Prints how many were, and the worst ratio of error to tolerance. A run of some files only prints, and
// enforces nothing.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fixtureSets } from './fixtureSets.ts';

type Line = { file: string; ratio: number | null } | { testFile: string };

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'cavmae-parity-'));
  const path = join(folder, 'record.jsonl');
  writeFileSync(path, '');
  process.env.CAVMAE_PARITY_RECORD = path;
  return () => {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
    rmSync(folder, { recursive: true });
    report(lines);
  };
}

function report(lines: Line[]): void {
  const files = fixtureSets.flatMap(({ prefix, entries }) => entries.map(({ file }) => prefix + file));
  const ran = new Set(lines.flatMap((line) => ('testFile' in line ? [basename(line.testFile)] : [])));
  if (ran.size === 0) return;
  const used = new Set<string>();
  let worst = { file: '', ratio: 0 };
  for (const line of lines) {
    if ('testFile' in line) continue;
    used.add(line.file);
    if (line.ratio !== null && line.ratio > worst.ratio) worst = { file: line.file, ratio: line.ratio };
  }
  const unchecked = files.filter((file) => !used.has(file));
  process.stdout.write(
    `\nparity: ${files.length - unchecked.length} of ${files.length} fixture entries checked; worst error is ${worst.ratio.toPrecision(3)} of its tolerance (${worst.file || 'none compared'})\n`,
  );
  const missing = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts') && !ran.has(name));
  if (!unchecked.length || missing.length) return;
  process.exitCode = 1;
  throw new Error(
    `parity: ${unchecked.length} fixture entries were checked by no test:\n${unchecked.map((file) => `  ${file}`).join('\n')}`,
  );
}

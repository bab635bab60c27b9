// Limits of size that the linter does not know: files in a folder, lines of a component's template.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const mostFiles = 25;
const mostTemplateLines = 150;

/** Folders with more files of their own than `most`, relative to `from`. */
function crowded(from: string, most: number): string[] {
  const counts = new Map<string, number>();
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const folder = path.relative(from, entry.parentPath);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > most).map(([folder, count]) => `${folder}: ${count} files`);
}

/** Lines of the template of a single-file component; 0 without one. */
function templateLines(source: string): number {
  const [from, to] = [source.indexOf('\n<template>'), source.lastIndexOf('\n</template>')];
  return from < 0 || to < from ? 0 : source.slice(from + 1, to).split('\n').length - 1;
}

describe('sizes', () => {
  it('no folder of src or scripts holds more than 25 files', () => {
    expect(crowded(path.join(root, 'src'), mostFiles)).toEqual([]);
    expect(crowded(path.join(root, 'scripts'), mostFiles)).toEqual([]);
  });

  it('a crowded folder is found', () => {
    expect(crowded(path.join(root, 'test/architecture'), 0)).not.toEqual([]);
  });

  it('no template has more than 150 lines', () => {
    const long = readdirSync(path.join(root, 'src/renderer'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.vue'))
      .map((file) => ({ file, lines: templateLines(readFileSync(path.join(root, 'src/renderer', file), 'utf8')) }))
      .filter(({ lines }) => lines > mostTemplateLines);
    expect(long).toEqual([]);
  });

  it('lines of a template are counted between its tags', () => {
    expect(templateLines('<script setup>\n</script>\n\n<template>\n  <p />\n  <p />\n</template>\n')).toBe(2);
  });
});

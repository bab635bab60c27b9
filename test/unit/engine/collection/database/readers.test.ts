// What a reader leaves behind: nothing.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { media, newFolder, openWorkspace } from '../openWorkspace.ts';

const state = (folder: string): [string, number, number][] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .toSorted()
    .map((name) => {
      const { size, mtimeMs } = statSync(path.join(folder, name));
      return [name, size, mtimeMs];
    });

test('reading an idle workspace changes no file in it, and leaves none elsewhere', () => {
  const folder = newFolder();
  const writer = Workspace.open(folder);
  writer.media.put(media('/films/a.mp4'));
  writer.close();
  const before = state(folder);
  const reader = Workspace.open(folder, { readOnly: true });
  expect(reader.summary().clips).toBe(1);
  expect(reader.cachePath).not.toBe(folder);
  expect(readdirSync(reader.cachePath)).toContain('workspace.db');
  reader.close();
  expect(state(folder)).toEqual(before);
  expect(() => statSync(reader.cachePath)).toThrow();
});

test('beside a writer a reader sees what is written', () => {
  const folder = newFolder();
  const writer = openWorkspace(folder);
  writer.media.put(media('/films/a.mp4'));
  const reader = openWorkspace(folder, { readOnly: true });
  writer.media.put(media('/films/b.mp4'));
  expect(reader.summary().clips).toBe(2);
});

test('garbage in the lock file is no lock', () => {
  const folder = newFolder();
  Workspace.open(folder).close();
  writeFileSync(path.join(folder, 'writer.lock'), 'garbage that is no database '.repeat(100));
  const workspace = openWorkspace(folder);
  expect(() => Workspace.open(folder)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
  workspace.close();
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { salvageWorkspace } from '../../../../../src/engine/collection/database/salvage.ts';
import { fillWorkspace } from '../../../../reliability/syntheticWorkspace.ts';
import { media, newFolder, openWorkspace } from '../openWorkspace.ts';

it('keeps everything of a whole database', () => {
  const workspace = openWorkspace();
  const { schemaId } = fillWorkspace(workspace, 120);
  const gone = workspace.clips.ids().at(-1) as number;
  workspace.removeMedia([workspace.clips.get(gone)?.mediaId as number]);
  const before = [
    workspace.clips.rows(workspace.clips.ids()),
    workspace.annotations.full(schemaId),
    workspace.annotations.undoState(),
    workspace.classifiers.list(),
  ];
  workspace.close();
  const { unreadable, damaged } = salvageWorkspace(workspace.path);
  expect(unreadable).toEqual([]);
  expect(existsSync(damaged)).toBe(true);
  const again = openWorkspace(workspace.path);
  expect([
    again.clips.rows(again.clips.ids()),
    again.annotations.full(schemaId),
    again.annotations.undoState(),
    again.classifiers.list(),
  ]).toEqual(before);
  expect(again.check().ok).toBe(true);
  expect(again.media.put(media('/media/set/new.mp4')).clipIds[0]).toBeGreaterThan(gone);
});

it('keeps what can be read of a damaged one, and says what could not', () => {
  const folder = newFolder();
  const workspace = openWorkspace(folder);
  fillWorkspace(workspace, 700);
  const clips = workspace.clips.ids().length;
  const root = workspace.db
    .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'prediction'")
    .pluck()
    .get() as number;
  workspace.close();
  const file = path.join(folder, 'workspace.db');
  const bytes = readFileSync(file);
  bytes.fill(0xee, (root - 1) * 4096, root * 4096);
  writeFileSync(file, bytes);
  const broken = openWorkspace(folder);
  expect(broken.check().ok).toBe(false);
  broken.close();
  const { rows, unreadable } = salvageWorkspace(folder);
  expect(unreadable).toEqual(['prediction']);
  expect(rows.clip).toBe(clips);
  const again = openWorkspace(folder);
  expect(again.check()).toMatchObject({ ok: true });
  expect(again.clips.ids()).toHaveLength(clips);
  expect(again.summary().labelled).toBeGreaterThan(0);
});

it('refuses while the workspace is open, and where there is none', () => {
  const workspace = openWorkspace();
  expect(() => salvageWorkspace(workspace.path)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
  expect(() => salvageWorkspace(newFolder())).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }));
});

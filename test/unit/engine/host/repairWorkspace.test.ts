import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { repairWorkspace } from '../../../../src/engine/host/repairWorkspace.ts';
import { fillWorkspace } from '../../../reliability/syntheticWorkspace.ts';
import { newFolder } from '../collection/openWorkspace.ts';

/** A closed workspace with labels, and how many. */
function filled(): { folder: string; clips: number; labelled: number } {
  const folder = newFolder();
  const workspace = Workspace.open(folder);
  fillWorkspace(workspace, 300);
  const { clips, labelled } = workspace.summary();
  workspace.close();
  return { folder, clips, labelled };
}

/** Overwrites the root page of a table, in the file of the closed database. */
function damage(folder: string, table: string): void {
  const workspace = Workspace.open(folder);
  const page = workspace.db.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').pluck().get(table) as number;
  workspace.close();
  const file = path.join(folder, 'workspace.db');
  const bytes = readFileSync(file);
  bytes.fill(0xee, (page - 1) * 4096, page * 4096);
  writeFileSync(file, bytes);
}

it('leaves a whole workspace as it is', () => {
  const { folder } = filled();
  expect(repairWorkspace(folder)).toMatchObject({ done: 'none', problems: [], after: { ok: true } });
  expect(readdirSync(folder)).not.toContain('backups');
});

it('repairs what can be derived again, after a backup', () => {
  const { folder, labelled } = filled();
  const workspace = Workspace.open(folder);
  workspace.db.prepare('DELETE FROM annotation WHERE clip_id < 100').run();
  workspace.close();
  const report = repairWorkspace(folder);
  expect(report).toMatchObject({
    done: 'repaired',
    problems: [expect.stringMatching(/annotations differ from their journal/)],
    after: { ok: true },
  });
  expect(readdirSync(path.join(folder, 'backups'))).toHaveLength(1);
  const again = Workspace.open(folder);
  expect(again.summary().labelled).toBe(labelled);
  again.close();
});

it.each(['score', 'annotation'])(
  'rebuilds a database whose table %s cannot be read, keeping the damaged file and every label',
  (table) => {
    const { folder, clips, labelled } = filled();
    damage(folder, table);
    const report = repairWorkspace(folder);
    expect(report).toMatchObject({ done: 'rebuilt', after: { ok: true } });
    expect(report.problems.length).toBeGreaterThan(0);
    expect(readFileSync(report.kept!).length).toBeGreaterThan(4096);
    const again = Workspace.open(folder);
    expect(again.summary()).toMatchObject({ clips, labelled });
    again.close();
  },
);

it('refuses while another has the workspace open', () => {
  const { folder } = filled();
  const other = Workspace.open(folder);
  expect(() => repairWorkspace(folder)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
  other.close();
});

it('rebuilds a database with damaged pages, though closing it fails as well', () => {
  const empty = newFolder();
  Workspace.open(empty).close();
  const { folder, clips } = filled();
  const file = path.join(folder, 'workspace.db');
  const bytes = readFileSync(file);
  // Every seventh page, but not the first ones, which hold the schema.
  const schemaPages = readFileSync(path.join(empty, 'workspace.db')).length / 4096;
  for (let page = schemaPages; page < bytes.length / 4096; page += 7) bytes.fill(0xee, page * 4096, (page + 1) * 4096);
  writeFileSync(file, bytes);
  const report = repairWorkspace(folder);
  expect(report.done).toBe('rebuilt');
  expect(report.after.ok).toBe(true);
  const again = Workspace.open(folder);
  expect(again.summary().clips).toBeGreaterThan(clips / 4);
  again.close();
});

it('reads everything behind a header of zeros', () => {
  const { folder, clips, labelled } = filled();
  const file = path.join(folder, 'workspace.db');
  const bytes = readFileSync(file);
  bytes.fill(0, 0, 100);
  writeFileSync(file, bytes);
  expect(() => Workspace.open(folder)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
  expect(repairWorkspace(folder)).toMatchObject({ done: 'rebuilt', after: { ok: true } });
  const again = Workspace.open(folder);
  expect(again.summary()).toMatchObject({ clips, labelled });
  again.close();
});

it.each([
  ['missing', (file: string) => rmSync(file)],
  ['empty', (file: string) => writeFileSync(file, '')],
  ['unreadable', (file: string) => writeFileSync(file, Buffer.alloc(200_000, 7))],
] as const)('restores the newest backup where the database is %s, and says so until then', async (_, lose) => {
  const { folder, clips, labelled } = filled();
  const workspace = Workspace.open(folder);
  const backup = await workspace.backUpDaily();
  expect(await workspace.backUpDaily()).toBeNull();
  workspace.close();
  const file = path.join(folder, 'workspace.db');
  lose(file);
  for (const readOnly of [false, true])
    expect(() => Workspace.open(folder, { readOnly })).toThrowError(
      expect.objectContaining({
        code: 'CONFLICT',
        detail: expect.objectContaining({ hint: expect.stringContaining('--repair') }),
      }),
    );
  expect(repairWorkspace(folder)).toMatchObject({ done: 'restored', backup, after: { ok: true } });
  const again = Workspace.open(folder);
  expect(again.summary()).toMatchObject({ clips, labelled });
  again.close();
});

it('leaves an unreadable database where it is when there is nothing to restore', () => {
  const folder = newFolder();
  Workspace.open(folder).close();
  const file = path.join(folder, 'workspace.db');
  const garbage = Buffer.alloc(200_000, 7);
  writeFileSync(file, garbage);
  expect(() => repairWorkspace(folder)).toThrowError(/no whole copy/);
  expect(readFileSync(file).equals(garbage)).toBe(true);
});

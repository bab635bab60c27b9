import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { databaseVersion } from '../../../../src/engine/collection/migrations/migrations.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { media, newFolder, openWorkspace } from './openWorkspace.ts';

const databaseOf = (folder: string): string => path.join(folder, 'workspace.db');
const workspaceModule = path.resolve('src/engine/collection/workspace.ts');

/** A process that holds the workspace open until it is killed. */
async function holder(folder: string) {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { Workspace } = await import(${JSON.stringify(workspaceModule)}); Workspace.open(${JSON.stringify(folder)}); console.log('open'); setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => {
    child.stdout.once('data', resolve);
  });
  return {
    pid: child.pid as number,
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGKILL');
      }),
  };
}

describe('opening a workspace', () => {
  it('makes one, and finds everything there again', () => {
    const folder = newFolder();
    const first = openWorkspace(folder);
    expect(first.clips.isEmpty()).toBe(true);
    first.media.put(media('/media/a.mp4'));
    expect(first.clips.isEmpty()).toBe(false);
    first.settings.set('theme', { dark: true });
    first.close();
    const second = openWorkspace(folder);
    expect(second.clips.ids()).toEqual([1]);
    expect(second.settings.get('theme')).toEqual({ dark: true });
  });

  it('commits to disk before it returns: WAL with full synchronisation', () => {
    const { db } = openWorkspace();
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
  });

  it('refuses a second writer and names the process, lets readers in, and takes over from the dead', async () => {
    const folder = newFolder();
    const other = await holder(folder);
    expect(() => Workspace.open(folder)).toThrowError(
      expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining(`process ${other.pid}`) as string }),
    );
    const reader = openWorkspace(folder, { readOnly: true });
    expect(reader.clips.ids()).toEqual([]);
    reader.close();
    await other.kill();
    expect(openWorkspace(folder).summary().clips).toBe(0);
  });

  it('refuses a second writer in the same process too', () => {
    const folder = newFolder();
    const first = openWorkspace(folder);
    expect(() => Workspace.open(folder)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
    first.close();
    openWorkspace(folder);
  });

  it('leaves a newer workspace untouched', () => {
    const folder = newFolder();
    openWorkspace(folder).close();
    const db = new Database(databaseOf(folder));
    db.pragma(`user_version = ${databaseVersion + 1}`);
    db.close();
    const before = readFileSync(databaseOf(folder));
    for (const readOnly of [false, true]) {
      expect(() => Workspace.open(folder, { readOnly })).toThrowError(
        expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining('newer') as string }),
      );
    }
    expect(readFileSync(databaseOf(folder)).equals(before)).toBe(true);
    expect(readdirSync(folder)).not.toContain('backups');
  });

  it('refuses files that are no workspace, and does not change them', () => {
    const folder = newFolder();
    writeFileSync(
      databaseOf(folder),
      'not a database at all, but long enough to have a header of one hundred bytes, which is what is read first.',
    );
    expect(() => Workspace.open(folder)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
    expect(readFileSync(databaseOf(folder), 'utf8')).toMatch(/^not a database/);
    const foreign = newFolder();
    const db = new Database(databaseOf(foreign));
    db.exec('CREATE TABLE theirs (x); PRAGMA user_version = 1');
    db.close();
    expect(() => Workspace.open(foreign)).toThrowError(
      expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining('another program') as string }),
    );
  });

  it('says plainly when the folder is a file, or cannot be written', () => {
    const file = path.join(newFolder(), 'file');
    writeFileSync(file, 'x');
    expect(() => Workspace.open(file)).toThrowError(
      expect.objectContaining({ code: 'BAD_INPUT', message: `${file} is a file; a workspace is a folder` }),
    );
    const blocked = newFolder();
    mkdirSync(path.join(blocked, 'writer.lock'));
    expect(() => Workspace.open(blocked)).toThrowError(
      expect.objectContaining({ code: 'READ_ONLY', detail: expect.objectContaining({ path: blocked }) as unknown }),
    );
  });

  it('opens read-only without writing, and refuses writes', () => {
    const folder = newFolder();
    expect(() => Workspace.open(folder, { readOnly: true })).toThrowError(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    openWorkspace(folder).close();
    const reader = openWorkspace(folder, { readOnly: true });
    expect(reader.readOnly).toBe(true);
    expect(() => reader.schemas.create({ name: 'no' })).toThrow(/readonly/);
    expect(reader.clips.facets({ kinds: ['video'] }).total).toBe(0);
  });

  it('can be moved: roots inside it, and roots that kept their place beside it, are found', () => {
    const folder = newFolder();
    const home = path.join(folder, 'home', 'ws');
    const beside = path.join(folder, 'home', 'media');
    const inside = path.join(home, 'demo');
    for (const [place, name] of [
      [beside, 'a.mp4'],
      [inside, 'b.mp4'],
    ] as const) {
      mkdirSync(place, { recursive: true });
      writeFileSync(path.join(place, name), 'x');
    }
    const workspace = openWorkspace(home);
    workspace.roots.ensure(beside);
    workspace.roots.ensure(inside);
    workspace.media.put(media(path.join(beside, 'a.mp4')));
    workspace.media.put(media(path.join(inside, 'b.mp4')));
    workspace.close();
    renameSync(path.join(folder, 'home'), path.join(folder, 'moved'));
    const moved = openWorkspace(path.join(folder, 'moved', 'ws'));
    expect(moved.clips.many([1, 2]).map((clip) => path.relative(folder, clip.absolutePath))).toEqual([
      'moved/media/a.mp4',
      'moved/ws/demo/b.mp4',
    ]);
    expect(moved.media.checkFiles()).toEqual({ found: 2, missing: 0 });
  });
});

describe('check and repair', () => {
  it('finds annotations that differ from their journal, and derives them again', () => {
    const workspace = openWorkspace();
    const { clipIds } = workspace.media.put(media('/m/a.mp4'));
    const schema = workspace.schemas.create({ name: 'S', classes: ['dog', 'cat'] });
    const [dog, cat] = schema.classes.map(({ id }) => id) as [number, number];
    workspace.annotations.set({ clipIds, classId: dog, value: 'positive' });
    expect(workspace.check()).toEqual({ ok: true, version: databaseVersion, problems: [] });
    workspace.db.exec(`UPDATE annotation SET class_id = ${cat}`);
    expect(workspace.check().problems).toEqual(['2 annotations differ from their journal']);
    expect(workspace.repair().ok).toBe(true);
    expect(workspace.annotations.labelled(schema.id)).toEqual([
      { clipId: 1, mediaId: 1, startS: 0, endS: expect.any(Number), classId: dog, value: 'positive' },
    ]);
    expect(readdirSync(workspace.folder('backups'))).toHaveLength(1);
  });

  it('reports a damaged page instead of hiding it', () => {
    const folder = newFolder();
    const workspace = openWorkspace(folder);
    for (let i = 0; i < 300; i++) workspace.media.put(media(`/m/${i}.mp4`));
    workspace.close();
    const damaged = newFolder();
    cpSync(folder, damaged, { recursive: true });
    const bytes = readFileSync(databaseOf(damaged));
    bytes.fill(0xff, bytes.length - 6 * 4096, bytes.length - 2 * 4096);
    writeFileSync(databaseOf(damaged), bytes);
    const report = openWorkspace(damaged).check();
    expect(report.ok).toBe(false);
    expect(report.problems.join('\n')).toMatch(/database:/);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertOpenable, isWorkspace, RecentWorkspaces } from '../../../../src/engine/collection/recentWorkspaces.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'recent-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('recent workspaces', () => {
  it('are kept newest first, once each, a dozen at most', () => {
    const file = path.join(folder, 'data', 'recent.json');
    const recent = new RecentWorkspaces(file);
    for (let i = 0; i < 14; i++) recent.note(`/w/${i}`, new Date(i * 1000));
    recent.note('/w/5', new Date(99_000));
    const kept = new RecentWorkspaces(file).list();
    expect(kept.map(({ path: one }) => one)).toEqual([
      '/w/5',
      '/w/13',
      '/w/12',
      '/w/11',
      '/w/10',
      '/w/9',
      '/w/8',
      '/w/7',
      '/w/6',
      '/w/4',
      '/w/3',
      '/w/2',
    ]);
    recent.forget('/w/13');
    expect(recent.list().some(({ path: one }) => one === '/w/13')).toBe(false);
  });

  it('begin anew after a damaged file, and remember nothing without one', () => {
    const file = path.join(folder, 'damaged.json');
    writeFileSync(file, '{"path": "/etc"');
    const recent = new RecentWorkspaces(file);
    expect(recent.list()).toEqual([]);
    recent.note('/w/1');
    expect(recent.list()).toHaveLength(1);
    const forgetful = new RecentWorkspaces(null);
    forgetful.note('/w/1');
    expect(forgetful.list()).toEqual([]);
  });

  it('do not fail where the file cannot be written', () => {
    writeFileSync(path.join(folder, 'blocked'), '');
    const recent = new RecentWorkspaces(path.join(folder, 'blocked', 'recent.json'));
    expect(() => recent.note('/w/1')).not.toThrow();
    expect(recent.list()).toEqual([]);
  });
});

describe('what can be opened', () => {
  it('is a workspace, or with leave a folder of its own; everything else says the next step', () => {
    const [mine, empty, full] = ['mine', 'empty', 'full'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    Workspace.open(mine).close();
    mkdirSync(empty);
    mkdirSync(full);
    writeFileSync(path.join(full, 'thesis.txt'), 'x');
    expect(isWorkspace(mine)).toBe(true);
    expect(() => assertOpenable(mine, false)).not.toThrow();
    expect(() => assertOpenable(empty, true)).not.toThrow();
    expect(() => assertOpenable(path.join(folder, 'new'), true)).not.toThrow();
    const refused: [string, boolean, string][] = [
      [empty, false, 'NOT_FOUND'],
      [full, true, 'CONFLICT'],
      [path.join(full, 'thesis.txt'), true, 'BAD_INPUT'],
      ['relative/folder', true, 'BAD_INPUT'],
      [path.join(folder, 'new'), false, 'NOT_FOUND'],
    ];
    for (const [dir, create, code] of refused) {
      expect(() => assertOpenable(dir, create), dir).toThrow(
        expect.objectContaining({
          code,
          detail: expect.objectContaining({ hint: expect.stringMatching(/\w/) as string }) as object,
        }) as Error,
      );
    }
  });
});

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { media, newFolder, openWorkspace } from './openWorkspace.ts';

describe('media', () => {
  it('are stored relative to the root given to import, and known again by path and content', () => {
    const workspace = openWorkspace();
    const rootId = workspace.roots.ensure('/media/set/one.mp4');
    const { mediaId } = workspace.media.put(media('/media/set/deep/er/two.mp4'));
    expect(workspace.roots.list()).toMatchObject([{ id: rootId, name: 'set', path: '/media/set', mediaCount: 1 }]);
    expect(workspace.media.describe(mediaId)).toMatchObject({
      rootId,
      path: 'deep/er/two.mp4',
      absolutePath: '/media/set/deep/er/two.mp4',
      width: 320,
    });
    expect(workspace.media.known('/media/set/deep/../deep/er/two.mp4')?.id).toBe(mediaId);
    expect(workspace.media.known('/media/set/two.mp4')).toBeNull();
    expect(workspace.media.byHash('hash of /media/set/deep/er/two.mp4').map(({ id }) => id)).toEqual([mediaId]);
  });

  it('are known through every root that holds them', () => {
    const workspace = openWorkspace();
    workspace.roots.ensure('/media/set/sub/x.mp4');
    const first = workspace.media.put(media('/media/set/sub/x.mp4'));
    workspace.media.put(media('/media/set/y.mp4'));
    expect(workspace.roots.list()).toHaveLength(2);
    expect(workspace.media.put(media('/media/set/sub/x.mp4'))).toEqual({ ...first, change: 'changed' });
    expect(workspace.roots.ensure('/media/set/sub/deeper/z.mp4')).toBe(1);
  });

  it('keep the ids and labels of windows that stay; what was computed goes when the content changed', () => {
    const workspace = openWorkspace();
    const { clipIds } = workspace.media.put(
      media('/m/long.wav', {}, [
        [0, 10],
        [10, 20],
      ]),
    );
    const [first, second] = clipIds as [number, number];
    const {
      classes: [dog],
    } = workspace.schemas.create({ name: 'S', classes: ['dog'] });
    workspace.annotations.set({ clipIds, classId: dog?.id as number, value: 'positive' });
    const { setId } = workspace.vectors.set('m', 1);
    const rows = new Float32Array(2);
    workspace.vectors.append(setId, clipIds, { joint: rows, audio: rows, visual: rows });
    workspace.clips.setScores(
      'error',
      new Map([
        [first, 1],
        [second, 2],
      ]),
    );
    const touched = workspace.media.put(
      media('/m/long.wav', { modifiedMs: 2000 }, [
        [0, 10],
        [20, 30],
      ]),
    );
    expect(touched.clipIds[0]).toBe(first);
    expect(workspace.vectors.missing(setId)).toEqual([touched.clipIds[1]]);
    const changed = workspace.media.put(
      media('/m/long.wav', { contentHash: 'other' }, [
        [0, 10],
        [10, 20],
      ]),
    );
    expect(changed).toMatchObject({ clipIds: [first, second], change: 'changed' });
    expect(workspace.clips.rows(clipIds).map(({ labels }) => labels.length)).toEqual([1, 1]);
    expect(workspace.vectors.missing(setId)).toEqual([first, second]);
    expect(workspace.clips.scores(first)).toEqual({});
    expect(workspace.check().ok).toBe(true);
  });

  it('follow a file that was moved', () => {
    const workspace = openWorkspace();
    const { mediaId } = workspace.media.put(
      media('/m/a.wav', {}, [
        [0, 10],
        [10, 20],
      ]),
    );
    workspace.media.touch(mediaId, { absolutePath: '/m/sub/b.wav', sizeBytes: 1, modifiedMs: 2 });
    expect(workspace.clips.list({ offset: 0, limit: 10 }).rows.map(({ name, path: place }) => [name, place])).toEqual([
      ['b.wav 0:00–0:10', 'sub/b.wav'],
      ['b.wav 0:10–0:20', 'sub/b.wav'],
    ]);
    expect(workspace.clips.ids({ text: 'a.wav' })).toEqual([]);
  });

  it('are marked when their files vanish, and relinked as a whole', () => {
    const folder = newFolder();
    const [here, there] = ['here', 'there'].map((name) => path.join(folder, name)) as [string, string];
    for (const place of [here, there]) mkdirSync(place);
    for (const name of ['a', 'b']) writeFileSync(path.join(there, name), name);
    writeFileSync(path.join(here, 'a'), 'a');
    const workspace = openWorkspace(path.join(folder, 'ws'));
    const rootId = workspace.roots.ensure(here);
    for (const name of ['a', 'b', 'c']) workspace.media.put(media(path.join(here, name)));
    expect(workspace.media.checkFiles()).toEqual({ found: 1, missing: 2 });
    expect(workspace.clips.ids({ badges: ['missing'] })).toEqual([2, 3]);
    rmSync(here, { recursive: true });
    expect(workspace.relink(rootId, there)).toEqual({ found: 2, missing: 1 });
    expect(workspace.clips.ids({ badges: ['missing'] })).toEqual([3]);
    expect(workspace.clips.get(2)?.absolutePath).toBe(path.join(there, 'b'));
    expect(() => workspace.relink(rootId, path.join(folder, 'nowhere'))).toThrowError(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });

  it('survive strange names', () => {
    const workspace = openWorkspace();
    const names = [
      'ünï çødé 音.mp4',
      'it\'s 50% "of" [x].mp4',
      `${'long'.repeat(50)}.mp4`,
      ' .mp4',
      '-f.mp4',
      'a\nb.mp4',
    ];
    const ids = names.map((name) => workspace.media.put(media(`/m/${name}`)).clipIds[0] as number);
    expect(workspace.clips.rows(ids).map(({ path: place }) => place)).toEqual(names);
    expect(workspace.clips.ids({ text: 'ÜNÏ 音' })).toEqual([ids[0]]);
    expect(workspace.clips.ids({ text: '50% [x]' })).toEqual([ids[1]]);
  });
});

import { describe, expect, it } from 'vitest';
import { media, openWorkspace } from '../openWorkspace.ts';

function prepared() {
  const workspace = openWorkspace();
  workspace.media.put(
    media('/media/set/a.mp4', { durationS: 20 }, [
      [0, 10],
      [10, 20],
    ]),
  );
  workspace.media.put(media('/media/set/b.mp4'));
  return workspace;
}

describe('text of recordings', () => {
  it('finds clips by notes, on a recording or on one of its clips, and takes them back', () => {
    const workspace = prepared();
    const ids = (query: string) => workspace.clips.ids({ query });
    workspace.notes.set(1, null, 'Heavy rain on the roof');
    workspace.notes.set(1, 2, 'Fuchs im Höhleneingang');
    expect(workspace.notes.of(1)).toEqual([
      { clipId: null, text: 'Heavy rain on the roof' },
      { clipId: 2, text: 'Fuchs im Höhleneingang' },
    ]);
    expect([ids('note ~ rain'), ids('note ~ "hohlen fuchs"'), ids('note ~ snow'), ids('note is not set')]).toEqual([
      [1, 2],
      [2],
      [],
      [3],
    ]);
    expect(workspace.notes.set(1, null, 'Heavy rain on the roof').changed).toBe(0);
    workspace.notes.set(1, null, '');
    expect(ids('note ~ rain')).toEqual([]);
    workspace.annotations.undo();
    expect(ids('note ~ rain')).toEqual([1, 2]);
    workspace.annotations.undo();
    expect(ids('note ~ fuchs')).toEqual([]);
    workspace.annotations.redo();
    expect(ids('note ~ fuchs')).toEqual([2]);
    expect(() => workspace.notes.set(2, 1, 'x')).toThrow(/no clip 1/);
    expect(workspace.check()).toMatchObject({ ok: true });
  });

  it('keeps notes of a recording that leaves and comes back, and through a repair', () => {
    const workspace = prepared();
    workspace.notes.set(2, null, 'the last bear');
    workspace.removeMedia([2]);
    expect(workspace.clips.ids({ query: 'note ~ bear' })).toEqual([]);
    const { mediaId } = workspace.media.put(media('/media/set/b.mp4'));
    expect(workspace.notes.of(mediaId)).toEqual([{ clipId: null, text: 'the last bear' }]);
    expect(workspace.repair()).toMatchObject({ ok: true });
    expect(workspace.clips.ids({ query: 'note ~ bear' })).toHaveLength(1);
  });

  it('finds clips by what is said in them', () => {
    const workspace = prepared();
    const captions = [
      {
        track: 'a.srt',
        cues: [
          { startS: 1, endS: 3, text: 'Look, a fox' },
          { startS: 9.5, endS: 11, text: 'It hides' },
        ],
      },
    ];
    workspace.found.save(1, { file: {}, sidecar: {}, captions });
    const ids = (query: string) => workspace.clips.ids({ query });
    expect([ids('caption ~ fox'), ids('caption ~ hid'), ids('caption ~ "fox hides"'), ids('caption is set')]).toEqual([
      [1],
      [1, 2],
      [],
      [1, 2],
    ]);
    workspace.found.save(1, { file: {}, sidecar: {}, captions: [] });
    expect(ids('caption ~ fox')).toEqual([]);
  });
});

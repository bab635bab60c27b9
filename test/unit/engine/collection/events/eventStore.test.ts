import { describe, expect, it } from 'vitest';
import { eventDrift, rederiveEvents } from '../../../../../src/engine/collection/events/eventJournal.ts';
import type { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { Random } from '../../../../../src/engine/training/random.ts';
import { media, newFolder, openWorkspace } from '../openWorkspace.ts';

function prepared(folder = newFolder()): { workspace: Workspace; classes: number[]; schemaId: number } {
  const workspace = openWorkspace(folder);
  for (const name of ['a', 'b'])
    workspace.media.put(
      media(`/media/set/${name}.mp4`, { durationS: 60 }, [
        [0, 10],
        [10, 20],
      ]),
    );
  const schema = workspace.schemas.create({ name: 'calls', classes: ['trill', 'buzz'] });
  return { workspace, classes: schema.classes.map(({ id }) => id), schemaId: schema.id };
}
const event = (mediaId: number, classId: number, onsetS: number, offsetS: number | null) => ({
  mediaId,
  classId,
  onsetS,
  offsetS,
  modality: 'heard' as const,
  value: 'positive' as const,
  lowHz: null,
  highHz: null,
  annotator: null,
  source: 'person' as const,
});
const spans = (workspace: Workspace): [number, number, number | null][] =>
  workspace.eventQuery
    .list(undefined, { by: 'id', descending: false }, 0, 1000)
    .rows.map(({ id, onsetS, offsetS }) => [id, onsetS, offsetS]);

describe('EventStore', () => {
  it('keeps intervals and points, and says what they are', () => {
    const { workspace, classes } = prepared();
    const added = workspace.events.add([
      { ...event(1, classes[0]!, 1.5, 2.25), lowHz: 2000, highHz: 6000, annotator: 'Ada', modality: 'both' },
      event(1, classes[1]!, 3, null),
    ]);
    expect(added).toMatchObject({ changed: 2, ids: [1, 2], mediaIds: [1] });
    expect(workspace.eventQuery.list(undefined, undefined, 0, 10)).toMatchObject({
      total: 2,
      rows: [
        { id: 1, path: '/media/set/a.mp4', class: 'trill', onsetS: 1.5, offsetS: 2.25, lowHz: 2000, annotator: 'Ada' },
        { id: 2, class: 'buzz', onsetS: 3, offsetS: null, modality: 'heard', source: 'person' },
      ],
    });
  });

  it('shares undo and redo with labels, in the order of the steps', () => {
    const { workspace, classes } = prepared();
    workspace.events.add([event(1, classes[0]!, 1, 2)]);
    workspace.annotations.set({ clipIds: [1], classId: classes[0]!, value: 'positive' });
    workspace.events.update([{ id: 1, offsetS: 4 }]);
    expect(workspace.annotations.undo()).toMatchObject({ text: 'Change 1 event', mediaIds: [1] });
    expect(spans(workspace)).toEqual([[1, 1, 2]]);
    expect(workspace.annotations.undo()).toMatchObject({ clipIds: [1], mediaIds: [] });
    workspace.annotations.undo();
    expect(spans(workspace)).toEqual([]);
    for (let i = 0; i < 3; i++) workspace.annotations.redo();
    expect(spans(workspace)).toEqual([[1, 1, 4]]);
    expect(workspace.check()).toMatchObject({ ok: true });
  });

  it('splits and merges, and takes both back', () => {
    const { workspace, classes } = prepared();
    workspace.events.add([event(1, classes[0]!, 1, 5)]);
    workspace.events.split(1, 2);
    expect(spans(workspace)).toEqual([
      [1, 1, 2],
      [2, 2, 5],
    ]);
    workspace.events.merge([2, 1]);
    expect(spans(workspace)).toEqual([[1, 1, 5]]);
    workspace.annotations.undo();
    workspace.annotations.undo();
    expect(spans(workspace)).toEqual([[1, 1, 5]]);
    expect(() => workspace.events.split(1, 9)).toThrow(/cannot be split at 9 s/);
  });

  it('never gives an id twice, not even after an undo', () => {
    const { workspace, classes } = prepared();
    workspace.events.add([event(1, classes[0]!, 1, 5)]);
    workspace.annotations.undo();
    expect(workspace.events.add([event(1, classes[0]!, 1, 5)]).ids).toEqual([2]);
  });

  it.each([
    [2, 2, /zero length/],
    [3, 2, /before the onset/],
    [59, 62, /beyond the end of the recording at 60\.00 s/],
    [-1, 2, /before the recording/],
  ])('refuses an event from %s to %s and writes nothing', (onsetS, offsetS, reason) => {
    const { workspace, classes } = prepared();
    expect(() => workspace.events.add([event(1, classes[0]!, 1, 2), event(1, classes[0]!, onsetS, offsetS)])).toThrow(
      reason,
    );
    expect(spans(workspace)).toEqual([]);
    expect(workspace.annotations.undoState().undoText).toBe('Create schema calls');
  });

  it('marks recordings complete, undoably', () => {
    const { workspace, schemaId } = prepared();
    workspace.events.setComplete([1, 2], schemaId, true);
    workspace.events.setComplete([1], schemaId, false);
    expect(workspace.events.completeMedia(schemaId)).toEqual([2]);
    workspace.annotations.undo();
    expect(workspace.events.completeMedia(schemaId)).toEqual([1, 2]);
    workspace.annotations.undo();
    expect(workspace.events.completeMedia(schemaId)).toEqual([]);
  });

  it('keeps the events of a recording that leaves the collection and gives them back with its content', () => {
    const { workspace, classes, schemaId } = prepared();
    workspace.events.add([event(1, classes[0]!, 1, 2)]);
    workspace.events.setComplete([1], schemaId, true);
    workspace.removeMedia([1]);
    expect(spans(workspace)).toEqual([]);
    const { mediaId } = workspace.media.put(
      media('/elsewhere/renamed.mp4', { durationS: 60, contentHash: 'hash of /media/set/a.mp4' }),
    );
    expect(spans(workspace)).toEqual([[1, 1, 2]]);
    expect(workspace.events.completeMedia(schemaId)).toEqual([mediaId]);
    expect(workspace.eventQuery.facets({ schemaId }).completeRecordings).toBe(1);
    expect(workspace.eventQuery.facets({ schemaId: schemaId + 1 }).completeRecordings).toBe(0);
    expect(workspace.check().problems).toEqual([]);
  });

  it('clears, moves and restores the events of classes that are removed or merged', () => {
    const { workspace, classes } = prepared();
    workspace.events.add([event(1, classes[0]!, 1, 2), event(2, classes[1]!, 3, 4)]);
    workspace.schemas.mergeClass(classes[0]!, classes[1]!);
    expect(workspace.eventQuery.facets().classes).toEqual([{ id: classes[1], name: 'buzz', count: 2 }]);
    workspace.schemas.removeClass(classes[1]!);
    expect(spans(workspace)).toEqual([]);
    workspace.annotations.undo();
    workspace.annotations.undo();
    expect(
      workspace.eventQuery
        .facets()
        .classes.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['buzz', 'trill']);
  });

  it('tells the history of an event', () => {
    const { workspace, classes } = prepared();
    workspace.events.add([event(1, classes[0]!, 1, 2)]);
    workspace.events.update([{ id: 1, onsetS: 0.5 }]);
    workspace.annotations.undo();
    expect(workspace.events.history({ eventId: 1 }, 10)).toMatchObject([
      { before: { onsetS: 1 }, after: { onsetS: 0.5 }, undone: true, class: 'trill' },
      { before: null, after: { onsetS: 1, offsetS: 2, value: 'positive' }, undone: false },
    ]);
  });

  it('derives its tables from the journal alone after any steps, undone and done again at random', () => {
    const folder = newFolder();
    const { workspace, classes, schemaId } = prepared(folder);
    const random = new Random(7);
    const states: string[] = [];
    const state = () => JSON.stringify([spans(workspace), workspace.events.completeMedia(schemaId)]);
    for (let i = 0; i < 150; i++) {
      const rows = spans(workspace);
      const pick = rows[random.integer(0, Math.max(1, rows.length))];
      const act = random.integer(0, 7);
      if (act <= 1 || !pick)
        workspace.events.add([event(1 + random.integer(0, 2), classes[random.integer(0, 2)]!, i / 10, i / 10 + 1)]);
      else if (act === 2) workspace.events.update([{ id: pick[0], offsetS: pick[1] + 1 + random.uniform() }]);
      else if (act === 3) workspace.events.remove([pick[0]]);
      else if (act === 4) workspace.events.setComplete([1 + random.integer(0, 2)], schemaId, random.uniform() < 0.5);
      else if (workspace.annotations.undoState().undoText?.match(/event|recording/)) {
        const before = state();
        workspace.annotations.undo();
        workspace.annotations.redo();
        expect(state()).toBe(before);
        if (act === 6) workspace.annotations.undo();
      }
      states.push(state());
    }
    expect(eventDrift(workspace.db)).toBe(0);
    workspace.db.exec('DELETE FROM event WHERE id % 2; UPDATE event SET onset_s = 0; DELETE FROM recording_complete');
    expect(workspace.check().problems[0]).toMatch(/events differ from their journal/);
    rederiveEvents(workspace.db, null);
    expect(state()).toBe(states.at(-1));
    workspace.close();
    expect(openWorkspace(folder).check()).toMatchObject({ ok: true });
  });
});

import { expect, it } from 'vitest';
import { media, openWorkspace } from '../openWorkspace.ts';

function prepared() {
  const workspace = openWorkspace();
  workspace.media.put(
    media('/media/a.mp4', { durationS: 30 }, [
      [0, 10],
      [10, 20],
      [20, 30],
    ]),
  );
  const schema = workspace.schemas.create({ name: 'calls', classes: ['trill', 'buzz'] });
  const [trill, buzz] = schema.classes.map(({ id }) => id) as [number, number];
  const mark = (classId: number, onsetS: number, offsetS: number | null, change = {}) =>
    workspace.events.add([
      {
        mediaId: 1,
        classId,
        onsetS,
        offsetS,
        modality: 'heard',
        value: 'positive',
        lowHz: null,
        highHz: null,
        annotator: null,
        source: 'person',
        ...change,
      },
    ]);
  const labels = () =>
    workspace.annotations
      .full(schema.id)
      .map(({ clipId, classId, value, presence }) => [clipId, classId, value, presence]);
  return { workspace, schema, trill, buzz, mark, labels };
}

it('derives clip labels from events where the schema asks for it, and takes them away again', () => {
  const { workspace, schema, trill, buzz, mark, labels } = prepared();
  workspace.annotations.set({ clipIds: [3], classId: buzz, value: 'positive' });
  mark(trill, 9, 11);
  mark(buzz, 20, null, { modality: 'seen' });
  mark(buzz, 15, 16, { value: 'uncertain' });
  mark(trill, 25, 26, { value: 'negative' });
  expect(labels()).toEqual([[3, buzz, 'positive', null]]);
  expect(workspace.schemas.update(schema.id, { fromEvents: true })).toMatchObject({
    fromEvents: true,
    multiLabel: true,
  });
  expect(labels()).toEqual([
    [1, trill, 'positive', 'audible'],
    [2, trill, 'positive', 'audible'],
    [2, buzz, 'uncertain', 'audible'],
    [3, buzz, 'positive', 'visible'],
  ]);
  expect(workspace.check().problems).toEqual([]);
  workspace.annotations.undo();
  expect(labels()).toEqual([[3, buzz, 'positive', null]]);
});

it('follows every change of events, their undo, and completeness', () => {
  const { workspace, schema, trill, buzz, mark, labels } = prepared();
  workspace.schemas.update(schema.id, { fromEvents: true });
  const { ids } = mark(trill, 1, 2);
  workspace.events.setComplete([1], schema.id, true);
  expect(labels()).toEqual([
    [1, trill, 'positive', 'audible'],
    [1, buzz, 'negative', null],
    [2, trill, 'negative', null],
    [2, buzz, 'negative', null],
    [3, trill, 'negative', null],
    [3, buzz, 'negative', null],
  ]);
  workspace.annotations.undo();
  workspace.events.update([{ id: ids[0]!, onsetS: 21, offsetS: 22 }]);
  expect(labels()).toEqual([[3, trill, 'positive', 'audible']]);
  workspace.removeMedia([1]);
  workspace.media.put(media('/media/a.mp4', { durationS: 30 }, [[15, 25]]));
  expect(labels().map(([, classId, value]) => [classId, value])).toEqual([[trill, 'positive']]);
  workspace.repair();
  expect(labels()).toHaveLength(1);
});

it('refuses labels by hand where they follow from events', () => {
  const { workspace, schema, trill } = prepared();
  workspace.schemas.update(schema.id, { fromEvents: true });
  expect(() => workspace.annotations.set({ clipIds: [1], classId: trill, value: 'positive' })).toThrow(
    /follow from its events/,
  );
  expect(() => workspace.schemas.update(schema.id, { multiLabel: false })).toThrow(/several a clip/);
});

import { expect, it } from 'vitest';
import type { StoredEvent } from '../../../../../src/engine/collection/events/eventStore.ts';
import { workspaceWithClips } from '../openWorkspace.ts';

function labelled() {
  const workspace = workspaceWithClips(4);
  const { id: schemaId, classes } = workspace.schemas.create({ name: 's', classes: ['dog', 'cat'] });
  const [dog, cat] = classes.map(({ id }) => id) as [number, number];
  const event = (onsetS: number): StoredEvent => ({
    mediaId: 1,
    classId: dog,
    onsetS,
    offsetS: onsetS + 1,
    modality: 'heard',
    value: 'positive',
    lowHz: null,
    highHz: null,
    annotator: null,
    source: 'person',
  });
  const state = () => ({
    labels: workspace.annotations.full(schemaId),
    events: workspace.eventQuery.spans({ schemaId }),
    complete: workspace.events.completeMedia(schemaId),
    classes: workspace.schemas.list().flatMap((schema) => schema.classes.map(({ name, colour }) => [name, colour])),
  });
  return { workspace, schemaId, dog, cat, event, state };
}

it('keeps a state under a name, compares it, and restores it as one step that undo takes back', () => {
  const { workspace, schemaId, dog, cat, event, state } = labelled();
  workspace.annotations.set({ clipIds: [1, 2], classId: dog, value: 'positive' });
  const { ids } = workspace.events.add([event(1), event(3)]);
  workspace.events.setComplete([1], schemaId, true);
  const then = state();
  const first = workspace.snapshots.create('first round', 'before the second annotator');
  expect(first).toMatchObject({ name: 'first round', labels: 2, events: 2 });

  workspace.annotations.set({ clipIds: [2, 3], classId: cat, value: 'positive' });
  workspace.annotations.set({ clipIds: [1], classId: dog, value: null });
  workspace.events.update([{ id: ids[0]!, offsetS: 2.5 }]);
  workspace.events.remove([ids[1]!]);
  workspace.events.add([event(6)]);
  workspace.events.setComplete([1], schemaId, false);
  workspace.schemas.updateClass(cat, { name: 'kitten' });
  const bird = workspace.schemas.addClass(schemaId, { name: 'bird' });
  workspace.annotations.set({ clipIds: [4], classId: bird.id, value: 'negative' });
  const now = state();

  const found = workspace.snapshots.compare(first.id, null, 100);
  expect(found).toMatchObject({
    from: 'first round',
    to: 'now',
    labels: { added: 3, removed: 2, changed: 0 },
    events: { added: 1, removed: 1, changed: 1 },
    schemas: 2,
  });
  expect(found.classes.map((one) => [one.class, one.labels.added, one.labels.removed])).toEqual([
    ['dog', 0, 2],
    ['kitten', 2, 0],
    ['bird', 1, 0],
  ]);
  expect(found.rows.find(({ clipId }) => clipId === 1)).toMatchObject({
    path: '/media/set/clip 1.mp4',
    before: 'positive',
    after: null,
  });
  expect(workspace.snapshots.compare(first.id, null, 2).rows).toHaveLength(2);

  const { kept, changed } = workspace.snapshots.restore(first.id);
  expect(changed).toBeGreaterThan(5);
  expect(state()).toEqual(then);
  expect(workspace.snapshots.compare(first.id, null, 10)).toMatchObject({
    labels: { added: 0, removed: 0, changed: 0 },
    events: { added: 0, removed: 0, changed: 0 },
    schemas: 0,
    rows: [],
  });
  // Nothing is lost: what was there is a snapshot, and the restoring one step.
  expect(kept.name).toBe('Before restoring first round');
  expect(workspace.annotations.undo().text).toBe('Restore the snapshot first round');
  expect(state()).toEqual(now);
  workspace.annotations.redo();
  expect(state()).toEqual(then);
  workspace.snapshots.restore(kept.id);
  expect(state()).toEqual(now);
  expect(workspace.check().problems).toEqual([]);
});

it('compares two snapshots in either order', () => {
  const { workspace, dog } = labelled();
  const a = workspace.snapshots.create('a');
  workspace.annotations.set({ clipIds: [1], classId: dog, value: 'positive' });
  const b = workspace.snapshots.create('b');
  expect(workspace.snapshots.compare(a.id, b.id, 10).labels).toEqual({ added: 1, removed: 0, changed: 0 });
  expect(workspace.snapshots.compare(b.id, a.id, 10).labels).toEqual({ added: 0, removed: 1, changed: 0 });
  expect(workspace.snapshots.list().map(({ name }) => name)).toEqual(['b', 'a']);
});

it('restores what a removed class and a removed schema held', () => {
  const { workspace, schemaId, dog, event, state } = labelled();
  workspace.annotations.set({ clipIds: [1], classId: dog, value: 'positive' });
  workspace.events.add([event(2)]);
  const then = state();
  const { id } = workspace.snapshots.create('whole');
  workspace.schemas.removeClass(dog);
  workspace.schemas.remove(schemaId);
  expect(workspace.schemas.list()).toEqual([]);
  workspace.snapshots.restore(id);
  expect(state()).toEqual(then);
});

it('keeps the labels of files that left the collection', () => {
  const { workspace, dog, state } = labelled();
  workspace.annotations.set({ clipIds: [2], classId: dog, value: 'positive' });
  const { id } = workspace.snapshots.create('with 2');
  workspace.annotations.set({ clipIds: [2], classId: dog, value: null });
  workspace.removeMedia([2]);
  workspace.snapshots.restore(id);
  expect(state().labels).toEqual([]);
  const row = workspace.snapshots.compare(id, null, 10);
  expect(row.labels).toEqual({ added: 0, removed: 0, changed: 0 });
});

it('refuses a name that is taken and a snapshot that is not there, and can be removed', () => {
  const { workspace } = labelled();
  const { id } = workspace.snapshots.create('One');
  expect(() => workspace.snapshots.create('one')).toThrow(/already/);
  expect(() => workspace.snapshots.restore(99)).toThrow(/no snapshot 99/);
  workspace.snapshots.remove(id);
  expect(workspace.snapshots.list()).toEqual([]);
  expect(workspace.snapshots.create('one').name).toBe('one');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { media, newFolder, openWorkspace, workspaceWithClips } from './openWorkspace.ts';

function withSchema(
  multiLabel = false,
  clips = 4,
): { workspace: Workspace; schemaId: number; classes: [number, number, number] } {
  const workspace = workspaceWithClips(clips);
  const schema = workspace.schemas.create({ name: 'S', multiLabel, classes: ['dog', 'cat', 'cow'] });
  return { workspace, schemaId: schema.id, classes: schema.classes.map(({ id }) => id) as [number, number, number] };
}
const labels = (workspace: Workspace, clipId: number) => workspace.clips.rows([clipId])[0]?.labels;

describe('annotations', () => {
  it('count classes with enough embedded clips that say that class alone', () => {
    const {
      workspace,
      schemaId,
      classes: [dog, cat, cow],
    } = withSchema(true, 9);
    const { setId } = workspace.vectors.set('m', 1);
    const embedded = [1, 2, 3, 4, 5, 6, 7];
    const rows = Float32Array.from(embedded);
    workspace.vectors.append(setId, embedded, { joint: rows, audio: rows, visual: rows });
    const say = (clipIds: number[], classId: number, value: 'positive' | 'negative' | 'uncertain' = 'positive') =>
      workspace.annotations.set({ clipIds, classId, value });
    const learnable = (least: number) => workspace.annotations.learnable(schemaId, setId, least);
    say([1, 2], dog);
    say([3, 4, 8, 9], cat);
    expect([learnable(2), learnable(3)]).toEqual([2, 0]);
    say([5, 6], cow);
    expect(learnable(2)).toBe(3);
    say([5], dog, 'uncertain');
    say([1], cow, 'negative');
    expect(learnable(2)).toBe(2);
    say([2], cat);
    expect([learnable(2), learnable(1)]).toEqual([1, 3]);
    workspace.schemas.removeClass(cow);
    expect(learnable(1)).toBe(2);
  });

  it('set many clips in one step, with value, presence and source', () => {
    const {
      workspace,
      classes: [dog],
    } = withSchema();
    const result = workspace.annotations.set({
      clipIds: [1, 2, 3, 3],
      classId: dog,
      value: 'uncertain',
      presence: 'audible',
      source: 'model',
    });
    expect(result).toMatchObject({
      changed: 3,
      undo: { canUndo: true, canRedo: false, undoText: 'Mark uncertain: 3 clips dog' },
    });
    expect(labels(workspace, 2)).toEqual([{ classId: dog, value: 'uncertain', presence: 'audible' }]);
    expect(workspace.annotations.history(2, 10)).toMatchObject([
      {
        clipId: 2,
        className: 'dog',
        before: null,
        after: 'uncertain',
        presence: 'audible',
        source: 'model',
        undone: false,
      },
    ]);
    workspace.annotations.undo();
    expect([1, 2, 3].flatMap((id) => labels(workspace, id))).toEqual([]);
  });

  it('replace each other in a single-label schema, in the same step; negatives stay', () => {
    const {
      workspace,
      classes: [dog, cat, cow],
    } = withSchema();
    workspace.annotations.set({ clipIds: [1], classId: cow, value: 'negative' });
    workspace.annotations.set({ clipIds: [1], classId: dog, value: 'positive' });
    workspace.annotations.set({ clipIds: [1], classId: cat, value: 'positive' });
    expect(labels(workspace, 1)).toEqual([
      { classId: cat, value: 'positive', presence: null },
      { classId: cow, value: 'negative', presence: null },
    ]);
    workspace.annotations.undo();
    expect(labels(workspace, 1)).toEqual([
      { classId: dog, value: 'positive', presence: null },
      { classId: cow, value: 'negative', presence: null },
    ]);
  });

  it('stand beside each other in a multi-label schema, and are cleared by null', () => {
    const {
      workspace,
      classes: [dog, cat],
    } = withSchema(true);
    workspace.annotations.set({ clipIds: [1], classId: dog, value: 'positive' });
    workspace.annotations.set({ clipIds: [1], classId: cat, value: 'positive' });
    expect(labels(workspace, 1)).toHaveLength(2);
    workspace.annotations.set({ clipIds: [1], classId: dog, value: null });
    expect(labels(workspace, 1)).toEqual([{ classId: cat, value: 'positive', presence: null }]);
  });

  it('refuse unknown clips and classes without changing anything', () => {
    const {
      workspace,
      classes: [dog],
    } = withSchema();
    expect(() => workspace.annotations.set({ clipIds: [1, 99], classId: dog, value: 'positive' })).toThrowError(
      expect.objectContaining({ code: 'NOT_FOUND', message: 'there is no clip 99' }),
    );
    expect(() => workspace.annotations.set({ clipIds: [1], classId: 99, value: 'positive' })).toThrowError(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(labels(workspace, 1)).toEqual([]);
    expect(workspace.annotations.undoState().undoText).toBe('Create schema S');
  });

  it('leave the undo stack alone when nothing changes', () => {
    const {
      workspace,
      classes: [dog],
    } = withSchema();
    workspace.annotations.set({ clipIds: [1], classId: dog, value: 'positive' });
    const again = workspace.annotations.set({ clipIds: [1], classId: dog, value: 'positive' });
    expect(again.changed).toBe(0);
    workspace.annotations.undo();
    expect(labels(workspace, 1)).toEqual([]);
  });

  it('come back with a clip that left the collection, even undone ones', () => {
    const {
      workspace,
      classes: [dog, cat],
    } = withSchema();
    workspace.annotations.set({ clipIds: [1], classId: dog, value: 'positive' });
    workspace.annotations.set({ clipIds: [1, 2], classId: cat, value: 'positive' });
    workspace.removeMedia([1]);
    expect(workspace.clips.ids()).toEqual([2, 3, 4]);
    workspace.annotations.undo();
    expect(workspace.media.put(media('/media/set/clip 1.mp4')).clipIds).toEqual([1]);
    expect(labels(workspace, 1)).toEqual([{ classId: dog, value: 'positive', presence: null }]);
    expect(workspace.check().ok).toBe(true);
  });

  it('say that there is nothing to undo', () => {
    expect(() => openWorkspace().annotations.undo()).toThrowError(
      expect.objectContaining({ code: 'CONFLICT', message: 'there is nothing to undo' }),
    );
  });
});

type Action =
  | { kind: 'set'; clipIds: number[]; klass: number; value: 'positive' | 'negative' | 'uncertain' | null }
  | { kind: 'undo' }
  | { kind: 'redo' }
  | { kind: 'reopen' }
  | { kind: 'removeClass'; klass: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      clipIds: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      klass: fc.integer({ min: 0, max: 2 }),
      value: fc.constantFrom('positive' as const, 'positive' as const, 'negative' as const, 'uncertain' as const, null),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'undo' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'redo' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('removeClass' as const), klass: fc.integer({ min: 0, max: 2 }) }),
  },
);

/** What the labels should be, kept as whole pictures: the simplest undo there is. */
type Picture = { labels: Record<string, string>; live: boolean[] };

describe('undo and redo', () => {
  it('agree with a stack of whole pictures, across sessions, with classes removed in between', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(action, { maxLength: 25 }), (multiLabel, actions) => {
        const folder = newFolder();
        let workspace = openWorkspace(folder);
        for (let i = 1; i <= 5; i++) workspace.media.put(media(`/media/set/clip ${i}.mp4`));
        const schema = workspace.schemas.create({ name: 'S', multiLabel, classes: ['a', 'b', 'c'] });
        const classes = schema.classes.map(({ id }) => id);
        let past: Picture[] = [];
        let now: Picture = { labels: {}, live: [true, true, true] };
        let future: Picture[] = [];
        const take = (next: Picture) => {
          past.push(now);
          now = next;
          future = [];
        };
        for (const act of actions) {
          if (act.kind === 'reopen') {
            workspace.close();
            workspace = openWorkspace(folder);
          } else if (act.kind === 'undo' || act.kind === 'redo') {
            const [from, to] = act.kind === 'undo' ? [past, future] : [future, past];
            const next = from.pop();
            if (!next) continue;
            to.push(now);
            now = next;
            workspace.annotations[act.kind]();
          } else if (act.kind === 'removeClass') {
            if (!now.live[act.klass]) continue;
            workspace.schemas.removeClass(classes[act.klass] as number);
            take({
              labels: Object.fromEntries(Object.entries(now.labels).filter(([key]) => !key.endsWith(`:${act.klass}`))),
              live: now.live.map((live, i) => live && i !== act.klass),
            });
          } else {
            if (!now.live[act.klass]) continue;
            const { changed } = workspace.annotations.set({
              clipIds: act.clipIds,
              classId: classes[act.klass] as number,
              value: act.value,
            });
            const next = { ...now.labels };
            for (const clipId of act.clipIds) {
              if (act.value === null) delete next[`${clipId}:${act.klass}`];
              else next[`${clipId}:${act.klass}`] = act.value;
              if (act.value !== 'positive' || multiLabel) continue;
              for (const other of [0, 1, 2])
                if (other !== act.klass && next[`${clipId}:${other}`] !== 'negative') delete next[`${clipId}:${other}`];
            }
            if (
              JSON.stringify(Object.entries(next).toSorted()) === JSON.stringify(Object.entries(now.labels).toSorted())
            )
              expect(changed).toBe(0);
            else take({ ...now, labels: next });
          }
          const stored = Object.fromEntries(
            workspace.annotations
              .labelled(schema.id)
              .map(({ clipId, classId, value }) => [`${clipId}:${classes.indexOf(classId)}`, value]),
          );
          expect(stored).toEqual(now.labels);
          expect(workspace.schemas.get(schema.id).classes.map(({ id }) => id)).toEqual(
            classes.filter((_, i) => now.live[i]),
          );
        }
        expect(workspace.annotations.undoState()).toMatchObject({ canRedo: future.length > 0 });
        expect(workspace.check().problems).toEqual([]);
        workspace.close();
      }),
      { numRuns: 25 },
    );
  });
});

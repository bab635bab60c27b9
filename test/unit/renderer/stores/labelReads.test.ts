// What one label key costs: one write and at most one read, and every count in the window right without asking.
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clip } from '../../../../src/shared/contract/clip.ts';
import type { LabelStep } from '../../../../src/shared/contract/annotation.ts';
import type { EngineEvent } from '../../../../src/shared/contract/system.ts';

const asked: string[] = [];
const answers: Record<string, (input: never) => unknown> = {};
vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: new Proxy(
    {},
    {
      get: (_, noun: string) =>
        new Proxy(
          {},
          {
            get: (_procedures, verb: string) => async (input: never) => {
              asked.push(`${noun}.${verb}`);
              return answers[`${noun}.${verb}`]?.(input);
            },
          },
        ),
    },
  ),
}));
const { createEventRouter } = await import('../../../../src/renderer/src/stores/eventRouter.ts');
const { useClips } = await import('../../../../src/renderer/src/stores/clips.ts');
const { useCollection } = await import('../../../../src/renderer/src/stores/collection.ts');
const { useFilter } = await import('../../../../src/renderer/src/stores/filter.ts');
const { useHistory } = await import('../../../../src/renderer/src/features/labelling/useHistory.ts');
const { useLabelling } = await import('../../../../src/renderer/src/stores/labelling.ts');
const { useLearning } = await import('../../../../src/renderer/src/stores/learning.ts');
const { useMap } = await import('../../../../src/renderer/src/stores/map.ts');
const { useSchemas } = await import('../../../../src/renderer/src/stores/schemas.ts');

const clip = (id: number): Clip => ({
  id,
  mediaId: id,
  name: `clip ${id}`,
  path: `${id}.mp4`,
  content: 'c0ffee00',
  kind: 'video',
  startS: 0,
  endS: 10,
  badges: [],
  embedded: true,
  labels: [],
  prediction: null,
});
const classOf = (id: number, count: number) => ({
  id,
  schemaId: 1,
  name: `k${id}`,
  colour: '#fff',
  hotkey: null,
  count,
});
const undo = { canUndo: true, canRedo: false, undoText: 'x', redoText: null };
let route: (event: EngineEvent) => void;
let steps = 0;

/** Sets a class on a clip as the engine does: the event comes before the answer. */
function write(clipIds: readonly number[], classId: number): { step: number; changed: number; undo: typeof undo } {
  const before = (clipId: number): number | null => stored.get(clipId) ?? null;
  const entries: LabelStep['entries'] = clipIds.flatMap((clipId) => [
    ...(before(clipId) === null
      ? []
      : [{ clipId, classId: before(clipId)!, before: 'positive' as const, after: null, presence: null }]),
    { clipId, classId, before: null, after: 'positive' as const, presence: null },
  ]);
  for (const clipId of clipIds) stored.set(clipId, classId);
  const step: LabelStep = {
    step: ++steps,
    source: 'human',
    at: '2026-11-30T20:00:00Z',
    entries,
    clips: clipIds.map((clipId) => ({ clipId, labels: [{ classId, value: 'positive', presence: null }] })),
  };
  route({ type: 'annotationsChanged', clipIds: [...clipIds], undo, step });
  return { step: steps, changed: clipIds.length, undo };
}
const stored = new Map<number, number>();

beforeEach(() => {
  setActivePinia(createPinia());
  stored.clear();
  asked.length = 0;
  answers['annotations.set'] = ({ clipIds, classId }: { clipIds: number[]; classId: number }) =>
    write(clipIds, classId);
  answers['annotations.history'] = () => [];
  answers['learning.state'] = () => null;
  answers['schemas.list'] = () => [
    { id: 1, name: 'Sounds', multiLabel: false, classes: [classOf(10, 0), classOf(11, 4)] },
  ];
  answers['collection.summary'] = () => ({ clips: 9, labelled: 4 });
  answers['clips.ids'] = () => ({ clipIds: [1, 2, 3] });
  answers['clips.facets'] = () => ({ labelled: 4, classes: [{ value: 11, count: 4 }], predictions: [] });
  answers['clips.columns'] = () => ({ clipIds: [1, 2, 3], columns: { label: [null, null, null] } });
  answers['clips.byIds'] = ({ clipIds }: { clipIds: number[] }) => ({ rows: clipIds.map(clip) });
  route = createEventRouter();
});

async function begin() {
  const [clips, collection, filter, history, map, schemas] = [
    useClips(),
    useCollection(),
    useFilter(),
    useHistory(),
    useMap(),
    useSchemas(),
  ];
  useLearning();
  await Promise.all([schemas.refresh(), collection.refresh(), filter.refresh()]);
  await map.refreshColumn();
  clips.put([clip(1), clip(2)]);
  // What is read at the start is over.
  await new Promise((resolve) => setTimeout(resolve, 600));
  asked.length = 0;
  return { clips, collection, filter, history, map, schemas };
}
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2200));

describe('a label key', () => {
  it('costs one write and one read, and patches clips, counts, colours and history', async () => {
    const { clips, collection, filter, history, map, schemas } = await begin();
    await useLabelling().set([1], 10, 'positive');
    await quiet();
    expect(asked).toEqual(['annotations.set', 'learning.state']);
    expect(clips.get(1)?.labels).toEqual([{ classId: 10, value: 'positive', presence: null }]);
    expect(schemas.classById.get(10)?.count).toBe(1);
    expect(collection.summary?.labelled).toBe(5);
    expect(filter.facets?.labelled).toBe(5);
    expect(filter.facets?.classes).toContainEqual({ value: 10, count: 1 });
    expect(map.column.get(1)).toBe(10);
    expect(history.steps[0]).toMatchObject({ className: 'k10', clipIds: [1], after: 'positive' });
  });

  it('counts a clip that changes its class once', async () => {
    const { collection, schemas } = await begin();
    await useLabelling().set([1], 10, 'positive');
    await useLabelling().set([1], 11, 'positive');
    expect(collection.summary?.labelled).toBe(5);
    expect([schemas.classById.get(10)?.count, schemas.classById.get(11)?.count]).toEqual([0, 5]);
  });

  it('asks for the clips where the filter goes by labels', async () => {
    const { filter } = await begin();
    filter.set({ labelled: false });
    await quiet();
    asked.length = 0;
    await useLabelling().set([1], 10, 'positive');
    await quiet();
    // Stores of the tests before still listen.
    expect([...new Set(asked)].toSorted()).toEqual(['annotations.set', 'clips.facets', 'clips.ids', 'learning.state']);
  });
});

describe('when all clips may have changed', () => {
  it('only those that something shows are asked for again', async () => {
    const { clips } = await begin();
    clips.put(Array.from({ length: 5000 }, (_, i) => clip(i + 1)));
    clips.invalidate(null);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(asked).toEqual([]);
    clips.get(7);
    clips.get(8);
    await vi.waitFor(() => expect(asked).toEqual(['clips.byIds']));
  });
});

describe('after a training that a person started', () => {
  const job = (id: number, result: object) =>
    ({ id, kind: 'finetune', title: 'Train', status: 'done', failures: 0, error: null, result }) as never;
  it('the map is coloured by its predictions; a refit by itself changes nothing', async () => {
    const { map } = await begin();
    await map.colour('label');
    route({ type: 'jobChanged', job: job(1, { classifierId: 7, quiet: true }) });
    route({ type: 'predictionsChanged', classifierId: 7 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(map.colourBy).toBe('label');
    route({ type: 'jobChanged', job: job(2, { classifierId: 8 }) });
    expect(map.colourBy).toBe('label');
    route({ type: 'predictionsChanged', classifierId: 8 });
    await vi.waitFor(() => expect(map.colourBy).toBe('prediction'));
  });
});

import fc from 'fast-check';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { badge, type Clip, type ClipFilter } from '../../../../../src/shared/contract/clip.ts';
import type { ClipSort } from '../../../../../src/engine/collection/query/clipQuery.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { fillWorkspace } from '../../../../reliability/syntheticWorkspace.ts';

let folder: string;
let workspace: Workspace;
let schemaId: number;
let names: Map<number, string>;
let clips: (Clip & {
  rootId: number;
  cluster: number | null;
  correspondence: number | null;
  uncertainty: number | null;
})[];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cavmae-query-'));
  workspace = Workspace.open(folder);
  ({ schemaId } = fillWorkspace(workspace, 300));
  const other = workspace.schemas.create({ name: 'Other', multiLabel: true, classes: ['x', 'Bird again'] });
  workspace.annotations.set({ clipIds: [1, 2, 250], classId: other.classes[1]?.id as number, value: 'positive' });
  workspace.clips.setScores(
    'correspondence',
    new Map([
      [5, null],
      [6, null],
      [250, null],
    ]),
  );
  names = new Map(
    workspace.schemas.list().flatMap((schema) => schema.classes.map((one) => [one.id, one.name] as const)),
  );
  const columns = workspace.clips.columns(['root', 'cluster', 'correspondence', 'uncertainty']);
  clips = workspace.clips.rows(columns.clipIds).map((clip, i) => ({
    ...clip,
    rootId: columns.columns.root?.[i] as number,
    cluster: columns.columns.cluster?.[i] as number | null,
    correspondence: columns.columns.correspondence?.[i] as number | null,
    uncertainty: columns.columns.uncertainty?.[i] as number | null,
  }));
});
afterAll(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The classifier is of the first schema, whose classes are 1 to 12. */
function isMistaken({ mistaken }: ClipFilter, { labels, prediction }: (typeof clips)[number]): boolean {
  const own = labels.filter(({ classId, value }) => value === 'positive' && classId <= 12);
  return (
    prediction !== null &&
    own.length > 0 &&
    own.every(({ classId }) => classId !== prediction.classId) &&
    (mistaken !== 'sure' || prediction.probability >= 0.8)
  );
}

/** The filter's meaning, written a second time over plain rows. */
function matches(filter: ClipFilter, clip: (typeof clips)[number]): boolean {
  const inSchema = clip.labels.filter(
    ({ classId }) => filter.schemaId === undefined || (classId <= 12 ? schemaId : schemaId + 1) === filter.schemaId,
  );
  const has = (value: string) => inSchema.some((label) => label.value === value);
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${clip.path}\n${clip.name}`.toLowerCase();
  const labelText = clip.labels
    .filter(({ value }) => value === 'positive')
    .map(({ classId }) => (names.get(classId) as string).toLowerCase());
  return (
    words.every((word) => text.includes(word) || labelText.some((label) => label.includes(word))) &&
    (!filter.clipIds || filter.clipIds.includes(clip.id)) &&
    (!filter.mediaIds || filter.mediaIds.includes(clip.mediaId)) &&
    (!filter.rootIds || filter.rootIds.includes(clip.rootId)) &&
    (!filter.kinds || filter.kinds.includes(clip.kind)) &&
    (!filter.badges || filter.badges.some((name) => clip.badges.includes(name))) &&
    (!filter.classIds ||
      clip.labels.some(
        ({ classId, value }) =>
          filter.classIds?.includes(classId) && value === (filter.uncertain ? 'uncertain' : 'positive'),
      )) &&
    (filter.labelled === undefined || has('positive') === filter.labelled) &&
    (filter.uncertain === undefined || has('uncertain') === filter.uncertain) &&
    (!filter.predictedClassIds || filter.predictedClassIds.includes(clip.prediction?.classId ?? -1)) &&
    (!filter.mistaken || isMistaken(filter, clip)) &&
    (!filter.confidence ||
      (clip.prediction !== null &&
        clip.prediction.probability >= filter.confidence[0] &&
        clip.prediction.probability <= filter.confidence[1])) &&
    (!filter.durationS ||
      (clip.endS - clip.startS >= filter.durationS[0] && clip.endS - clip.startS <= filter.durationS[1])) &&
    (!filter.scores?.correspondence ||
      (clip.correspondence !== null &&
        clip.correspondence >= filter.scores.correspondence[0] &&
        clip.correspondence <= filter.scores.correspondence[1])) &&
    (!filter.clusters || filter.clusters.includes(clip.cluster ?? -99)) &&
    (filter.embedded === undefined || clip.embedded === filter.embedded)
  );
}

const ids = (max: number) => fc.uniqueArray(fc.integer({ min: 1, max }), { maxLength: 40 });
const filters: fc.Arbitrary<ClipFilter> = fc.record(
  {
    text: fc.constantFrom('bird', 'BIRD 1', 'dog file 3', 'class 2', 'again', 'café', '%', ''),
    clipIds: ids(320),
    mediaIds: ids(160),
    rootIds: fc.constantFrom([1], [2], [1, 2]),
    kinds: fc.subarray(['video', 'audio', 'image'] as const).map((k) => [...k]),
    badges: fc.subarray([...badge.options], { minLength: 1 }),
    schemaId: fc.integer({ min: 1, max: 2 }),
    classIds: fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { maxLength: 6 }),
    labelled: fc.boolean(),
    uncertain: fc.boolean(),
    predictedClassIds: ids(12),
    mistaken: fc.constantFrom('disagrees' as const, 'sure' as const),
    confidence: fc.constantFrom<[number, number]>([0, 1], [0.5, 0.8], [0.9, 1]),
    durationS: fc.constantFrom<[number, number]>([0, 6], [5, 10]),
    clusters: fc.uniqueArray(fc.integer({ min: -1, max: 30 }), { maxLength: 20 }),
    embedded: fc.boolean(),
    scores: fc.constantFrom<NonNullable<ClipFilter['scores']>>(
      {},
      { correspondence: [-0.5, 0.5] },
      { correspondence: [0, 1] },
    ),
  },
  { requiredKeys: [] },
);

describe('clip filters', () => {
  it('select exactly the clips that a plain reading of the filter does, and facets count those', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const expected = clips.filter((clip) => matches(filter, clip));
        expect(workspace.clips.ids(filter)).toEqual(expected.map(({ id }) => id));
        expect(workspace.clips.count(filter)).toBe(expected.length);
        const facets = workspace.clips.facets(filter, schemaId);
        const counts = (keys: (number | string)[]) =>
          [...Map.groupBy(keys, (key) => key)]
            .map(([value, group]) => ({ value, count: group.length }))
            .toSorted((a, b) => (a.value < b.value ? -1 : 1));
        const sorted = <T extends { value: number | string }>(list: T[]) =>
          list.toSorted((a, b) => (a.value < b.value ? -1 : 1));
        const positive = expected.map((clip) =>
          clip.labels
            .filter(({ classId, value }) => value === 'positive' && classId <= 12)
            .map(({ classId }) => classId),
        );
        expect(facets.total).toBe(expected.length);
        expect(facets.labelled).toBe(positive.filter((list) => list.length).length);
        expect(facets.classes).toEqual(counts(positive.flat()));
        expect(facets.predictions).toEqual(counts(expected.flatMap(({ prediction }) => prediction?.classId ?? [])));
        expect(facets.clusters).toEqual(counts(expected.flatMap(({ cluster }) => cluster ?? [])));
        expect(sorted(facets.kinds)).toEqual(counts(expected.map(({ kind }) => kind)));
        expect(sorted(facets.roots)).toEqual(counts(expected.map(({ rootId }) => rootId)));
        expect(sorted(facets.badges)).toEqual(counts(expected.flatMap(({ badges }) => badges)));
      }),
      { numRuns: 150 },
    );
  });

  it('count anew after every write', () => {
    const count = (filter: ClipFilter) =>
      workspace.clips.facets(filter, schemaId).classes.find(({ value }) => value === 1)?.count ?? 0;
    const unlabelled = workspace.clips.ids({ labelled: false, schemaId }).slice(0, 3);
    const before = [count({}), count({ kinds: ['video', 'audio', 'image'] }), count({ clipIds: unlabelled })];
    workspace.annotations.set({ clipIds: unlabelled, classId: 1, value: 'positive' });
    expect([count({}), count({ kinds: ['video', 'audio', 'image'] }), count({ clipIds: unlabelled })]).toEqual(
      before.map((n) => n + 3),
    );
    workspace.annotations.undo();
    expect([count({}), count({ kinds: ['video', 'audio', 'image'] }), count({ clipIds: unlabelled })]).toEqual(before);
  });
});

describe('score ranges', () => {
  it('are those of the whole collection, whatever the filter, and only of scores that are there', () => {
    const known = clips.flatMap(({ correspondence }) => correspondence ?? []);
    expect(workspace.clips.facets({ text: 'bird' }).scores).toEqual([
      { name: 'correspondence', low: Math.min(...known), high: Math.max(...known) },
    ]);
  });
});

describe('clip order', () => {
  const value: Record<ClipSort['by'], (clip: (typeof clips)[number]) => number | string | null> = {
    id: ({ id }) => id,
    name: ({ name }) => name.toLowerCase(),
    duration: ({ startS, endS }) => endS - startS,
    confidence: ({ prediction }) => prediction?.probability ?? null,
    uncertainty: (clip) => clip.uncertainty,
    correspondence: (clip) => clip.correspondence,
    correspondencePercentile: () => null,
    avDistance: () => null,
    error: () => null,
    commonNeighbours: () => null,
    cluster: (clip) => clip.cluster,
  };

  it.each(Object.keys(value) as ClipSort['by'][])('by %s: sorted, nulls last, and pages join to the whole', (by) => {
    for (const descending of [false, true]) {
      const filter = { text: 'bird' };
      const whole = workspace.clips.ids(filter, { by, descending });
      expect(whole.toSorted((a, b) => a - b)).toEqual(workspace.clips.ids(filter));
      const values = whole.map((id) => value[by](clips[id - 1] as (typeof clips)[number]));
      const known = values.filter((one) => one !== null);
      expect(values.slice(0, known.length)).toEqual(known);
      for (let i = 1; i < known.length; i++)
        expect(
          descending
            ? (known[i - 1] as number) >= (known[i] as number)
            : (known[i - 1] as number) <= (known[i] as number),
        ).toBe(true);
      const pages = Array.from({ length: Math.ceil(whole.length / 7) + 1 }, (_, i) =>
        workspace.clips.list({ filter, sort: { by, descending }, offset: i * 7, limit: 7 }),
      );
      expect(pages.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual(whole);
      expect(pages[0]?.total).toBe(whole.length);
    }
  });
});

describe('columns', () => {
  it('are parallel to the ids, null where nothing is known', () => {
    const { clipIds, columns } = workspace.clips.columns(
      ['label', 'prediction', 'duration', 'media', 'kind', 'badge', 'error', 'correspondence'],
      { schemaId },
    );
    expect(clipIds).toEqual(clips.map(({ id }) => id));
    expect(columns.label).toEqual(
      clips.map(
        ({ labels }) => labels.find(({ classId, value }) => classId <= 12 && value === 'positive')?.classId ?? null,
      ),
    );
    expect(columns.prediction).toEqual(clips.map(({ prediction }) => prediction?.classId));
    expect(columns.duration).toEqual(clips.map(({ startS, endS }) => endS - startS));
    expect(columns.kind).toEqual(clips.map(({ kind }) => kind));
    expect(columns.badge).toEqual(clips.map(({ badges }) => badges[0] ?? null));
    expect(columns.error).toEqual(clips.map(() => null));
    expect(columns.correspondence?.[4]).toBeNull();
    expect(columns.correspondence?.[0]).toBeCloseTo(Math.cos(1), 12);
  });

  it('that are derived cannot be written', () => {
    expect(() => workspace.clips.setScores('label', new Map([[1, 1]]))).toThrowError(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });
});

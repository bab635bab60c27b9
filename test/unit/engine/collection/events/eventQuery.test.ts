import { beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { media } from '../openWorkspace.ts';

const many = 20_000;
let workspace: Workspace;

beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-events-'));
  workspace = Workspace.open(folder);
  for (let i = 0; i < 10; i++) workspace.media.put(media(`/media/set/r${i}.mp4`, { durationS: 10_000 }));
  workspace.schemas.create({ name: 's', classes: ['a', 'b', 'c'] });
  workspace.events.add(
    Array.from({ length: many }, (_, i) => ({
      mediaId: 1 + (i % 10),
      classId: 1 + (i % 3),
      onsetS: i / 4,
      offsetS: i / 4 + 0.5,
      modality: i % 2 ? 'heard' : 'seen',
      value: i % 5 ? 'positive' : 'negative',
      lowHz: i % 3 === 0 ? 1000 : null,
      highHz: i % 3 === 0 ? 2000 : null,
      annotator: i % 7 ? null : 'Ada',
      source: 'import' as const,
      confidence: i / many,
    })),
  );
  return () => {
    workspace.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

describe('EventQuery', () => {
  it.each([
    [{ classIds: [1] }, (i: number) => i % 3 === 0],
    [{ mediaIds: [1, 3] }, (i: number) => i % 10 === 0 || i % 10 === 2],
    [{ modalities: ['heard' as const], values: ['negative' as const] }, (i: number) => i % 2 === 1 && i % 5 === 0],
    [
      { mediaIds: [1], timeS: [100, 200] as [number, number] },
      (i: number) => i % 10 === 0 && i / 4 < 200 && i / 4 + 0.5 >= 100,
    ],
    [{ bandHz: [1500, 9000] as [number, number] }, (i: number) => i % 3 === 0],
    [{ annotators: ['Ada'] }, (i: number) => i % 7 === 0],
    [{ confidence: [0.25, 0.5] as [number, number] }, (i: number) => i / many >= 0.25 && i / many <= 0.5],
    [{ text: 'R3.MP' }, (i: number) => i % 10 === 3],
  ])('filters by %o as a plain loop does', (filter, holds) => {
    const expected = Array.from({ length: many }, (_, i) => i)
      .filter(holds)
      .map((i) => i + 1);
    expect(workspace.eventQuery.ids(filter).toSorted((a, b) => a - b)).toEqual(expected);
    expect(workspace.eventQuery.list(filter, undefined, 0, 1).total).toBe(expected.length);
  });

  it('pages in every order without a gap or a repetition', () => {
    for (const by of ['time', 'class', 'confidence', 'duration', 'id'] as const) {
      const ids: number[] = [];
      for (let offset = 0; offset < many; offset += 10_000)
        ids.push(
          ...workspace.eventQuery.list(undefined, { by, descending: true }, offset, 10_000).rows.map(({ id }) => id),
        );
      expect(new Set(ids).size).toBe(many);
    }
  });

  it('answers pages of the time order from the index, without sorting', () => {
    const plan = workspace.db
      .prepare(
        'EXPLAIN QUERY PLAN SELECT e.id FROM event e ORDER BY e.media_id, e.onset_s, e.offset_s, e.class_id, e.id LIMIT 100',
      )
      .all() as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join(' ')).not.toMatch(/TEMP B-TREE/);
  });

  it('counts by class, modality and annotator', () => {
    const facets = workspace.eventQuery.facets({ classIds: [1, 2] });
    expect(facets.classes.map(({ name, count }) => [name, count])).toEqual([
      ['a', 6667],
      ['b', 6667],
    ]);
    expect(facets.recordings).toBe(10);
    expect(facets.modalities.reduce((sum, { count }) => sum + count, 0)).toBe(facets.total);
  });

  it('draws an overview that counts each event in the bins it touches', () => {
    const { classes } = workspace.eventQuery.overview(2, { startS: 0, endS: 15, bins: 15 });
    const bins = (...touched: number[]) => Array.from({ length: 15 }, (_, bin) => (touched.includes(bin) ? 1 : 0));
    // Recording 2 holds half a second each of b, c, a, b, c, a at 0.25, 2.75, 5.25, 7.75, 10.25 and 12.75 s.
    expect(classes).toEqual([
      { classId: 1, counts: bins(5, 12, 13) },
      { classId: 2, counts: bins(0, 7, 8) },
      { classId: 3, counts: bins(2, 3, 10) },
    ]);
  });

  it('lists recordings with their events, those with events first', () => {
    workspace.media.put(media('/media/set/empty.mp4'));
    const { total, rows } = workspace.eventQuery.recordings({ offset: 0, limit: 20 });
    expect(total).toBe(11);
    expect(rows[0]).toMatchObject({ path: '/media/set/r0.mp4', events: 2000, completeSchemaIds: [] });
    expect(rows.at(-1)).toMatchObject({ path: '/media/set/empty.mp4', events: 0 });
  });
});

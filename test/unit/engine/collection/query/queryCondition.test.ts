import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readValue } from '../../../../../src/engine/collection/metadata/metadataValue.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { media } from '../openWorkspace.ts';

/** Clips 1 and 2 of a, 3 of b, 4 of c. */
function prepared(folder: string): Workspace {
  const workspace = Workspace.open(folder);
  workspace.media.put(
    media('/media/set/a.wav', { kind: 'audio', durationS: 7200 }, [
      [0, 10],
      [3600, 3610],
    ]),
  );
  workspace.media.put(media('/media/set/kitchen table.mp4', {}, [[0, 4]]));
  workspace.media.put(media('/media/set/c.mp4'));
  const set = (mediaId: number, values: Record<string, string>) => {
    for (const [key, text] of Object.entries(values)) {
      const column = workspace.metadata.column(key);
      const value = readValue(column, text);
      if ('problem' in value) throw new Error(value.problem);
      workspace.metadata.set([{ mediaId, columnId: column.id, value }], 'person');
    }
  };
  workspace.metadata.addColumn('depth', 'number');
  workspace.metadata.addColumn('weather at start', 'category');
  set(1, { recorded_at: '2023-10-05T05:30:00+02:00', site: 'Nord-Höhe', depth: '1.5' });
  set(2, { recorded_at: '2023-10-05T23:15:00', site: 'south', 'weather at start': 'rain', tape: 'tape 9' });
  set(3, { recorded_at: '2023-11-01', depth: '20', tape: 'tape 10' });
  const schema = workspace.schemas.create({ name: 's', classes: ['dog', 'cat'] });
  workspace.annotations.set({ clipIds: [1], classId: schema.classes[0]!.id, value: 'positive' });
  workspace.annotations.set({ clipIds: [4], classId: schema.classes[1]!.id, value: 'uncertain' });
  return workspace;
}

describe('a query', () => {
  let folder: string;
  let workspace: Workspace;
  // Every test only reads.
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cavmae-query-'));
    workspace = prepared(folder);
  });
  afterAll(() => {
    workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const ids = (query: string, more = {}): number[] => workspace.clips.ids({ query, ...more });
  it.each<[string, number[]]>([
    ['', [1, 2, 3, 4]],
    ['site = "nord-höhe"', [1, 2]],
    ['site != south', [1, 2]],
    ['site is not set', [4]],
    ['not site = south', [1, 2, 4]],
    ['site in (south, west) or depth > 10', [3, 4]],
    ['depth = 1.5', [1, 2]],
    ['depth between 1 and 20 and kind = video', [4]],
    ['[weather at start] contains RAI', [3]],
    ['tape < "tape 10"', [3]],
    ['hour = 5', [1]],
    ['hour between 22 and 6', [1, 3]],
    ['hour >= 6 and hour < 7', [2]],
    ['recorded_at >= 2023-10-05T06:00 and recorded_at < 2023-10-06', [2, 3]],
    ['recorded_at = 2023-10', [1, 2, 3]],
    ['recorded_at > 2023-10', [4]],
    ['recorded_at = 2023-10-05T03:30:00Z', [1]],
    ['date in (2023-11-01)', [4]],
    ['day = 2023-10-05 and weekday = Thursday', [1, 2, 3]],
    ['month = 2023-11', [4]],
    ['label = dog', [1]],
    ['labelled or uncertain', [1, 4]],
    ['not label = dog and not uncertain', [2, 3]],
    ['duration < 5', [3]],
    ['duration = 10', [1, 2, 4]],
    ['name ~ "kitchen tab"', [3]],
    ['name = "kitchen table.mp4"', [3]],
    ['start >= 3600', [2]],
    ['source = set or id in (3, 4)', [1, 2, 3, 4]],
    ['(site = south or depth = 20) and not embedded', [3, 4]],
    ['confidence > 0.5 or cluster = 3 or correspondence < 1', []],
    ['badge = silent', []],
    ['caption is not set and note is not set', [1, 2, 3, 4]],
  ])('%s', (query, expected) => expect(ids(query)).toEqual(expected));

  it('narrows down together with the other criteria, in lists, counts and facets', () => {
    expect(ids('depth > 1', { kinds: ['audio'] })).toEqual([1, 2]);
    const { clips } = workspace;
    expect(clips.count({ query: 'hour = 5' })).toBe(1);
    expect(clips.facets({ query: 'site = south' })).toMatchObject({ total: 1, kinds: [{ value: 'video', count: 1 }] });
    expect(
      clips
        .list({ filter: { query: 'depth > 1' }, sort: { by: 'name', descending: true }, offset: 0, limit: 2 })
        .rows.map(({ id }) => id),
    ).toEqual([4, 2]);
  });

  it.each([
    ['site = north and colour = red', 'colour is not known, at character 18'],
    ['label = wolf', 'there is no class wolf, at character 9'],
    ['recorded_at > 2023-02-30', '2023-02-30 is no day of the calendar, at character 15'],
    ['label > dog', 'label cannot be compared by “>”'],
  ])('is refused with the place: %s', (query, message) => {
    expect(() => ids(query)).toThrow(message);
    expect(() => ids(query)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error);
  });

  it('binds what was typed, whatever it is', () => {
    expect(ids(`site = "'; DROP TABLE clip; --"`)).toEqual([]);
    expect(ids(`label contains "' OR 1=1"`)).toEqual([]);
    expect(ids('name ~ "%"')).toEqual([]);
    expect(ids('note ~ "\\" OR NEAR("')).toEqual([]);
  });
});

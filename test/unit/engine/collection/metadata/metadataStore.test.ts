import { describe, expect, it } from 'vitest';
import { metadataDrift } from '../../../../../src/engine/collection/metadata/metadataJournal.ts';
import { readValue } from '../../../../../src/engine/collection/metadata/metadataValue.ts';
import type { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { media, newFolder, openWorkspace } from '../openWorkspace.ts';

function prepared(folder = newFolder()): Workspace {
  const workspace = openWorkspace(folder);
  for (const name of ['a', 'b'])
    workspace.media.put(
      media(`/media/set/${name}.wav`, { durationS: 7200 }, [
        [0, 10],
        [3600, 3610],
      ]),
    );
  return workspace;
}
function set(
  workspace: Workspace,
  mediaId: number,
  key: string,
  text: string | null | undefined,
  source: 'person' | 'import' = 'person',
) {
  const column = workspace.metadata.column(key);
  const value = typeof text === 'string' ? readValue(column, text) : text;
  if (value && 'problem' in value) throw new Error(value.problem);
  return workspace.metadata.set([{ mediaId, columnId: column.id, value }], source);
}
const of = (workspace: Workspace, mediaId: number): Record<string, string> =>
  Object.fromEntries(
    Object.entries(workspace.metadata.rows([mediaId])[0]!.values).map(([key, { text, source }]) => [
      key,
      `${text} (${source})`,
    ]),
  );

describe('MetadataStore', () => {
  it('keeps values by type, with undo in the order of all steps', () => {
    const workspace = prepared();
    workspace.metadata.addColumn('weather', 'category');
    set(workspace, 1, 'latitude', '52°30′N');
    set(workspace, 1, 'weather', 'rain');
    set(workspace, 1, 'weather', 'sun', 'import');
    expect(of(workspace, 1)).toEqual({ latitude: '52.5 (person)', weather: 'sun (import)' });
    expect(workspace.annotations.undo()).toMatchObject({ text: 'Set weather of 1 recording', metadata: [1] });
    expect(of(workspace, 1)).toEqual({ latitude: '52.5 (person)', weather: 'rain (person)' });
    workspace.annotations.undo();
    workspace.annotations.undo();
    expect(workspace.annotations.undo()).toMatchObject({ text: 'Add the column weather', metadata: [] });
    expect(workspace.metadata.columns().map(({ key }) => key)).not.toContain('weather');
    for (let i = 0; i < 4; i++) workspace.annotations.redo();
    expect(of(workspace, 1)).toEqual({ latitude: '52.5 (person)', weather: 'sun (import)' });
    expect(workspace.metadata.history(1, 10).map(({ column, before, after }) => [column, before, after])).toEqual([
      ['weather', 'rain', 'sun'],
      ['weather', null, 'rain'],
      ['latitude', null, '52.5'],
    ]);
    expect(workspace.check()).toMatchObject({ ok: true });
  });

  it('finds a column by the names that people use', () => {
    const { metadata } = prepared();
    expect(['Date-Time', 'lat', 'LONGITUDE', 'recorder'].map((name) => metadata.column(name).key)).toEqual([
      'recorded_at',
      'latitude',
      'longitude',
      'device',
    ]);
    expect(() => metadata.column('colour')).toThrow(/no column colour/);
    expect(() => metadata.addColumn('Site', 'text')).toThrow(/column Site already/);
  });

  it('gives another type without losing a value', () => {
    const workspace = prepared();
    const id = workspace.metadata.addColumn('depth', 'text');
    set(workspace, 1, 'depth', '12,5');
    set(workspace, 2, 'depth', 'deep');
    expect(workspace.metadata.updateColumn(id, { type: 'number' })).toEqual({ unread: 1 });
    expect(workspace.metadata.rows(null).map(({ values }) => values.depth)).toMatchObject([
      { text: '12.5', number: 12.5 },
      { text: 'deep', number: null },
    ]);
    workspace.annotations.undo();
    expect(workspace.metadata.rows(null).map(({ values }) => values.depth)).toMatchObject([
      { text: '12,5', number: null },
      { text: 'deep' },
    ]);
  });

  it('keeps what people said of a recording that leaves and comes back', () => {
    const folder = newFolder();
    const workspace = prepared(folder);
    set(workspace, 1, 'site', 'north');
    workspace.removeMedia([1]);
    expect(metadataDrift(workspace.db)).toBe(0);
    const { mediaId } = workspace.media.put(media('/media/set/a.wav', { durationS: 7200 }));
    expect(of(workspace, mediaId)).toEqual({ site: 'north (person)' });
    workspace.annotations.undo();
    expect(of(workspace, mediaId)).toEqual({});
    expect(metadataDrift(workspace.db)).toBe(0);
  });

  it('derives values anew when the table is damaged', () => {
    const workspace = prepared();
    set(workspace, 1, 'site', 'north');
    workspace.db.exec('DELETE FROM metadata_value');
    expect(workspace.check().problems).toEqual(['1 values of metadata differ from their journal']);
    expect(workspace.repair()).toMatchObject({ ok: true });
    expect(of(workspace, 1)).toEqual({ site: 'north (person)' });
  });
});

describe('ClipMetadata', () => {
  it('knows when each clip begins, by the clock of the place', () => {
    const workspace = prepared();
    set(workspace, 1, 'recorded_at', '2023-10-29T02:30:00+02:00[Europe/Berlin]');
    set(workspace, 2, 'recorded_at', '2023-10-05');
    set(workspace, 2, 'site', 'north');
    const column = (name: string) => workspace.clipMetadata.column(name).values;
    expect(column('time')).toEqual([
      Date.UTC(2023, 9, 29, 0, 30) / 1000,
      Date.UTC(2023, 9, 29, 1, 30) / 1000,
      Date.UTC(2023, 9, 5) / 1000,
      Date.UTC(2023, 9, 5, 1) / 1000,
    ]);
    // An hour later the clocks show the same: daylight saving ended between the two clips.
    expect(column('hour')).toEqual([2.5, 2.5, null, null]);
    expect(column('day')).toEqual(['2023-10-29', '2023-10-29', '2023-10-05', '2023-10-05']);
    expect(column('month').at(0)).toBe('2023-10');
    expect(column('weekday')).toEqual(['Sunday', 'Sunday', 'Thursday', 'Thursday']);
    expect(column('site')).toEqual([null, null, 'north', 'north']);
    set(workspace, 1, 'site', 'south');
    expect(column('site')).toEqual(['south', 'south', 'north', 'north']);
    expect(() => column('colour')).toThrow(/no column colour/);
  });
});

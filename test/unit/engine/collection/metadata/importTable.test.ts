import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportTable } from '../../../../../src/engine/collection/metadata/table/exportTable.ts';
import { importTable, type TableImport } from '../../../../../src/engine/collection/metadata/table/importTable.ts';
import { inspectTable } from '../../../../../src/engine/collection/metadata/table/tableFile.ts';
import type { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { media, newFolder, openWorkspace } from '../openWorkspace.ts';

function prepared(): { workspace: Workspace; table(content: string | Buffer): string } {
  const folder = newFolder();
  const workspace = openWorkspace();
  for (const name of ['a', 'b', 'c']) workspace.media.put(media(`/media/set/day 1/${name}.wav`));
  let n = 0;
  return {
    workspace,
    table(content) {
      const file = path.join(folder, `table ${++n}.csv`);
      writeFileSync(file, content);
      return file;
    },
  };
}
const read = (workspace: Workspace, file: string, more: Partial<TableImport> = {}) =>
  importTable(workspace, { path: file, replace: false, dryRun: false, ...more });
const values = (workspace: Workspace): Record<string, string>[] =>
  workspace.metadata
    .rows(null)
    .map((row) => Object.fromEntries(Object.entries(row.values).map(([key, { text }]) => [key, text])));

describe('importTable', () => {
  it('joins by path, name or stem, makes columns by their cells, and is one step', async () => {
    const { workspace, table } = prepared();
    const file = table(
      'file;date;time;Site;depth;weather\nday 1/a.wav;05.10.2023;06:30;north;1,5;rain\nb.wav;05.10.2023;07:30;south;2;rain\nc;06.10.2023;;south;;sun\nd.wav;;;;;\n',
    );
    const dry = await read(workspace, file, { dryRun: true, zone: 'Europe/Berlin' });
    expect(dry).toMatchObject({
      columns: ['recorded_at', 'site', 'depth', 'weather'],
      newColumns: [
        { column: 'depth', type: 'number' },
        { column: 'weather', type: 'category' },
      ],
      matched: 3,
      unmatched: [{ line: 5, key: 'd.wav', reason: 'no file of the collection is called d.wav' }],
      joinedOn: 'file',
      changed: 11,
      step: null,
    });
    expect(values(workspace)).toEqual([{}, {}, {}]);
    expect(await read(workspace, file, { zone: 'Europe/Berlin' })).toMatchObject({
      changed: 11,
      zones: [{ zone: 'Europe/Berlin', count: 2 }],
    });
    expect(values(workspace)).toEqual([
      { recorded_at: '2023-10-05T06:30:00+02:00[Europe/Berlin]', site: 'north', depth: '1.5', weather: 'rain' },
      { recorded_at: '2023-10-05T07:30:00+02:00[Europe/Berlin]', site: 'south', depth: '2', weather: 'rain' },
      { recorded_at: '2023-10-06', site: 'south', weather: 'sun' },
    ]);
    expect(await read(workspace, file, { zone: 'Europe/Berlin' })).toMatchObject({ changed: 0, step: null });
    expect(workspace.annotations.undo()).toMatchObject({
      text: expect.stringContaining('Import metadata from table') as string,
    });
    expect(values(workspace)).toEqual([{}, {}, {}]);
    expect(workspace.annotations.undoState().canUndo).toBe(false);
    expect(workspace.check()).toMatchObject({ ok: true });
  });

  it('joins on a column of metadata, one row for many recordings', async () => {
    const { workspace, table } = prepared();
    await read(workspace, table('name,site\na,north\nb,north\nc,south'));
    const report = await read(workspace, table('site,lat,lon\nNorth,52.5,13.4\nwest,1,2'), { key: 'site' });
    expect(report).toMatchObject({
      joinedOn: 'site',
      matched: 2,
      unmatchedCount: 1,
      columns: ['latitude', 'longitude'],
    });
    expect(values(workspace)[1]).toEqual({ site: 'north', latitude: '52.5', longitude: '13.4' });
  });

  it('keeps what people set by hand unless told otherwise', async () => {
    const { workspace, table } = prepared();
    workspace.metadata.set(
      [{ mediaId: 1, columnId: workspace.metadata.column('site').id, value: { text: 'pond', number: null } }],
      'person',
    );
    const file = table('name,site\na,north\nb,north');
    expect(await read(workspace, file)).toMatchObject({ kept: 1, changed: 1 });
    expect(values(workspace)[0]).toEqual({ site: 'pond' });
    expect(await read(workspace, file, { replace: true })).toMatchObject({ kept: 0, changed: 1 });
    expect(values(workspace)[0]).toEqual({ site: 'north' });
  });

  it('names rows that contradict each other, impossible dates, and daylight saving', async () => {
    const { workspace, table } = prepared();
    const file = table(
      'name,recorded_at,depth\na,2023-02-30 10:00,1\nb,2023-03-26 02:30,2\nb,2023-03-26 02:30,2\nc,2023-10-05 10:00,3\nc,2023-10-05 11:00,3\n',
    );
    const report = await read(workspace, file, {
      dryRun: true,
      zone: 'Europe/Berlin',
      columns: { recorded_at: { column: 'recorded_at' }, depth: { column: 'depth', type: 'number' } },
    });
    expect(report).toMatchObject({
      duplicates: [{ path: 'c.wav', lines: [5, 6] }],
      problems: [
        { line: 2, column: 'recorded_at', value: '2023-02-30 10:00', reason: '2023-02-30 is no day of the calendar' },
        { line: 3, reason: expect.stringContaining('does not exist in Europe/Berlin') as string },
      ],
      changed: 2,
    });
  });

  it('finds out which way round dates are, and says where both ways occur or neither is sure', async () => {
    const { workspace, table } = prepared();
    await read(workspace, table('name,date\na,05/10/2023\nb,25/10/2023'));
    expect(values(workspace)[0]).toEqual({ recorded_at: '2023-10-05' });
    const mixed = await read(workspace, table('name,date\na,05/25/2023\nb,25/10/2023\nc,01/02/2023'), { dryRun: true });
    expect(mixed.notes).toContain('recorded_at has dates with the day first and with the month first');
    expect(mixed.problems.map(({ line }) => line)).toEqual([4]);
    expect((await read(workspace, table('name,date\na,05/10/2023'), { dryRun: true })).problems[0]?.reason).toContain(
      'day/month or month/day',
    );
    await read(workspace, table('name,date\nc,05/10/2023'), { dayFirst: false });
    expect(values(workspace)[2]).toEqual({ recorded_at: '2023-05-10' });
  });

  it('tells mixed zones, and times without one', async () => {
    const { workspace, table } = prepared();
    const { zones, notes } = await read(
      workspace,
      table('name,datetime\na,2023-10-05T06:30+02:00\nb,2023-10-05T06:30Z\nc,2023-10-05 06:30'),
    );
    expect(zones.map(({ zone }) => zone).toSorted()).toEqual(['+02:00', 'Z', 'none']);
    expect(notes).toEqual([
      '1 times name no time zone; choose one if the recordings are compared across zones',
      expect.stringContaining('3 time zones') as string,
    ]);
  });

  it('reads other encodings, and says so', async () => {
    const { workspace, table } = prepared();
    const latin = await read(workspace, table(Buffer.from('name,site\na,Höhle\n', 'latin1')));
    expect(latin).toMatchObject({
      encoding: 'windows-1252',
      notes: [expect.stringContaining('Windows-1252') as string],
    });
    expect(values(workspace)[0]).toEqual({ site: 'Höhle' });
    await read(workspace, table(Buffer.from('\uFEFFname\tsite\nb\tÅsen\n', 'utf16le')));
    expect(values(workspace)[1]).toEqual({ site: 'Åsen' });
    await expect(read(workspace, table(Buffer.from([80, 75, 3, 4, 0, 0, 1, 0])))).rejects.toThrow(/no text/);
  });

  it('refuses what is too wide before anything changes, and takes the columns that are named', async () => {
    const { workspace, table } = prepared();
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const file = table(`name,${names.join(',')}\na,${names.map((_, i) => i).join(',')}\n`);
    expect((await inspectTable(file)).columns).toHaveLength(10_001);
    await expect(read(workspace, file, { dryRun: true })).rejects.toThrow(/10000 columns; at most 200/);
    expect(await read(workspace, file, { columns: { c7: { column: 'seven' } } })).toMatchObject({
      columns: ['seven'],
      changed: 1,
    });
    expect(values(workspace)[0]).toEqual({ seven: '7' });
    const columns = workspace.metadata.columns().length;
    await expect(read(workspace, table('name,site,Site name\na,1,2'))).rejects.toThrow(
      /two columns of the table go into site/,
    );
    await expect(read(workspace, table('x,y\n1,2'))).rejects.toThrow(/called like a file/);
    await expect(read(workspace, table(''))).rejects.toThrow(/is empty/);
    await expect(read(workspace, '/nowhere/table.csv')).rejects.toThrow(/there is no file/);
    expect(workspace.metadata.columns()).toHaveLength(columns);
  });

  it('reads back what it exports', async () => {
    const { workspace, table } = prepared();
    await read(
      workspace,
      table('name,date,site,depth,note\na,2023-10-05T06:30:00+02:00,"=1+1",-2.5,"two\nlines"\nb,2023-10-06,x,3,'),
    );
    const before = values(workspace);
    const file = table('');
    expect(exportTable(workspace, file, 'csv', null)).toMatchObject({ recordings: 3 });
    const again = openWorkspace();
    for (const name of ['a', 'b', 'c']) again.media.put(media(`/elsewhere/day 1/${name}.wav`));
    await read(again, file);
    expect(values(again)).toEqual(before);
  });
});

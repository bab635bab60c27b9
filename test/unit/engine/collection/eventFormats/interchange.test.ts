// Events out and in again, in every format; and what an import refuses, names and leaves alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventFormats, guessEventFormat } from '../../../../../src/engine/collection/eventFormats/eventFormats.ts';
import { exportEvents } from '../../../../../src/engine/collection/eventFormats/exportEvents.ts';
import { importEvents } from '../../../../../src/engine/collection/eventFormats/importEvents.ts';
import type { EventImport } from '../../../../../src/engine/collection/eventFormats/planEventImport.ts';
import type { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import type { EventFormat } from '../../../../../src/shared/contract/event.ts';
import { media, openWorkspace } from '../openWorkspace.ts';

let folder: string;
let workspace: Workspace;
const at = (name: string) => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'event-formats-'));
  workspace = openWorkspace();
  for (const name of ['a', 'b']) workspace.media.put(media(`/media/${name}.mp4`, { durationS: 30 }, [[0, 10]]));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mark(mediaId: number, classId: number, onsetS: number, offsetS: number | null, change = {}): void {
  const defaults = {
    modality: 'heard',
    value: 'positive',
    lowHz: null,
    highHz: null,
    annotator: null,
    source: 'person',
  } as const;
  workspace.events.add([{ mediaId, classId, onsetS, offsetS, ...defaults, ...change }]);
}
/** Two recordings, intervals that touch, a point, a band, and what is seen. */
function marked(): void {
  const { classes } = workspace.schemas.create({ name: 'calls', multiLabel: true, classes: ['trill, long', 'buzz'] });
  const [trill, buzz] = classes.map(({ id }) => id) as [number, number];
  mark(1, trill, 1.25, 2.5, { lowHz: 1000, highHz: 4000 });
  mark(1, buzz, 2.5, 3.125);
  mark(1, trill, 12.001, 12.75, { modality: 'seen' });
  mark(2, buzz, 4, null);
  mark(2, trill, 7.5, 8.5);
}
const plain = (from: Workspace) =>
  from.eventQuery
    .list({}, undefined, 0, 1000)
    .rows.map((row) => [row.mediaId, row.class, row.onsetS, row.offsetS, row.modality, row.lowHz] as const);
const input = (file: string, format: EventFormat, more: Partial<EventImport> = {}): EventImport => ({
  path: file,
  format,
  modality: 'heard',
  complete: false,
  dryRun: false,
  ...more,
});

/** What each format cannot keep: the modality, the band, that an event is a point. */
const drops: Record<EventFormat, { modality?: true; band?: true; point?: true }> = {
  csv: {},
  raven: { point: true },
  audacity: { modality: true },
  elan: { band: true, point: true },
  textgrid: { band: true },
  boris: { modality: true, band: true },
  via: { band: true },
};

describe.each(Object.keys(drops) as EventFormat[])('%s', (format) => {
  it('brings back what it wrote, says what it cannot keep, and is recognised', async () => {
    marked();
    const before = plain(workspace);
    const target = at(`out${eventFormats[format].holds === 'collection' ? eventFormats[format].extension : ''}`);
    const { files, events, lost } = await exportEvents(workspace, { path: target, format });
    expect(events).toBe(5);
    expect(await guessEventFormat(files[0]!)).toBe(format);
    const { modality, band, point } = drops[format];
    if (band) expect(lost.join()).toContain('frequency');
    if (modality) expect(lost.join()).toContain('heard or seen');
    const second = openWorkspace();
    for (const name of ['a', 'b']) second.media.put(media(`/media/${name}.mp4`, { durationS: 30 }, [[0, 10]]));
    for (const file of files) await importEvents(second, input(file, format, { schema: 'calls' }));
    const after = plain(second).map(([mediaId, name, onsetS, offsetS, ...rest]) => [
      mediaId,
      name.replace(' (point)', ''),
      onsetS,
      point && offsetS !== null && offsetS - onsetS < 0.0015 ? null : offsetS,
      ...rest,
    ]);
    const order = <T extends readonly unknown[]>(rows: readonly T[]): T[] =>
      rows.toSorted((x, y) => Number(x[0]) - Number(y[0]) || (x[2] as number) - (y[2] as number));
    expect(order(after)).toEqual(
      order(before).map(([mediaId, name, onsetS, offsetS, how, lowHz]) => [
        mediaId,
        name,
        expect.closeTo(onsetS, 2),
        offsetS === null ? null : expect.closeTo(offsetS, 2),
        modality ? 'heard' : how,
        band ? null : lowHz,
      ]),
    );
  });
});

describe('an import of events', () => {
  const csv = (...rows: string[]) => {
    const file = at('events.csv');
    writeFileSync(file, ['file,onset_s,offset_s,label,modality', ...rows].join('\n'));
    return file;
  };

  it('writes nothing in a dry run, and says what would match', async () => {
    const file = csv(
      'a.mp4,1,2,trill,heard',
      'c.mp4,1,2,trill,heard',
      'a.mp4,5,4,trill,heard',
      'a.mp4,x,4,trill,heard',
      'b.mp4,40,41,trill,heard',
    );
    const { report } = await importEvents(workspace, input(file, 'csv', { dryRun: true }));
    expect(report).toMatchObject({ events: 1, recordings: 2, problemCount: 3, written: false, schema: 'events' });
    expect(report.unmatched).toMatchObject([{ path: 'c.mp4', events: 1 }]);
    expect(report.problems.map(({ reason }) => reason).join('\n')).toMatch(
      /before the onset[\s\S]*not a number[\s\S]*beyond the end/,
    );
    expect([workspace.schemas.list(), plain(workspace)]).toEqual([[], []]);
  });

  it('is one step, which undo takes back whole', async () => {
    await importEvents(workspace, input(csv('a.mp4,1,2,trill,heard', 'b.mp4,1,,buzz,seen'), 'csv', { complete: true }));
    const schemaId = workspace.schemas.list()[0]!.id;
    expect([plain(workspace).length, workspace.events.completeMedia(schemaId)]).toEqual([2, [1, 2]]);
    workspace.annotations.undo();
    expect([workspace.schemas.list(), plain(workspace)]).toEqual([[], []]);
  });

  it('does not write an event twice', async () => {
    const file = csv('a.mp4,1,2,trill,heard', 'a.mp4,1,2,trill,heard');
    await importEvents(workspace, input(file, 'csv'));
    const { report } = await importEvents(workspace, input(file, 'csv'));
    expect(report).toMatchObject({ events: 0, known: 2 });
    expect(plain(workspace)).toHaveLength(1);
  });

  it('maps names of the file to classes, and remembers it for the schema', async () => {
    await importEvents(
      workspace,
      input(csv('a.mp4,1,2,TR,heard'), 'csv', { schema: 'calls', classNames: { TR: 'trill' } }),
    );
    const { report } = await importEvents(workspace, input(csv('a.mp4,3,4,TR,heard'), 'csv', { schema: 'calls' }));
    expect(report.classes).toEqual([{ name: 'TR', as: 'trill', events: 1, isNew: false }]);
    expect(plain(workspace).map((row) => row[1])).toEqual(['trill', 'trill']);
  });

  it('warns of overlapping events of a class', async () => {
    const { report } = await importEvents(
      workspace,
      input(csv('a.mp4,1,3,trill,heard', 'a.mp4,2,4,trill,heard'), 'csv', { dryRun: true }),
    );
    expect(report.warnings).toEqual(['/media/a.mp4: two events of trill overlap at 2.00 s'.replace('/media/', '')]);
  });

  it('names two recordings of one name, and matches where the table gives the folder', async () => {
    workspace.media.put(media('/media/north/twin.mp4', { durationS: 30 }, [[0, 10]]));
    workspace.media.put(media('/media/south/twin.mp4', { durationS: 30 }, [[0, 10]]));
    const file = csv('twin.mp4,1,2,trill,heard', '/media/south/twin.mp4,3,4,trill,heard');
    const { report } = await importEvents(workspace, input(file, 'csv'));
    expect(report.unmatched).toMatchObject([{ path: 'twin.mp4', events: 1, reason: expect.stringContaining('twin') }]);
    expect(plain(workspace)).toMatchObject([[4, 'trill', 3, 4, 'heard', null]]);
  });

  it('names an event of zero length, and reads a table in UTF-16', async () => {
    const text = 'file,onset_s,offset_s,label,modality\na.mp4,3,,trill,heard\na.mp4,4,4,trill,heard\n';
    writeFileSync(at('wide.csv'), Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
    const { report } = await importEvents(workspace, input(at('wide.csv'), 'csv'));
    expect(report.problems).toMatchObject([{ line: 3, reason: expect.stringContaining('zero length') }]);
    expect(plain(workspace)).toEqual([[1, 'trill', 3, null, 'heard', null]]);
  });

  it('names a file that is not text, has no columns, or is not there', async () => {
    writeFileSync(at('odd.csv'), Buffer.from([0x66, 0xff, 0xfe, 0xfd, 0x0a]));
    await expect(importEvents(workspace, input(at('odd.csv'), 'csv'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    writeFileSync(at('bare.csv'), 'when,what\n1,2\n');
    await expect(importEvents(workspace, input(at('bare.csv'), 'csv'))).rejects.toThrow(
      'no column file, onset_s, label',
    );
    await expect(importEvents(workspace, input(at('none.csv'), 'csv'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

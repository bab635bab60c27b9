import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { exportLabels } from '../../../../../src/engine/collection/labels/exportLabels.ts';
import { importLabels } from '../../../../../src/engine/collection/labels/importLabels.ts';
import type { LabelFormatName } from '../../../../../src/engine/collection/labels/labelFormats.ts';
import { neutralise, restore } from '../../../../../src/engine/collection/labels/safeCsv.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { media } from '../openWorkspace.ts';

const hostile = fc.constantFrom(
  '=1+1',
  '+x',
  '-x',
  '@SUM(A1)',
  "'=y",
  "''-z",
  '#tag',
  'a,b',
  'a;b',
  'say "hi"',
  'tab\there',
  'two\nlines',
  'café',
  '音',
  '/m/09x0r',
  '50%',
  '..',
  'CON',
  'a/b',
);
const words = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.constantFrom('a', 'B', '3', ' ', '_', '-', "'", 'é', '字', '"', ',', '=', '#', '/', '.', '%'),
});
const className = fc
  .oneof(hostile, words)
  .map((name) => name.trim())
  .filter((name) => name.length > 0);
/** Names that a file system takes. */
const fileName = fc
  .oneof(hostile, words)
  .map((name) => name.replaceAll(/[/\n\t]/g, '_').trim())
  .filter((name) => name.length > 0 && !/^\.+$/.test(name));
const start = fc.double({ min: 0, max: 5000, noNaN: true, noDefaultInfinity: true });

interface Case {
  files: { folder: string; name: string; ext: string; windows: [number, number][] }[];
  classes: string[];
  marks: {
    clip: number;
    klass: number;
    value: 'positive' | 'negative' | 'uncertain';
    presence: 'audible' | 'visible' | 'both' | null;
  }[];
  multiLabel: boolean;
}

const windows = fc.oneof(
  fc.constant<[number, number][]>([[0, 10]]),
  fc
    .uniqueArray(
      start.map((s) => Math.round(s * 4) / 4),
      { minLength: 2, maxLength: 3 },
    )
    .map((starts) => starts.map((s): [number, number] => [s, s + 10])),
);
const someCase: fc.Arbitrary<Case> = fc.record({
  files: fc.uniqueArray(
    fc.record({
      folder: fc.constantFrom('', 'sub', 'sub/deep', 'sub two'),
      name: fileName,
      ext: fc.constantFrom('.mp4', '.wav', '.mkv', ''),
      windows,
    }),
    { minLength: 1, maxLength: 5, selector: ({ folder, name, ext }) => `${folder}/${name}${ext}`.normalize('NFC') },
  ),
  classes: fc.uniqueArray(className, { minLength: 1, maxLength: 4 }),
  marks: fc.array(
    fc.record({
      clip: fc.nat(20),
      klass: fc.nat(10),
      value: fc.constantFrom('positive' as const, 'positive' as const, 'negative' as const, 'uncertain' as const),
      presence: fc.constantFrom(null, 'audible' as const, 'visible' as const, 'both' as const),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  multiLabel: fc.boolean(),
});

/** A workspace with the files of a case; the files are really there when links to them will be made. */
function fill(folder: string, { files }: Case, real: boolean): Workspace {
  const workspace = Workspace.open(path.join(folder, 'ws'));
  // Hundreds of workspaces: what is tested here is not whether they survive a power cut.
  workspace.db.pragma('synchronous = OFF');
  const root = path.join(folder, 'media');
  mkdirSync(root, { recursive: true });
  workspace.roots.ensureFolder(root);
  for (const [i, file] of files.entries()) {
    const place = path.join(root, file.folder, `${file.name}${file.ext}`);
    if (real) {
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, `file ${i}`);
    }
    workspace.media.put(media(place, {}, file.windows));
  }
  return workspace;
}

type Fact = [clip: number, label: string, value: string, presence: string | null];
const facts = (workspace: Workspace): Fact[] =>
  workspace.schemas
    .list()
    .flatMap((schema) => {
      const names = new Map(schema.classes.map(({ id, name }) => [id, name]));
      return workspace.annotations
        .full(schema.id)
        .map(({ clipId, classId, value, presence }): Fact => [clipId, names.get(classId) as string, value, presence]);
    })
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

async function roundTrip(format: LabelFormatName, one: Case, expected: (fact: Fact) => Fact | null): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-labels-'));
  const opened: Workspace[] = [];
  try {
    const first = fill(path.join(folder, 'one'), one, format === 'folders');
    opened.push(first);
    const schema = first.schemas.create({ name: '=Schema, one', multiLabel: one.multiLabel, classes: one.classes });
    const clipIds = first.clips.ids();
    for (const { clip, klass, value, presence } of one.marks) {
      first.annotations.set({
        clipIds: [clipIds[clip % clipIds.length] as number],
        classId: schema.classes[klass % schema.classes.length]?.id as number,
        value,
        presence,
      });
    }
    const before = facts(first);
    const kept = before.map(expected).filter((fact) => fact !== null);
    const target = path.join(folder, 'out', 'labels.txt');
    const exported = await exportLabels(first, { path: target, format });
    expect(exported.annotations).toBe(kept.length);

    // Into the same collection, cleared; into a schema that already is there, so that single-label stays single-label.
    first.schemas.remove(schema.id);
    const again = first.schemas.create({ name: '=Schema, one', multiLabel: one.multiLabel });
    const dry = await importLabels(first, { path: target, format, dryRun: true, schemaId: again.id });
    expect(facts(first)).toEqual([]);
    const report = await importLabels(first, { path: target, format, schemaId: again.id });
    expect(report).toEqual({ ...dry, written: report.annotations > 0 });
    expect(report.unmatched).toEqual([]);
    expect(report.annotations).toBe(kept.length);
    expect(facts(first)).toEqual(kept);
    if (kept.length) {
      first.annotations.undo();
      expect(facts(first)).toEqual([]);
      expect(first.schemas.get(again.id).classes).toEqual([]);
    }
  } finally {
    for (const workspace of opened) workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const positives = ([clip, label, value]: Fact): Fact | null =>
  value === 'positive' ? [clip, label, value, null] : null;

describe('labels out and in again', () => {
  it.each(['csv', 'jsonl'] as const)('are exact with value and presence: %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(someCase, (one) => roundTrip(format, one, (fact) => fact)),
      { numRuns: 15 },
    );
  });

  it.each(['audioset-csv', 'cavmae-json', 'folders'] as const)('are exact for positive labels: %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(someCase, (one) => roundTrip(format, one, positives)),
      { numRuns: 15 },
    );
  });

  it('are exact for a name that ends in a dot, whose link ends in a time and a dot', async () => {
    await roundTrip(
      'folders',
      {
        files: [
          {
            folder: '',
            name: 'a.',
            ext: '',
            windows: [
              [0, 10],
              [35.25, 45.25],
            ],
          },
        ],
        classes: ['a'],
        marks: [{ clip: 1, klass: 0, value: 'positive', presence: null }],
        multiLabel: false,
      },
      positives,
    );
  });

  it('are exact for positive labels: vggsound-csv, whose segments have no end', async () => {
    await fc.assert(
      fc.asyncProperty(someCase, (one) => roundTrip('vggsound-csv', one, positives)),
      { numRuns: 15 },
    );
  });

  it('are exact in Parquet', async () => {
    await fc.assert(
      fc.asyncProperty(someCase, async (one) => {
        const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-labels-'));
        const workspace = fill(folder, one, false);
        const schema = workspace.schemas.create({ name: 'S', multiLabel: true, classes: one.classes });
        const clipIds = workspace.clips.ids();
        for (const { clip, klass, value, presence } of one.marks)
          workspace.annotations.set({
            clipIds: [clipIds[clip % clipIds.length] as number],
            classId: schema.classes[klass % schema.classes.length]?.id as number,
            value,
            presence,
          });
        const { files } = await exportLabels(workspace, { path: path.join(folder, 'x.parquet'), format: 'parquet' });
        const bytes = readFileSync(files[0] as string);
        const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
        expect(
          rows
            .map((row): Fact => [
              row.clip as number,
              row.label as string,
              row.value as string,
              (row.presence ?? null) as string | null,
            ])
            .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
        ).toEqual(facts(workspace));
        workspace.close();
        rmSync(folder, { recursive: true, force: true });
      }),
      { numRuns: 10 },
    );
  });
});

describe('formula injection', () => {
  it('is neutralised in every text cell, and taken back exactly', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, words, fc.string()), (text) => {
        expect(neutralise(text)).not.toMatch(/^[=+\-@\t\r]/);
        expect(restore(neutralise(text))).toBe(text);
      }),
    );
  });
});

it('files are written whole or not at all', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-labels-'));
  const workspace = fill(
    folder,
    { files: [{ folder: '', name: 'a', ext: '.mp4', windows: [[0, 10]] }], classes: [], marks: [], multiLabel: false },
    false,
  );
  const schema = workspace.schemas.create({ name: 'S', classes: ['x'] });
  workspace.annotations.set({ clipIds: [1], classId: schema.classes[0]?.id as number, value: 'positive' });
  mkdirSync(path.join(folder, 'taken'));
  writeFileSync(path.join(folder, 'file'), 'x');
  await expect(exportLabels(workspace, { path: path.join(folder, 'file', 'x.csv'), format: 'csv' })).rejects.toThrow();
  expect((await exportLabels(workspace, { path: path.join(folder, 'taken'), format: 'csv' })).files).toEqual([
    path.join(folder, 'taken', 'labels.csv'),
  ]);
  expect(readdirSync(path.join(folder, 'taken'))).toEqual(['labels.csv']);
  // Of chosen clips only.
  const some = { path: path.join(folder, 'some.csv'), format: 'csv' as const };
  expect((await exportLabels(workspace, { ...some, clipIds: [2] })).annotations).toBe(0);
  expect((await exportLabels(workspace, { ...some, clipIds: [1] })).annotations).toBe(1);
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportLabels } from '../../../../../src/engine/collection/labels/exportLabels.ts';
import { importLabels } from '../../../../../src/engine/collection/labels/importLabels.ts';
import type { LabelFormatName } from '../../../../../src/engine/collection/labels/labelFormats.ts';
import { media, newFolder, openWorkspace } from '../openWorkspace.ts';

/** dog.mp4, deep/cat.wav, two files called same.mp4, long.wav in three windows, and a cut of a YouTube recording. */
function collection() {
  const folder = newFolder();
  const workspace = openWorkspace(path.join(folder, 'ws'));
  const root = path.join(folder, 'set');
  workspace.roots.ensureFolder(root);
  const put = (name: string, windows?: [number, number][]) =>
    workspace.media.put(media(path.join(root, name), {}, windows)).clipIds;
  const ids = {
    dog: put('dog.mp4'),
    cat: put('deep/cat.wav'),
    same: [...put('a/same.mp4'), ...put('b/same.mp4')],
    long: put('long.wav', [
      [0, 10],
      [10, 20],
      [20, 25],
    ]),
    cut: put('---g-f_I2yQ_000001.mp4'),
    segment: put('--PJHxphWEs.mp4'),
  };
  const file = (name: string, text: string) => {
    const target = path.join(folder, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    return target;
  };
  const labelled = () =>
    workspace.schemas
      .list()
      .flatMap((schema) =>
        workspace.annotations
          .full(schema.id)
          .map(
            ({ clipId, classId, value }) =>
              `${clipId} ${schema.classes.find(({ id }) => id === classId)?.name}${value === 'positive' ? '' : ` ${value}`}`,
          ),
      )
      .toSorted();
  const read = (target: string, format: LabelFormatName, more = {}) =>
    importLabels(workspace, { path: target, format, ...more });
  return { folder, root, workspace, ids, file, labelled, read };
}

describe('plain CSV', () => {
  it('matches by path, window and overlap, and reports the rest with line and reason', async () => {
    const { ids, file, read, labelled, workspace } = collection();
    const target = file(
      'my labels.csv',
      '\uFEFFpath,start,end,label\r\ndog.mp4,,,dog\n/elsewhere/deep/cat.wav,0,10,cat\nsame.mp4,,,dog\nb/same.mp4,0,10,dog\nlong.wav,9.5,20.2,rain\nlong.wav,30,40,rain\nnone.mp4,,,dog\ndog.mp4,x,,dog\ndog.mp4,,,\nlong.wav,0:20,0:25,bell\ndog.mp4,,,cat\n',
    );
    const dry = await read(target, 'csv', { dryRun: true });
    expect(workspace.schemas.list()).toEqual([]);
    expect(dry).toEqual({
      // Line 12 gives dog.mp4 a second label, so the schema is one of several labels. Line 6 overlaps one window by
      // half or more.
      annotations: 6,
      matchedClips: 5,
      replaced: 0,
      newClasses: ['dog', 'cat', 'rain', 'bell'],
      classes: [
        ['dog', 2],
        ['cat', 2],
        ['rain', 1],
        ['bell', 1],
      ].map(([name, annotations]) => ({ name, schema: 'my labels', annotations, isNew: true })),
      sample: [
        [2, 'dog.mp4', 'dog', 'dog.mp4'],
        [3, '/elsewhere/deep/cat.wav', 'cat', 'cat.wav'],
        [5, 'b/same.mp4', 'dog', 'same.mp4'],
        [6, 'long.wav', 'rain', 'long.wav 0:10–0:20'],
        [11, 'long.wav', 'bell', 'long.wav 0:20–0:25'],
        [12, 'dog.mp4', 'cat', 'dog.mp4'],
      ].map(([line, given, label, clip]) => ({ line, path: given, label, clips: [clip] })),
      unmatched: [
        { line: 4, reason: '2 files of the collection are called same.mp4' },
        { line: 7, reason: 'no clip of long.wav lies at 30–40 s' },
        { line: 8, reason: 'no file of the collection is called none.mp4' },
        { line: 9, reason: 'start "x" is not a time' },
        { line: 10, reason: 'no label' },
      ],
      written: false,
    });
    expect(await read(target, 'csv')).toEqual({ ...dry, written: true });
    const { undoText } = workspace.annotations.undoState();
    expect(await read(target, 'csv')).toMatchObject({ annotations: 6, written: false });
    expect(workspace.annotations.undoState()).toMatchObject({ canUndo: true, undoText });
    // Said again, nothing is new; said otherwise, the report counts the clips it would change.
    expect(await read(target, 'csv', { dryRun: true })).toMatchObject({ replaced: 0, newClasses: [] });
    expect(
      await read(file('my labels.csv', 'path,label,value\ndog.mp4,dog,negative\nb/same.mp4,bell,\n'), 'csv', {
        dryRun: true,
      }),
    ).toMatchObject({ annotations: 2, replaced: 1, newClasses: [] });
    expect(workspace.schemas.list()).toMatchObject([{ name: 'my labels', multiLabel: true }]);
    expect(labelled()).toEqual(
      [
        `${ids.dog[0]} dog`,
        `${ids.dog[0]} cat`,
        `${ids.cat[0]} cat`,
        `${ids.same[1]} dog`,
        `${ids.long[1]} rain`,
        `${ids.long[2]} bell`,
      ].toSorted(),
    );
  });
});

describe('label files of other tools', () => {
  it('plain CSV with other headers, semicolons and a mapper', async () => {
    const { file, read, labelled, ids } = collection();
    await read(file('x.csv', 'Aufnahme;Art;von\ndog.mp4;Hund;0\n'), 'csv', {
      columns: { path: 'Aufnahme', label: 'Art' },
    });
    expect(labelled()).toEqual([`${ids.dog[0]} Hund`]);
    await expect(read(file('y.csv', 'one,two\n1,2\n'), 'csv')).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('its columns are one, two') as string,
    });
    await expect(read(file('z.csv', ''), 'csv')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(read('/nowhere/z.csv', 'csv')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('JSON lines, with lines that are none', async () => {
    const { file, read, ids, labelled } = collection();
    const report = await read(
      file(
        'x.jsonl',
        '{"file":"dog.mp4","label":"dog","value":"uncertain"}\nnot json\n\n{"path":"long.wav","start":10,"end":20,"label":"rain"}\n[1]\n',
      ),
      'jsonl',
    );
    expect(report.unmatched.map(({ line }) => line)).toEqual([2, 5]);
    expect(labelled()).toEqual([`${ids.dog[0]} dog uncertain`, `${ids.long[1]} rain`].toSorted());
  });

  it('AudioSet segments with their class list', async () => {
    const { file, read, ids, labelled } = collection();
    file(
      'class_labels_indices.csv',
      'index,mid,display_name\n0,/m/09x0r,"Speech"\n1,/t/dd00088,"Gush"\n2,/m/0bt9lr,"Dog, ""big"""\n',
    );
    const report = await read(
      file(
        'eval_segments.csv',
        '# Segments csv created Sun Mar  5 10:54:25 2017\n# num_ytids=3, num_segs=3\n# YTID, start_seconds, end_seconds, positive_labels\n--PJHxphWEs, 30.000, 40.000, "/m/09x0r,/t/dd00088"\ndog, 0.000, 10.000, "/m/0bt9lr"\n-unknown, 1.000, 2.000, "/m/09x0r"\n',
      ),
      'audioset-csv',
    );
    expect(report.unmatched).toEqual([{ line: 6, reason: 'no file of the collection is called -unknown' }]);
    expect(labelled()).toEqual(
      [`${ids.segment[0]} Speech`, `${ids.segment[0]} Gush`, `${ids.dog[0]} Dog, "big"`].toSorted(),
    );
  });

  it('VGGSound, whose files are named by id and second', async () => {
    const { file, read, ids, labelled } = collection();
    const report = await read(
      file(
        'vggsound.csv',
        '---g-f_I2yQ,1,people marching,test\ndog,0,"barking, loud",train\n---g-f_I2yQ,99,people running,test\n',
      ),
      'vggsound-csv',
    );
    expect(report.unmatched).toEqual([{ line: 3, reason: 'no file of the collection is called ---g-f_I2yQ' }]);
    expect(labelled()).toEqual([`${ids.cut[0]} people marching`, `${ids.dog[0]} barking, loud`].toSorted());
  });

  it('the reference’s data file with its label CSV', async () => {
    const { file, read, ids, labelled } = collection();
    file('class_labels_indices_as.csv', 'index,mid,display_name\n0,/m/09x0r,Speech\n');
    await read(
      file(
        'train.json',
        JSON.stringify({
          data: [
            { video_id: 'dog', wav: '/data/sl/dog.wav', video_path: '/data/frames/', labels: '/m/09x0r,/m/other' },
          ],
        }),
      ),
      'cavmae-json',
    );
    expect(labelled()).toEqual([`${ids.dog[0]} Speech`, `${ids.dog[0]} /m/other`].toSorted());
    await expect(read(file('bad.json', '{"data": 3}'), 'cavmae-json')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(read(file('worse.json', '{'), 'cavmae-json')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('a folder per class, of the media themselves', async () => {
    const { root, read, ids, labelled } = collection();
    for (const name of ['a', 'b', 'deep']) mkdirSync(path.join(root, name), { recursive: true });
    for (const name of ['a/same.mp4', 'b/same.mp4', 'deep/cat.wav', 'a/unknown.mp4'])
      writeFileSync(path.join(root, name), name);
    symlinkSync(path.join(root, 'gone.mp4'), path.join(root, 'a', 'broken.mp4'));
    const report = await read(root, 'folders');
    expect(report.unmatched.map(({ reason }) => reason).toSorted()).toEqual([
      'no file of the collection is called broken.mp4',
      'no file of the collection is called unknown.mp4',
    ]);
    expect(labelled()).toEqual([`${ids.same[0]} a`, `${ids.same[1]} b`, `${ids.cat[0]} deep`].toSorted());
  });

  it('only out: Parquet and FiftyOne say so', async () => {
    const { file, read } = collection();
    for (const format of ['parquet', 'fiftyone'] as const)
      await expect(read(file('x', ''), format)).rejects.toMatchObject({
        code: 'BAD_INPUT',
        detail: { field: 'format' },
      });
  });
});

describe('where labels go', () => {
  it('one schema takes one label: the first stands, later ones are reported', async () => {
    const { file, read, workspace, labelled, ids } = collection();
    const { id } = workspace.schemas.create({ name: 'S', classes: ['cat'] });
    const report = await read(file('x.csv', 'path,label\ndog.mp4,dog\ndog.mp4,cat\ndog.mp4,dog\n'), 'csv');
    expect(report).toMatchObject({
      newClasses: ['dog'],
      unmatched: [{ line: 3, reason: 'its clip is dog on line 2 already, and this schema takes one label' }],
    });
    expect(workspace.schemas.list().map((schema) => schema.id)).toEqual([id]);
    expect(labelled()).toEqual([`${ids.dog[0]} dog`]);
  });

  it('a schema column sorts labels into schemas, made where missing, as one step', async () => {
    const { file, read, workspace } = collection();
    await read(
      file('x.csv', 'path,label,schema\ndog.mp4,dog,Animals\ndog.mp4,loud,Sound\ndog.mp4,near,Sound\n'),
      'csv',
    );
    expect(
      workspace.schemas
        .list()
        .map(({ name, multiLabel, classes }) => [name, multiLabel, classes.map((one) => one.name)]),
    ).toEqual([
      ['Animals', false, ['dog']],
      ['Sound', true, ['loud', 'near']],
    ]);
    expect(workspace.annotations.undo().undo).toMatchObject({
      canUndo: false,
      canRedo: true,
      redoText: 'Import 3 labels from x.csv',
    });
    expect(workspace.schemas.list()).toEqual([]);
    workspace.annotations.redo();
    expect(workspace.summary().labelled).toBe(1);
    expect(workspace.check().ok).toBe(true);
  });

  it('formats that hold one schema ask which', async () => {
    const { folder, file, read, workspace } = collection();
    await expect(
      exportLabels(workspace, { path: path.join(folder, 'o.json'), format: 'cavmae-json' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await read(file('x.csv', 'path,label,schema\ndog.mp4,dog,Animals\ndog.mp4,loud,Sound\n'), 'csv');
    await expect(
      exportLabels(workspace, { path: path.join(folder, 'o.json'), format: 'cavmae-json' }),
    ).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'cavmae-json holds one schema; choose one of Animals (1), Sound (2)',
    });
    expect((await exportLabels(workspace, { path: path.join(folder, 'o.csv'), format: 'csv' })).annotations).toBe(2);
    expect(
      (await exportLabels(workspace, { path: path.join(folder, 'o.json'), format: 'cavmae-json', schemaId: 2 })).files,
    ).toHaveLength(2);
  });

  it('FiftyOne gets one sample per file, windows as temporal detections', async () => {
    const { folder, root, file, read, workspace } = collection();
    await read(file('x.csv', 'path,start,end,label\ndog.mp4,,,dog\nlong.wav,10,20,rain\n'), 'csv');
    const { files } = await exportLabels(workspace, { path: path.join(folder, 'f.json'), format: 'fiftyone' });
    const dataset = JSON.parse(readFileSync(files[0] as string, 'utf8')) as {
      samples: Record<string, unknown>[];
      default_classes: string[];
    };
    expect(dataset.default_classes).toEqual(['dog', 'rain']);
    expect(dataset.samples).toMatchObject([
      {
        filepath: path.join(root, 'dog.mp4'),
        ground_truth: {
          _cls: 'Classifications',
          classifications: [{ _cls: 'Classification', label: 'dog', value: 'positive' }],
        },
        segments: null,
      },
      {
        filepath: path.join(root, 'long.wav'),
        ground_truth: null,
        segments: { detections: [{ label: 'rain', support: [251, 500], start: 10, end: 20 }] },
      },
    ]);
  });
});

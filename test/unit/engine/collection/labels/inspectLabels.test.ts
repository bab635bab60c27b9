import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inspectLabels, labelFormatOf } from '../../../../../src/engine/collection/labels/inspectLabels.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-inspect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

test.each([
  ['a.jsonl', '{"path":"x"}', 'jsonl'],
  ['a.JSON', '{', 'cavmae-json'],
  ['a.csv', '# Segments csv created Sun Mar  5 10:54:25 2017', 'audioset-csv'],
  ['a.csv', '---g-f_I2yQ,1,"people marching",test', 'vggsound-csv'],
  ['a.csv', 'path,start,end,label', 'csv'],
  ['a.tsv', 'file\tlabel', 'csv'],
])('%s beginning with %s is %s', (name, line, format) => expect(labelFormatOf(name, line)).toBe(format));

test('a table shows its header, the columns that are told by their names, and its first rows', async () => {
  const facts = await inspectLabels(
    written('species.csv', '\uFEFFRecording;Begin Time (s);End Time (s);Species\n"a;1.wav";0;5;owl\nb.wav;5;10;fox\n'),
  );
  expect(facts).toEqual({
    format: 'csv',
    readable: true,
    header: ['Recording', 'Begin Time (s)', 'End Time (s)', 'Species'],
    columns: { start: 'Begin Time (s)', end: 'End Time (s)', label: 'Species' },
    rows: [
      ['a;1.wav', '0', '5', 'owl'],
      ['b.wav', '5', '10', 'fox'],
    ],
  });
});

test('of a long file only whole lines are looked at', async () => {
  const facts = await inspectLabels(
    written('long.csv', `file,label\n${'x'.repeat(1000)}.wav,dog\n`.padEnd(70_000, 'y')),
  );
  expect(facts.rows).toEqual([[`${'x'.repeat(1000)}.wav`, 'dog']]);
});

test('folders, formats that are only written, and what is not there', async () => {
  expect(await inspectLabels(folder)).toMatchObject({ format: 'folders', readable: true, header: null });
  expect(await inspectLabels(written('labels.parquet', 'PAR1'))).toMatchObject({ format: 'parquet', readable: false });
  expect(await inspectLabels(written('samples.json', '{"samples": []}'))).toMatchObject({
    format: 'fiftyone',
    readable: false,
  });
  await expect(inspectLabels(path.join(folder, 'none.csv'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
    detail: { path: path.join(folder, 'none.csv') },
  });
});

// Tells what a label file is before anything is read in, from its name and beginning.
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LabelField, LabelFileFacts, LabelFormat } from '../../../shared/contract/annotation.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { fieldColumns } from './labelFields.ts';
import { labelFormats } from './labelFormats.ts';
import { delimiterOf, readCsv } from './safeCsv.ts';

const beginningBytes = 64 * 1024;
const shownRows = 5;

/** Format of a label file by its extension and first line. */
export function labelFormatOf(file: string, firstLine: string): LabelFormat {
  const extension = path.extname(file).toLowerCase();
  if (extension === '.parquet') return 'parquet';
  if (extension === '.jsonl' || extension === '.ndjson') return 'jsonl';
  if (extension === '.json') return 'cavmae-json';
  if (firstLine.startsWith('#')) return 'audioset-csv';
  // VGGSound's list has no header: id, start, label, split.
  return /,"?(train|test)"?\s*$/.test(firstLine) ? 'vggsound-csv' : 'csv';
}

async function beginningOf(file: string): Promise<string> {
  await using handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
  const text = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
  // Whole lines only, where the file goes on.
  return bytesRead < beginningBytes ? text : text.slice(0, text.lastIndexOf('\n') + 1);
}

/** First lines of a table with a header: its columns by what they hold, as far as their names tell. */
function tableFacts(text: string): Pick<LabelFileFacts, 'header' | 'columns' | 'rows'> {
  const {
    rows: [first, ...rest],
  } = readCsv(text, { delimiter: delimiterOf(text) });
  const header = first?.cells ?? [];
  const places = Object.entries(fieldColumns(header, {})) as [LabelField, number][];
  return {
    header,
    columns: Object.fromEntries(places.map(([field, at]) => [field, header[at]!])),
    rows: rest.slice(0, shownRows).map(({ cells }) => cells),
  };
}

/** @throws EngineError NOT_FOUND, BAD_INPUT naming the path */
export async function inspectLabels(given: string): Promise<LabelFileFacts> {
  const file = path.resolve(given);
  const info = await stat(file).catch((thrown: unknown) => {
    throw new EngineError('NOT_FOUND', `there is no file ${file}`, { path: file }, thrown);
  });
  const nothing = { header: null, columns: {}, rows: [] };
  if (info.isDirectory()) return { format: 'folders', readable: true, ...nothing };
  if (!info.isFile()) throw new EngineError('BAD_INPUT', `${file} is not a file`, { path: file });
  const text = await beginningOf(file);
  const format = labelFormatOf(file, text.split(/\r?\n/, 1)[0]!);
  if (format === 'cavmae-json' && /^\s*\{\s*"(samples|info)"/.test(text))
    return { format: 'fiftyone', readable: false, ...nothing };
  if (format === 'csv') return { format, readable: true, ...tableFacts(text) };
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .slice(0, shownRows)
    .map((line) => [line.slice(0, 300)]);
  return {
    format,
    readable: labelFormats[format].read !== null,
    header: null,
    columns: {},
    rows: format === 'parquet' ? [] : rows,
  };
}

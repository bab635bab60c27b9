// A table of metadata as a file: CSV in whatever encoding, delimiter and line ending, read row by row and never whole.
import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { MetadataTable } from '../../../../shared/contract/metadata.ts';
import { EngineError } from '../../../../shared/engineError.ts';
import { delimiterOf, restore } from '../../labels/safeCsv.ts';

export type Encoding = MetadataTable['encoding'];
export interface TableRow {
  line: number;
  cells: string[];
}
export interface TableForm {
  encoding: Encoding;
  delimiter: string;
}

const mostBytes = 512 * 1024 ** 2;
/** A header of more columns is no header. */
const mostHeader = 20_000;

async function assertTable(file: string): Promise<void> {
  const facts = await stat(file).catch((thrown: unknown) => {
    const error = EngineError.from(thrown);
    throw error.code === 'NOT_FOUND' ? new EngineError('NOT_FOUND', `there is no file ${file}`, { path: file }) : error;
  });
  if (!facts.isFile()) throw new EngineError('BAD_INPUT', `${file} is not a file`, { path: file });
  if (facts.size === 0) throw new EngineError('BAD_INPUT', `${file} is empty`, { path: file });
  if (facts.size > mostBytes)
    throw new EngineError(
      'BAD_INPUT',
      `${file} has ${Math.round(facts.size / 1e6)} MB; tables are read up to ${Math.round(mostBytes / 1e6)} MB`,
      { path: file, hint: 'Leave out columns that are not needed, or split it.' },
    );
}

/** UTF-16 by its mark. Bytes that are no UTF-8 make a table Windows-1252, which spreadsheets write. */
async function encodingOf(file: string): Promise<Encoding> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer[0] === 0xff && buffer[1] === 0xfe) return 'utf-16le';
    if (buffer[0] === 0xfe && buffer[1] === 0xff) return 'utf-16be';
  } finally {
    await handle.close();
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 }))
      decoder.decode(piece as Buffer, { stream: true });
    decoder.decode();
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

async function* pieces(file: string, encoding: Encoding): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const text = decoder.decode(piece as Buffer, { stream: true });
    if (text.includes('\0'))
      throw new EngineError('BAD_INPUT', `${file} holds bytes that are no text`, {
        path: file,
        hint: 'Save the table as CSV (UTF-8); spreadsheets themselves cannot be read.',
      });
    yield text;
  }
  yield decoder.decode();
}

/** @throws NOT_FOUND, BAD_INPUT naming the file */
export async function tableForm(file: string): Promise<TableForm> {
  await assertTable(file);
  const encoding = await encodingOf(file);
  for await (const piece of pieces(file, encoding))
    return { encoding, delimiter: delimiterOf(piece.replace(/^\uFEFF/, '')) };
  return { encoding, delimiter: ',' };
}

/** The rows one by one, the header first; `most`: no further. Rows that are no CSV end the reading with their line. */
export async function* tableRows(
  file: string,
  { encoding, delimiter }: TableForm,
  most = Infinity,
): AsyncGenerator<TableRow, void, void> {
  const parser = parse({
    bom: true,
    info: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: 16 * 1024 ** 2,
  });
  const feed = (async () => {
    try {
      for await (const text of pieces(file, encoding)) {
        if (parser.destroyed) return;
        if (!parser.write(text))
          await new Promise<void>((resolve) => {
            parser.once('drain', resolve).once('close', resolve);
          });
      }
      parser.end();
    } catch (thrown) {
      parser.destroy(thrown as Error);
    }
  })();
  let n = 0;
  try {
    for await (const row of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (n === 0 && row.record.length > mostHeader)
        throw new EngineError('BAD_INPUT', `${file} has ${row.record.length} columns; at most ${mostHeader} are read`, {
          path: file,
        });
      yield { line: row.info.lines, cells: row.record.map(restore) };
      if (++n >= most) break;
    }
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    throw new EngineError(
      'BAD_INPUT',
      `${file} is no CSV: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      { path: file },
      thrown,
    );
  } finally {
    parser.destroy();
    await feed;
  }
}

const keyNames = [
  'path',
  'filepath',
  'file',
  'filename',
  'recording',
  'recordingpath',
  'soundfile',
  'media',
  'video',
  'audio',
  'name',
  'stem',
  'clip',
];

/** Names as they are compared: without case, spaces and signs. */
export const foldName = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The column of a header that names recordings; null where none is called like one. */
export const keyColumnOf = (header: readonly string[]): string | null =>
  keyNames.map((name) => header.find((column) => foldName(column) === name)).find((column) => column !== undefined) ??
  null;

/** Header, beginning and form of a table. @throws NOT_FOUND, BAD_INPUT naming the file */
export async function inspectTable(file: string): Promise<Omit<MetadataTable, 'targets'>> {
  const form = await tableForm(file);
  const rows: TableRow[] = [];
  for await (const row of tableRows(file, form, 6)) rows.push(row);
  const [header, ...sample] = rows;
  if (!header) throw new EngineError('BAD_INPUT', `${file} is empty`, { path: file });
  const columns = header.cells.map((name) => name.trim());
  return { path: file, ...form, columns, sample: sample.map(({ cells }) => cells), key: keyColumnOf(columns) };
}

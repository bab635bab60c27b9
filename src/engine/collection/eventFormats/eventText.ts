// Event files as text: UTF-8, or UTF-16 with its mark as Praat writes it; anything else is named, not guessed.
import { open, readFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parse } from 'csv-parse';
import { EngineError } from '../../../shared/engineError.ts';
import { restore } from '../labels/safeCsv.ts';
import type { BadRow } from './eventRecord.ts';

/** Formats that must be read whole; tables are read row by row and may be larger. */
const wholeBytes = 256 * 1024 * 1024;

const wrongEncoding = (file: string, cause: unknown): EngineError =>
  new EngineError(
    'BAD_INPUT',
    `${file} is neither UTF-8 nor UTF-16 text`,
    { path: file, hint: 'Save it as UTF-8.' },
    cause,
  );

async function sizeOf(file: string): Promise<number> {
  try {
    const facts = await stat(file);
    if (facts.isDirectory())
      throw new EngineError('BAD_INPUT', `${file} is a folder, not a file of events`, { path: file });
    return facts.size;
  } catch (thrown) {
    const error = EngineError.from(thrown);
    if (error.code !== 'NOT_FOUND') throw error;
    throw new EngineError('NOT_FOUND', `there is no file ${file}`, { path: file }, thrown);
  }
}

/** The encoding that a byte order mark tells of; UTF-8 without one. */
async function encodingOf(file: string): Promise<'utf-8' | 'utf-16le' | 'utf-16be'> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    if (bytesRead === 2 && buffer[0] === 0xff && buffer[1] === 0xfe) return 'utf-16le';
    if (bytesRead === 2 && buffer[0] === 0xfe && buffer[1] === 0xff) return 'utf-16be';
    return 'utf-8';
  } finally {
    await handle.close();
  }
}

/** @throws NOT_FOUND, BAD_INPUT naming the file */
export async function readEventText(file: string): Promise<string> {
  const size = await sizeOf(file);
  if (size > wholeBytes)
    throw new EngineError(
      'BAD_INPUT',
      `${file} has ${Math.round(size / 1e6)} MB; files of this format are read up to ${wholeBytes / 1e6} MB`,
      {
        path: file,
        hint: 'Split it, or export a table (CSV or Raven) instead.',
      },
    );
  try {
    return new TextDecoder(await encodingOf(file), { fatal: true }).decode(await readFile(file));
  } catch (thrown) {
    throw thrown instanceof TypeError ? wrongEncoding(file, thrown) : EngineError.from(thrown);
  }
}

export interface TableRow {
  line: number;
  cells: string[];
}

async function* decoded(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(await encodingOf(file), { fatal: true });
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      yield decoder.decode(chunk as Buffer, { stream: true });
    yield decoder.decode();
  } catch (thrown) {
    throw thrown instanceof TypeError ? wrongEncoding(file, thrown) : EngineError.from(thrown);
  }
}

/** The first lines of a table, for telling its header and delimiter. */
export async function headOf(file: string, lines = 40): Promise<string[]> {
  await sizeOf(file);
  let text = '';
  for await (const part of decoded(file)) {
    text += part;
    if (text.split(/\r\n|\n|\r/).length > lines) break;
  }
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .slice(0, lines);
}

/** Visits the rows of a table one by one, whatever its size; rows that are no table are reported in `bad`. */
export async function eachRow(
  file: string,
  options: { delimiter: string; quotes?: boolean; skip?: number },
  visit: (row: TableRow) => void,
  bad: BadRow[],
): Promise<void> {
  await sizeOf(file);
  const parser = parse({
    bom: true,
    info: true,
    delimiter: options.delimiter,
    quote: options.quotes === false ? false : '"',
    from_line: (options.skip ?? 0) + 1,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      bad.push({
        line: Math.max(1, Number(error?.lines ?? 1)),
        reason: `not a row of the table: ${error?.message ?? 'unreadable'}`,
      });
      return undefined;
    },
  });
  const feed = (async () => {
    try {
      for await (const part of decoded(file))
        if (!parser.write(part)) await new Promise((resolve) => parser.once('drain', resolve));
      parser.end();
    } catch (thrown) {
      parser.destroy(thrown as Error);
    }
  })();
  try {
    for await (const row of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      visit({ line: row.info.lines, cells: row.record.map(restore) });
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    throw new EngineError(
      'BAD_INPUT',
      `${file} is not a table: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      { path: file },
      thrown,
    );
  }
  await feed;
}

/** A time or frequency as tools write it, also with a decimal comma; NaN where it is none. */
export function numberOf(text: string | undefined): number {
  const trimmed = (text ?? '').trim();
  if (trimmed === '') return Number.NaN;
  const plain = /^-?\d+,\d+$/.test(trimmed) ? trimmed.replace(',', '.') : trimmed;
  return Number(plain);
}

/** The same, null where there is none or it is negative (Audacity and Raven write -1 for "not set"). */
export function frequencyOf(text: string | undefined): number | null {
  const value = numberOf(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

/** Seconds without noise of floating point, to a microsecond. */
export const seconds = (value: number): string => String(Math.round(value * 1e6) / 1e6);

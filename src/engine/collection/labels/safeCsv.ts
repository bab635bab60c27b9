// CSV in and out that a spreadsheet cannot be tricked with, and that reads back exactly.
import { parse, type Options } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { Readable } from 'node:stream';
import { EngineError } from '../../../shared/engineError.ts';
import type { Unmatched } from './labelRecord.ts';
import { textPieces } from './textFile.ts';

/**
 * A cell a spreadsheet would run as a formula gets an apostrophe in front (OWASP "CSV injection"); one more if it had
 * some already.
 */
export const neutralise = (cell: string): string => (/^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
/** Takes that apostrophe away again. */
export const restore = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

/** Text cells are neutralised, numbers written as they are. */
export const writeCsv = (rows: readonly (readonly (string | number | null)[])[]): string =>
  stringify(
    rows.map((row) =>
      row.map((cell) => (typeof cell === 'string' ? neutralise(cell) : cell === null ? '' : String(cell))),
    ),
    { quoted_match: /^\s|\s$|[\r\n]|^#/ },
  );

export interface CsvRow {
  line: number;
  cells: string[];
}
export interface CsvOptions {
  comments?: boolean;
  delimiter?: string;
}

/** The delimiter of the first line: comma, semicolon or tab, whichever it has most of. */
export function delimiterOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  return (
    [',', ';', '\t'].map((mark) => ({ mark, count: first.split(mark).length })).toSorted((a, b) => b.count - a.count)[0]
      ?.mark ?? ','
  );
}

const notCsv = (error: { message?: string } | undefined, unknown: string): string =>
  `not valid CSV: ${error?.message ?? unknown}`;

function parserOptions(options: CsvOptions, bad: Unmatched[]): Options {
  return {
    bom: true,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    delimiter: options.delimiter ?? ',',
    // Space before a quote is usual in AudioSet's lists.
    ...(options.comments ? { comment: '#', comment_no_infix: true, ltrim: true, rtrim: true } : {}),
    on_skip: (error) => {
      bad.push({ line: Math.max(1, Number(error?.lines ?? 1)), reason: notCsv(error, 'unreadable row') });
      return undefined;
    },
  };
}

type Parsed = { record: string[]; info: { lines: number } };
const rowOf = ({ record, info }: Parsed): CsvRow => ({ line: info.lines, cells: record.map(restore) });

/**
 * Rows with their line numbers; rows that are no CSV are reported and skipped. Throws BAD_INPUT when nothing can be
 * read.
 */
export function readCsv(text: string, options: CsvOptions = {}): { rows: CsvRow[]; bad: Unmatched[] } {
  const bad: Unmatched[] = [];
  try {
    const records = parseText(text, parserOptions(options, bad)) as unknown as Parsed[];
    return { rows: records.map(rowOf), bad };
  } catch (thrown) {
    throw new EngineError('BAD_INPUT', notCsv(thrown as Error, String(thrown)), {}, thrown);
  }
}

/** The rows of a file, read piece by piece, so that other work goes on between. `bad` gets the rows that are no CSV. */
export async function* csvRows(
  file: string,
  bad: Unmatched[],
  options: CsvOptions | ((beginning: string) => CsvOptions) = {},
): AsyncGenerator<CsvRow, void, void> {
  const pieces = textPieces(file);
  const first = await pieces.next();
  const beginning = first.done ? '' : first.value;
  const parser = parse(parserOptions(typeof options === 'function' ? options(beginning) : options, bad));
  async function* all(): AsyncGenerator<string, void, void> {
    yield beginning;
    yield* pieces;
  }
  const source = Readable.from(all(), { objectMode: false, encoding: 'utf8' });
  source.on('error', (thrown) => parser.destroy(thrown));
  source.pipe(parser);
  try {
    for await (const row of parser) yield rowOf(row as Parsed);
  } catch (thrown) {
    if (thrown instanceof EngineError) throw thrown;
    throw new EngineError('BAD_INPUT', notCsv(thrown as Error, String(thrown)), { path: file }, thrown);
  } finally {
    source.destroy();
  }
}

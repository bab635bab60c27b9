// CSV in and out that a spreadsheet cannot be tricked with, and that reads back exactly.
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { EngineError } from '../../../shared/engineError.ts';
import type { Unmatched } from './labelRecord.ts';

/** A cell a spreadsheet would run as a formula gets an apostrophe in front (OWASP "CSV injection"); one more if it had some already. */
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

/** Rows with their line numbers; rows that are no CSV are reported and skipped. Throws BAD_INPUT when nothing can be read. */
export function readCsv(text: string, options: CsvOptions = {}): { rows: CsvRow[]; bad: Unmatched[] } {
  const bad: Unmatched[] = [];
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      delimiter: options.delimiter ?? ',',
      // Space before a quote is usual in AudioSet's lists.
      ...(options.comments ? { comment: '#', comment_no_infix: true, ltrim: true, rtrim: true } : {}),
      on_skip: (error: { lines?: number; message?: string } | undefined) => {
        bad.push({
          line: Math.max(1, error?.lines ?? 1),
          reason: `not valid CSV: ${error?.message ?? 'unreadable row'}`,
        });
        return undefined;
      },
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return { rows: records.map(({ record, info }) => ({ line: info.lines, cells: record.map(restore) })), bad };
  } catch (thrown) {
    throw new EngineError(
      'BAD_INPUT',
      `not valid CSV: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      {},
      thrown,
    );
  }
}

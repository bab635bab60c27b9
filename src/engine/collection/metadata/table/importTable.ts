// A table joined to recordings: by their path, name or stem, or by a column of metadata. All that it says is one step, or, as a dry run,
// nothing but a report.
import { setImmediate } from 'node:timers/promises';
import type { MetadataImportReport } from '../../../../shared/contract/metadata.ts';
import { EngineError } from '../../../../shared/engineError.ts';
import type { Workspace } from '../../workspace.ts';
import { zoneOf } from '../localTime.ts';
import type { ColumnRow, NewValue } from '../metadataStore.ts';
import { readValue, type ReadValue } from '../metadataValue.ts';
import { recordingsJoin, type Join } from './recordingsJoin.ts';
import { keyColumnOf, tableForm, tableRows } from './tableFile.ts';
import { dayFirstOf, mapColumns, settleTypes, type MappedColumn, type Mapping } from './tableMapping.ts';

export interface TableImport {
  path: string;
  /** A column of the table; without it the one that is called like a file. */
  key?: string | undefined;
  columns?: Mapping | undefined;
  /** Of times that name none. */
  zone?: string | undefined;
  dayFirst?: boolean | undefined;
  /** Values that people set by hand are replaced, too. */
  replace: boolean;
  dryRun: boolean;
}

const listed = 1000;
interface RowFor {
  line: number;
  cells: string[];
}

class TableReport {
  readonly unmatched: MetadataImportReport['unmatched'] = [];
  readonly problems: MetadataImportReport['problems'] = [];
  unmatchedCount = 0;
  problemCount = 0;

  miss(line: number, key: string, reason: string): void {
    if (++this.unmatchedCount <= listed) this.unmatched.push({ line, key: key.slice(0, 300), reason });
  }

  problem(line: number, column: string, value: string, reason: string): void {
    if (++this.problemCount <= listed) this.problems.push({ line, column, value: value.slice(0, 300), reason });
  }
}

const textOf = (column: MappedColumn, cells: readonly string[]): string =>
  column.cells
    .map((at) => (cells[at] ?? '').trim())
    .filter(Boolean)
    .join(' ');

/** The rows of each recording, with the cells that are mapped. Rows that name nothing are reported. */
async function joinRows(
  rows: AsyncGenerator<{ line: number; cells: string[] }>,
  keyAt: number,
  columns: readonly MappedColumn[],
  join: Join,
  report: TableReport,
): Promise<{ byMedium: Map<number, RowFor[]>; count: number }> {
  const byMedium = new Map<number, RowFor[]>();
  let count = 0;
  for await (const { line, cells } of rows) {
    if (++count % 2000 === 0) await setImmediate();
    const key = (cells[keyAt] ?? '').trim();
    const media = key === '' ? 'the key is empty' : join(key);
    if (typeof media === 'string') {
      report.miss(line, key, media);
      continue;
    }
    const row = { line, cells: columns.map((column) => textOf(column, cells)) };
    for (const mediaId of media) {
      const known = byMedium.get(mediaId);
      if (known) known.push(row);
      else byMedium.set(mediaId, [row]);
    }
  }
  return { byMedium, count };
}

/** Recordings whose rows say different things leave `byMedium` and are named. */
function takeDuplicates(
  byMedium: Map<number, RowFor[]>,
  pathOf: (mediaId: number) => string,
): MetadataImportReport['duplicates'] {
  const duplicates: MetadataImportReport['duplicates'] = [];
  for (const [mediaId, rows] of byMedium) {
    const first = rows[0]!.cells.join('\u0000');
    if (rows.every(({ cells }) => cells.join('\u0000') === first)) continue;
    duplicates.push({ path: pathOf(mediaId), lines: rows.map(({ line }) => line).slice(0, 20) });
    byMedium.delete(mediaId);
  }
  return duplicates;
}

const zoneText = (text: string): string | null => {
  if (!text.includes('T')) return null;
  return /\[(.+)\]$/.exec(text)?.[1] ?? /(Z|[+-]\d{2}:\d{2})$/.exec(text)?.[1] ?? 'none';
};

interface ReadCells {
  values: { mediaId: number; column: string; value: ReadValue }[];
  zones: MetadataImportReport['zones'];
  notes: string[];
}

function readCells(
  byMedium: ReadonlyMap<number, RowFor[]>,
  columns: readonly MappedColumn[],
  options: TableImport,
  report: TableReport,
): ReadCells {
  const values: ReadCells['values'] = [];
  const zones = new Map<string, number>();
  const notes: string[] = [];
  const known = new Map<string, ReadValue | { problem: string }>();
  columns.forEach((column, at) => {
    const texts = function* (): Generator<string> {
      for (const rows of byMedium.values()) yield rows[0]!.cells[at]!;
    };
    const order = column.type === 'datetime' && options.dayFirst === undefined ? dayFirstOf(texts()) : options.dayFirst;
    if (order === null) notes.push(`${column.column} has dates with the day first and with the month first`);
    known.clear();
    for (const [mediaId, rows] of byMedium) {
      const [{ line, cells }] = rows as [RowFor];
      const text = cells[at]!;
      if (text === '') continue;
      const reading = { zone: options.zone, dayFirst: order ?? undefined };
      const value = known.get(text) ?? readValue({ key: column.column, type: column.type ?? 'text' }, text, reading);
      known.set(text, value);
      if ('problem' in value) report.problem(line, column.column, text, value.problem);
      else {
        values.push({ mediaId, column: column.column, value });
        const zone = column.type === 'datetime' ? zoneText(value.text) : null;
        if (zone !== null) zones.set(zone, (zones.get(zone) ?? 0) + 1);
      }
    }
  });
  const told = [...zones].map(([zone, count]) => ({ zone, count })).toSorted((a, b) => b.count - a.count);
  const none = zones.get('none') ?? 0;
  if (none > 0) notes.push(`${none} times name no time zone; choose one if the recordings are compared across zones`);
  if (told.length > 1)
    notes.push(
      `the times are of ${told.length} time zones: ${told
        .map(({ zone }) => zone)
        .slice(0, 10)
        .join(', ')}`,
    );
  return { values, zones: told, notes };
}

/** Values that differ from what is there; those that people set by hand stay unless `replace`. */
function changesOf(
  workspace: Workspace,
  values: ReadCells['values'],
  replace: boolean,
): { changes: ReadCells['values']; kept: number } {
  const rows = new Map(
    workspace.metadata.rows([...new Set(values.map(({ mediaId }) => mediaId))]).map((row) => [row.mediaId, row.values]),
  );
  let kept = 0;
  const changes = values.filter(({ mediaId, column, value }) => {
    const there = rows.get(mediaId)?.[column];
    if (there?.text === value.text) return false;
    if (there?.source !== 'person' || replace) return true;
    kept++;
    return false;
  });
  return { changes, kept };
}

/** Which column of the table is the key. @throws BAD_INPUT where none is known, or the one that is named is not there */
function keyOf(file: string, header: readonly string[], key: string | undefined): string {
  const found =
    key === undefined
      ? keyColumnOf(header)
      : header.find((name) => name === key || name.toLowerCase() === key.toLowerCase());
  if (found !== undefined && found !== null) return found;
  throw new EngineError(
    'BAD_INPUT',
    key === undefined ? `no column of ${file} is called like a file` : `${file} has no column ${key}`,
    {
      path: file,
      field: 'key',
      hint: `Name the column that identifies recordings; there are: ${header.slice(0, 40).join(', ')}.`,
    },
  );
}

/** @throws NOT_FOUND, BAD_INPUT naming the file, the column and what to do; nothing is changed then */
export async function importTable(workspace: Workspace, options: TableImport): Promise<MetadataImportReport> {
  const { metadata } = workspace;
  if (options.zone !== undefined && !zoneOf(options.zone))
    throw new EngineError('BAD_INPUT', `the time zone “${options.zone}” is not known`, {
      field: 'zone',
      hint: 'Name it like Europe/Berlin, UTC or +02:00.',
    });
  const form = await tableForm(options.path);
  const rows = tableRows(options.path, form);
  const head = await rows.next();
  const header = head.done ? [] : head.value.cells.map((name) => name.trim());
  const key = keyOf(options.path, header, options.key);
  const columns = mapColumns(header, key, options.columns, metadata);
  const { join, joinedOn, pathOf } = recordingsJoin(workspace, key, options.path);
  const report = new TableReport();
  const { byMedium, count } = await joinRows(rows, header.indexOf(key), columns, join, report);
  const matched = byMedium.size;
  const duplicates = takeDuplicates(byMedium, pathOf);
  settleTypes(columns, (column) => [...byMedium.values()].map(([row]) => row!.cells[columns.indexOf(column)]!));
  const { values, zones, notes } = readCells(byMedium, columns, options, report);
  const { changes, kept } = changesOf(workspace, values, options.replace);
  const step = options.dryRun || changes.length === 0 ? null : write(workspace, columns, changes, options.path);
  if (form.encoding === 'windows-1252')
    notes.unshift('the table is no UTF-8 and was read as Windows-1252: look at its letters');
  return {
    path: options.path,
    encoding: form.encoding,
    rows: count,
    key,
    joinedOn,
    columns: columns.map(({ column }) => column),
    newColumns: columns.flatMap(({ column, type, isNew }) => (isNew ? [{ column, type: type ?? 'text' }] : [])),
    matched,
    unmatched: report.unmatched,
    unmatchedCount: report.unmatchedCount,
    duplicates: duplicates.slice(0, listed),
    duplicateCount: duplicates.length,
    problems: report.problems,
    problemCount: report.problemCount,
    changed: changes.length,
    kept,
    zones,
    sample: sampleOf(changes, pathOf),
    notes,
    step,
  };
}

function sampleOf(changes: ReadCells['values'], pathOf: (mediaId: number) => string): MetadataImportReport['sample'] {
  const byMedium = new Map<number, Record<string, string>>();
  for (const { mediaId, column, value } of changes) {
    if (!byMedium.has(mediaId) && byMedium.size === 5) continue;
    byMedium.set(mediaId, { ...byMedium.get(mediaId), [column]: value.text });
  }
  return [...byMedium].map(([mediaId, values]) => ({ path: pathOf(mediaId), values }));
}

function write(
  workspace: Workspace,
  columns: readonly MappedColumn[],
  changes: ReadCells['values'],
  file: string,
): number {
  const { metadata } = workspace;
  const text = `Import metadata from ${file.replace(/^.*[/\\]/, '')}`;
  return workspace.oneStep(text, () => {
    const filled = new Set(changes.map(({ column }) => column));
    for (const { column, type, isNew } of columns)
      if (isNew && filled.has(column)) metadata.addColumn(column, type ?? 'text');
    const rowOf = new Map<string, ColumnRow>([...filled].map((column) => [column, metadata.column(column)]));
    return metadata.set(
      changes.map(({ mediaId, column, value }): NewValue => ({ mediaId, columnId: rowOf.get(column)!.id, value })),
      'import',
    ).step;
  });
}

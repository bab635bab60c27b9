// Which columns of a table go into which columns of metadata, and how its cells are read.
import type { MetadataType } from '../../../../shared/contract/metadata.ts';
import { EngineError } from '../../../../shared/engineError.ts';
import { builtInColumn } from '../columnNames.ts';
import type { MetadataStore } from '../metadataStore.ts';
import { guessType } from '../metadataValue.ts';
import { foldName } from './tableFile.ts';

export interface MappedColumn {
  column: string;
  /** Undefined: of a new column, as its cells turn out. */
  type: MetadataType | undefined;
  isNew: boolean;
  /** Columns of the table, whose cells are joined by a space: a date and a time. */
  cells: number[];
}

/** More at once are no description of recordings, and would bury the workspace's own columns. */
export const mostMapped = 200;

export type Mapping = Readonly<Record<string, { column: string; type?: MetadataType | undefined } | null>>;

const isTimeOfDay = (name: string): boolean => /^(time|starttime|clock|hour|timeofday)$/.test(foldName(name));

/**
 * Every column of the header but the key that has a name, or those that are asked for.
 * @throws BAD_INPUT for names that occur twice, unknown names, and more columns than are taken at once
 */
export function mapColumns(
  header: readonly string[],
  key: string | null,
  wanted: Mapping | undefined,
  store: MetadataStore,
): MappedColumn[] {
  const counts = new Map<string, number>();
  for (const name of header) counts.set(name, (counts.get(name) ?? 0) + 1);
  const unknown = Object.keys(wanted ?? {}).find((name) => !counts.has(name));
  if (unknown !== undefined)
    throw new EngineError('BAD_INPUT', `the table has no column ${unknown}`, {
      field: 'columns',
      hint: `It has: ${header.slice(0, 40).join(', ')}.`,
    });
  const mapped = new Map<string, MappedColumn>();
  header.forEach((name, at) => {
    if (name === '' || name === key) return;
    const asked = wanted?.[name];
    if (asked === null || (wanted && !asked)) return;
    if ((counts.get(name) ?? 0) > 1)
      throw new EngineError('BAD_INPUT', `the table has ${counts.get(name)} columns called ${name}`, {
        field: 'columns',
        hint: 'Rename them in the table.',
      });
    const known = asked ? store.find(asked.column) : (store.named(name) ?? store.find(name));
    const column =
      known?.key ??
      (asked?.column ?? name)
        .slice(0, 100)
        .replaceAll(/["\\\p{Cc}]/gu, ' ')
        .trim();
    const there = mapped.get(column.toLowerCase());
    if (!there)
      mapped.set(column.toLowerCase(), { column, type: known?.type ?? asked?.type, isNew: !known, cells: [at] });
    else if (column === 'recorded_at') there.cells = isTimeOfDay(name) ? [...there.cells, at] : [at, ...there.cells];
    else
      throw new EngineError('BAD_INPUT', `two columns of the table go into ${column}`, {
        field: 'columns',
        hint: 'Leave one of them out.',
      });
  });
  if (mapped.size > mostMapped)
    throw new EngineError(
      'BAD_INPUT',
      `the table has ${mapped.size} columns; at most ${mostMapped} are taken at once`,
      {
        field: 'columns',
        hint: 'Name those that are wanted; nothing was changed.',
      },
    );
  return [...mapped.values()];
}

/** `05/10/2023` in a column that also has `25/10/2023` is October; null where both readings occur. */
export function dayFirstOf(texts: Iterable<string>): boolean | undefined | null {
  let [day, month] = [false, false];
  for (const text of texts) {
    const match = /^(\d{1,2})[/-](\d{1,2})[/-]\d{4}/.exec(text.trim());
    if (!match) continue;
    day ||= Number(match[1]) > 12;
    month ||= Number(match[2]) > 12;
  }
  return day && month ? null : day ? true : month ? false : undefined;
}

/** Types of new columns, by the cells that recordings of the collection have. */
export function settleTypes(columns: readonly MappedColumn[], cellsOf: (column: MappedColumn) => string[]): void {
  for (const column of columns) column.type ??= builtInColumn(column.column) ? 'text' : guessType(cellsOf(column));
}

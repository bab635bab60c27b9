// A label list given to an import: CSV with a header naming a file column and a label column. Other formats: `annotations.import`.
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ItemFailure } from '../../shared/contract/errors.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { EngineContext } from './engineContext.ts';
import { labelClips, type FileLabel } from './labelClips.ts';

export const labelFileSchemaName = 'Labels';
const fileColumns = ['file', 'path', 'filename', 'video', 'clip', 'name'];
const labelColumns = ['label', 'class', 'category', 'labels'];

/** Rows of a label CSV. Throws BAD_INPUT naming what is missing. */
export function parseLabelCsv(text: string, path: string): { file: string; className: string; line: number }[] {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, { columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()), skip_empty_lines: true, trim: true, bom: true, info: true }) as unknown as typeof rows;
  } catch (thrown) {
    throw new EngineError('BAD_INPUT', `the label file is not valid CSV: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { path }, thrown);
  }
  const columns = Object.keys(rows[0]?.record ?? {});
  const file = fileColumns.find((name) => columns.includes(name));
  const label = labelColumns.find((name) => columns.includes(name));
  if (!file || !label) throw new EngineError('BAD_INPUT', `the label file needs a header with a file column (${fileColumns.join(', ')}) and a label column (${labelColumns.join(', ')}); it has ${columns.join(', ') || 'none'}`, { path });
  return rows.flatMap(({ record, info }) => (record[file] && record[label] ? [{ file: record[file], className: record[label], line: info.lines }] : []));
}

/** Labels clips by file: full path, path beside the list, or a name that only one file has. What does not match is reported by line. */
export async function importLabelFile(context: Pick<EngineContext, 'workspace' | 'events'>, path: string, report: (failure: ItemFailure) => void): Promise<number> {
  const rows = parseLabelCsv(await readFile(path, 'utf8'), path);
  const { workspace } = context;
  const byName = new Map<string, string | null>();
  for (const clip of workspace.clips.many(workspace.clips.ids())) {
    const name = basename(clip.absolutePath);
    const known = byName.get(name);
    byName.set(name, known === undefined || known === clip.absolutePath ? clip.absolutePath : null);
  }
  const labels: FileLabel[] = [];
  for (const { file, className, line } of rows) {
    const full = [resolve(dirname(path), file), resolve(file)].find((candidate) => workspace.media.known(candidate) !== null) ?? byName.get(basename(file));
    if (full) labels.push({ path: full, className });
    else report({ path: `${path}:${line}`, code: 'NOT_FOUND', message: full === null ? `several files are called ${file}` : `no file of the collection is called ${file}` });
  }
  return labelClips(context, labelFileSchemaName, labels, `Labels from ${basename(path)}`);
}

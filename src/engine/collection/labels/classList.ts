// The class list beside AudioSet lists and the reference's data files: index, mid, display_name
// (class_labels_indices.csv).
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readCsv, writeCsv } from './safeCsv.ts';
import { readText, writeWhole } from './textFile.ts';

export const classListName = 'class_labels_indices.csv';

/** A knowledge-graph id as AudioSet has them; other names get one made from their place in the list. */
const midPattern = /^\/[a-z]\/[\w-]+$/;

/** Names by mid from the list beside a label file (or the only `*class*.csv` there); empty when there is none. */
export async function readClassList(labelFile: string): Promise<Map<string, string>> {
  const folder = path.dirname(path.resolve(labelFile));
  const usual = path.join(folder, classListName);
  const others = readdirSync(folder).filter(
    (name) => /class.*\.csv$/i.test(name) && path.join(folder, name) !== path.resolve(labelFile),
  );
  const file = existsSync(usual) ? usual : others.length === 1 ? path.join(folder, others[0] as string) : null;
  if (file === null) return new Map();
  const {
    rows: [header, ...rows],
  } = readCsv(await readText(file));
  const names = (header?.cells ?? []).map((name) => name.trim().toLowerCase());
  const [mid, display] = [names.indexOf('mid'), names.indexOf('display_name')];
  if (mid < 0 || display < 0) return new Map();
  return new Map(rows.map(({ cells }) => [cells[mid] ?? '', cells[display] ?? '']));
}

/** A mid for every class, in order. */
export const midsOf = (classes: readonly string[]): Map<string, string> =>
  new Map(classes.map((name, i) => [name, midPattern.test(name) ? name : `/c/${String(i).padStart(4, '0')}`]));

/** Writes the list beside a label file. Returns its path. */
export function writeClassList(labelFile: string, classes: readonly string[]): string {
  const mids = midsOf(classes);
  const rows = classes.map((name, i) => [i, mids.get(name) as string, name]);
  return writeWhole(
    path.join(path.dirname(path.resolve(labelFile)), classListName),
    writeCsv([['index', 'mid', 'display_name'], ...rows]),
  );
}

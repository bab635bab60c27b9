// The fields of a label record by name, with the names other tools give them.
import { labelValue, labelValues, presence, presences } from '../../../shared/contract/labelValue.ts';
import type { LabelField as Field } from '../../../shared/contract/annotation.ts';
import type { LabelRecord, ReadRecord, Unmatched } from './labelRecord.ts';

const aliases: Record<Field, readonly string[]> = {
  path: [
    'path',
    'file',
    'filename',
    'file_name',
    'filepath',
    'file_path',
    'clip',
    'video',
    'audio',
    'media',
    'wav',
    'source',
  ],
  start: ['start', 'start_s', 'starts', 'start_seconds', 'start_time', 'begin', 'begin time (s)', 'onset'],
  end: ['end', 'end_s', 'ends', 'end_seconds', 'end_time', 'stop', 'end time (s)', 'offset'],
  label: ['label', 'labels', 'class', 'class_name', 'category', 'species', 'tag', 'annotation'],
  value: ['value'],
  presence: ['presence', 'modality'],
  schema: ['schema'],
};

/** Which column of a header holds which field: as the mapper says, else by a usual name. */
export function fieldColumns(
  header: readonly string[],
  mapper: Record<string, string>,
): Partial<Record<Field, number>> {
  const names = header.map((name) => name.trim().toLowerCase());
  const columns: Partial<Record<Field, number>> = {};
  for (const field of Object.keys(aliases) as Field[]) {
    const wanted = mapper[field];
    const at =
      wanted === undefined
        ? aliases[field].map((alias) => names.indexOf(alias)).find((i) => i >= 0)
        : header.findIndex((name) => name === wanted || name.trim() === wanted.trim());
    if (at !== undefined && at >= 0) columns[field] = at;
  }
  return columns;
}

/** Seconds, from a number or h:m:s. */
function seconds(text: string): number {
  const parts = text.trim().split(':').map(Number);
  return parts.length > 3 ? Number.NaN : parts.reduce((total, part) => total * 60 + part, 0);
}

/** Checks what a line says. A string is the reason why it cannot be used. */
export function checkedRecord(raw: Partial<Record<Field, string>>): LabelRecord | string {
  if (!raw.path) return 'no path';
  if (!raw.label?.trim()) return 'no label';
  if (raw.label.length > 200) return 'a label of more than 200 characters';
  const [startS, endS] = [raw.start, raw.end].map((text) =>
    text === undefined || text.trim() === '' ? null : seconds(text),
  ) as [number | null, number | null];
  if (startS !== null && !(startS >= 0)) return `start "${raw.start}" is not a time`;
  if (endS !== null && !(endS >= 0)) return `end "${raw.end}" is not a time`;
  if (startS !== null && endS !== null && endS < startS) return `end ${endS} lies before start ${startS}`;
  const value = labelValue.safeParse(raw.value?.trim() || 'positive');
  if (!value.success) return `value "${raw.value?.trim()}" is none of ${labelValues.join(', ')}`;
  const where = presence.nullable().safeParse(raw.presence?.trim() || null);
  if (!where.success) return `presence "${raw.presence?.trim()}" is none of ${presences.join(', ')}`;
  return {
    path: raw.path,
    startS,
    endS,
    label: raw.label,
    value: value.data,
    presence: where.data,
    schema: raw.schema || null,
  };
}

/** What a line says, before it is checked. */
export interface RawLine {
  line: number;
  raw: Partial<Record<Field, string>>;
}

/** Sorts checked lines into records and reasons. */
export async function collect(
  lines: Iterable<RawLine> | AsyncIterable<RawLine>,
  bad: Unmatched[] = [],
): Promise<{ records: ReadRecord[]; bad: Unmatched[] }> {
  const records: ReadRecord[] = [];
  for await (const { line, raw } of lines) {
    const record = checkedRecord(raw);
    if (typeof record === 'string') bad.push({ line, reason: record });
    else records.push({ ...record, line });
  }
  return { records, bad };
}

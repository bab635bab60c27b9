// The values that a recording has by itself: of the user's pattern, files beside it, tags in it, and its name, in this order.
import type { MetadataSource } from '../../../shared/contract/metadata.ts';
import { momentIn, readTime, zoneOf } from './localTime.ts';
import type { ColumnRow, FoundValue } from './metadataStore.ts';
import { readValue, type ReadValue } from './metadataValue.ts';
import { nameMetadata } from './nameMetadata.ts';
import type { NamePattern } from './namePattern.ts';
import { fileTagMetadata, sidecarTagMetadata, type TagValues } from './tagMetadata.ts';

export interface RawTags {
  file: Record<string, string>;
  sidecar: Record<string, string>;
}
export interface FindingRules {
  columns: readonly ColumnRow[];
  /** Of times that name none. */
  zone: string | undefined;
  pattern: NamePattern | null;
}
export interface Finding {
  values: FoundValue[];
  /** Values that are none, such as a time that daylight saving leaves out. */
  problems: { column: string; text: string; source: MetadataSource; reason: string }[];
}

const quarterS = 900;
/** Cameras write the container's time a little before or after the name's. */
const slackS = 10;

/**
 * The offset that makes a wall clock in a name and a moment in UTC the same: both are the beginning, or the container's is the end. Null
 * where they differ by no whole quarters of an hour.
 */
export function offsetBetween(wallS: number, createdS: number, durationS: number): number | null {
  for (const startS of [createdS, createdS - durationS]) {
    const offsetS = Math.round((wallS - startS) / quarterS) * quarterS;
    if (Math.abs(wallS - startS - offsetS) <= slackS && Math.abs(offsetS) <= 14 * 3600) return offsetS / 60;
  }
  return null;
}

const hasZone = (text: string): boolean => /(Z|[+-]\d{2}:\d{2}|\])$/.test(text);

/** The time in a name with the zone that the container's time gives it, or the workspace's. */
function namedTime(
  text: string,
  created: string | null,
  durationS: number,
  zone: string | undefined,
): ReadValue | { problem: string } {
  const wall = readTime(text);
  if ('problem' in wall || hasZone(wall.text) || !wall.text.includes('T')) return wall;
  const moment = created === null || zone !== undefined ? null : readTime(created, { zone: 'UTC' });
  const offset = moment && !('problem' in moment) ? offsetBetween(wall.number, moment.number, durationS) : null;
  if (offset === null) return readTime(text, { zone });
  const other = zoneOf(
    `UTC${offset < 0 ? '-' : '+'}${Math.floor(Math.abs(offset) / 60)}:${String(Math.abs(offset) % 60).padStart(2, '0')}`,
  );
  return other ? momentIn(wall.number - offset * 60, other) : wall;
}

/** `path`: relative to its source. */
export function findMetadata(
  { path, durationS, tags }: { path: string; durationS: number; tags: RawTags | null },
  { columns, zone, pattern }: FindingRules,
): Finding {
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const found = new Map<string, FoundValue>();
  const problems: Finding['problems'] = [];
  const { values: fromFile, created } = fileTagMetadata(tags?.file ?? {});
  const take = (
    key: string,
    text: string,
    source: MetadataSource,
    read: ReadValue | { problem: string } | null,
  ): void => {
    const column = byKey.get(key);
    if (!column || found.has(key) || text.trim() === '') return;
    const value = read ?? readValue(column, text, { zone });
    if ('problem' in value) problems.push({ column: key, text, source, reason: value.problem });
    else found.set(key, { columnId: column.id, ...value, source });
  };
  const takeAll = (values: TagValues, source: MetadataSource): void => {
    for (const [key, text] of Object.entries(values)) take(key, text, source, null);
  };
  takeAll(pattern?.read(path) ?? {}, 'pattern');
  takeAll(
    sidecarTagMetadata(
      tags?.sidecar ?? {},
      columns.filter(({ built_in }) => !built_in).map(({ key }) => key),
    ),
    'sidecar',
  );
  takeAll(fromFile, 'file');
  const named = nameMetadata(path);
  for (const [key, text] of Object.entries(named) as [string, string][])
    take(key, text, 'name', key === 'recorded_at' ? namedTime(text, created, durationS, zone) : null);
  // The day a file was written says little about when it was recorded, so it comes last; 1904 and 1970 are clocks that were never set.
  if (created !== null && !/^(1904|1970)/.test(created))
    take('recorded_at', created, 'file', readTime(created, { zone: 'UTC' }));
  return { values: [...found.values()], problems };
}

// What the tags of a file, or of a file beside it, say about columns that every workspace has.
import { builtInColumn } from './columnNames.ts';

export type TagValues = Record<string, string>;
type Tags = Readonly<Record<string, string>>;

const first = (tags: Tags, ...names: string[]): string | undefined => {
  const folded = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));
  return names.map((name) => folded.get(name.toLowerCase())).find((value) => value !== undefined && value !== '');
};

/** ISO 6709, `+52.5200+013.4050+034/`, or two numbers. */
export function placeOf(text: string | undefined): { latitude?: string; longitude?: string } {
  const match =
    /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)/.exec(text ?? '') ??
    /^\(?\s*(-?\d{1,2}(?:\.\d+)?)[\s,;]+(-?\d{1,3}(?:\.\d+)?)\s*\)?$/.exec(text ?? '');
  const [latitude, longitude] = [Number(match?.[1]), Number(match?.[2])];
  // Recorders without a fix write zeros.
  if (!match || Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || (latitude === 0 && longitude === 0)) return {};
  return { latitude: String(latitude), longitude: String(longitude) };
}

/** "Recorded at 06:30:00 05/10/2023 (UTC+2) by AudioMoth 24F319055FDF2F12 at …" */
function audioMothComment(text: string | undefined): TagValues {
  const match =
    /Recorded at (\d{2}:\d{2}:\d{2})(?:\.\d+)? (\d{2})\/(\d{2})\/(\d{4}) \((UTC[^)]*)\) by (?:AudioMoth )?([0-9A-F]{16})?/i.exec(
      text ?? '',
    );
  if (!match) return {};
  const [, clock, day, month, year, zone, serial] = match;
  return {
    recorded_at: `${year}-${month}-${day}T${clock} ${zone}`,
    ...(serial ? { device: `AudioMoth ${serial.toUpperCase()}` } : {}),
  };
}

const joined = (...parts: (string | undefined)[]): string | undefined => {
  const given = [...new Set(parts.filter((part): part is string => part !== undefined && part !== ''))];
  return given.length > 0 ? given.join(' ') : undefined;
};

const given = (values: Record<string, string | undefined>): TagValues =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value ? [[key, value]] : [])));

/** `created`: UTC, of the container, which may tell when the file was written instead. */
export function fileTagMetadata(tags: Tags): { values: TagValues; created: string | null } {
  const place = placeOf(
    first(tags, 'com.apple.quicktime.location.ISO6709', 'location', 'location-eng', 'guano Loc Position', 'xyz'),
  );
  const values = given({
    recorded_at: first(
      tags,
      'com.apple.quicktime.creationdate',
      'guano Timestamp',
      'bext time',
      'info ICRD',
      'date_recorded',
    ),
    device: joined(
      first(tags, 'guano Make', 'com.apple.quicktime.make', 'make', 'com.android.manufacturer'),
      first(tags, 'guano Model', 'com.apple.quicktime.model', 'model', 'com.android.model'),
      first(tags, 'guano Serial'),
    ),
    site: first(tags, 'guano Loc Site', 'guano Site', 'guano WA|Song Meter|Prefix'),
    individual: first(tags, 'guano Individual'),
    tape: first(tags, 'ixml.BWFXML.TAPE', 'reel_name', 'tape'),
    ...place,
  });
  const moth = audioMothComment(first(tags, 'info ICMT', 'comment'));
  // A year alone is the tag of a music file.
  if (/^\d{4}$/.test(values.recorded_at ?? '')) delete values.recorded_at;
  return { values: { ...values, ...moth }, created: first(tags, 'creation_time') ?? null };
}

/** Names of a sidecar's fields are those of columns, whatever they are nested in. `own`: the workspace's own columns. */
export function sidecarTagMetadata(tags: Tags, own: readonly string[]): TagValues {
  const { values } = fileTagMetadata(tags);
  const ownByName = new Map(own.map((key) => [key.toLowerCase(), key]));
  for (const [path, text] of Object.entries(tags)) {
    const name = path.slice(path.lastIndexOf('.') + 1);
    const key = ownByName.get(path.toLowerCase()) ?? ownByName.get(name.toLowerCase()) ?? builtInColumn(name);
    if (key === null || key === undefined || values[key] !== undefined) continue;
    Object.assign(values, key === 'site' ? placeOf(text) : {});
    if (key !== 'site' || !placeOf(text).latitude) values[key] = text;
  }
  return values;
}

// Finds the clips a label record speaks of, or says why there are none.
import path from 'node:path';
import type { ReadLabels, ReadRecord } from './labelRecord.ts';

export interface MatchMedia {
  id: number;
  path: string;
  absolutePath: string;
  durationS: number;
  clips: { id: number; startS: number; endS: number }[];
}

const fold = (text: string): string => text.normalize('NFC').replaceAll('\\', '/');
const stemOf = (name: string): string => name.slice(0, name.length - path.posix.extname(name).length);
/** A millisecond: less than any two windows differ by. */
const tolerance = 1e-3;

function grouped(media: readonly MatchMedia[], key: (one: MatchMedia) => string): Map<string, MatchMedia[]> {
  const groups = new Map<string, MatchMedia[]>();
  for (const one of media) {
    const at = key(one);
    const group = groups.get(at);
    if (group) group.push(one);
    else groups.set(at, [one]);
  }
  return groups;
}

export class ClipMatcher {
  private readonly byAbsolute: Map<string, MatchMedia[]>;
  private readonly byRelative: Map<string, MatchMedia[]>;
  private readonly byStemPath: Map<string, MatchMedia[]>;
  private readonly byName: Map<string, MatchMedia[]>;
  private readonly byStem: Map<string, MatchMedia[]>;

  constructor(media: readonly MatchMedia[]) {
    this.byAbsolute = grouped(media, (one) => fold(one.absolutePath));
    this.byRelative = grouped(media, (one) => fold(one.path));
    this.byStemPath = grouped(media, (one) => stemOf(fold(one.path)));
    this.byName = grouped(media, (one) => path.posix.basename(fold(one.path)));
    this.byStem = grouped(media, (one) => stemOf(path.posix.basename(fold(one.path))));
  }

  /** Clip ids, or the reason why there are none. `folder`: where the label file lies, for paths relative to it. */
  match(record: ReadRecord, naming: ReadLabels['naming'], folder: string): number[] | string {
    const segment = naming === 'recording' ? this.segmentFile(record) : null;
    if (segment) return segment.clips.map(({ id }) => id);
    const found = this.medium(record.path, folder);
    if (typeof found === 'string') return found;
    return windowOf(found, record, naming === 'recording');
  }

  /** A file cut to the segment and named after it: id_start, in seconds (VGGSound pads to six) or milliseconds. */
  private segmentFile({ path: id, startS, endS }: ReadRecord): MatchMedia | null {
    if (startS === null) return null;
    const from = [`${id}_${startS}`, `${id}_${String(startS).padStart(6, '0')}`, `${id}_${startS * 1000}`];
    const names = endS === null ? from : [...from, `${id}_${startS}_${endS}`, `${id}_${startS * 1000}_${endS * 1000}`];
    const found = names.flatMap((name) => this.byStem.get(fold(name)) ?? []);
    return found.length === 1 ? (found[0] as MatchMedia) : null;
  }

  /**
   * The file of the collection that a name speaks of, or why there is none. Relative names may be relative to `folder`.
   */
  medium(given: string, folder: string): MatchMedia | string {
    const name = fold(given);
    const absolute = this.byAbsolute.get(name) ?? this.byAbsolute.get(fold(path.resolve(folder, given)));
    for (const exact of [absolute, this.byRelative.get(name), this.byStemPath.get(name)]) {
      if (exact?.length === 1) return exact[0] as MatchMedia;
    }
    const base = path.posix.basename(name);
    const alike = this.byName.get(base) ?? this.byStem.get(base) ?? this.byStem.get(stemOf(base)) ?? [];
    if (alike.length === 0) return `no file of the collection is called ${base}`;
    // The one that shares most of the path's end, as after a move to another machine.
    const shared = alike.map((one) => commonEnd(fold(one.absolutePath), name));
    const most = Math.max(...shared);
    const best = alike.filter((_, i) => shared[i] === most);
    return best.length === 1 ? (best[0] as MatchMedia) : `${best.length} files of the collection are called ${base}`;
  }
}

/** Number of folders that two paths share at their end, not counting the file's own name. */
function commonEnd(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('/').toReversed()) as [string[], string[]];
  let n = 1;
  while (n < left.length && n < right.length && left[n] === right[n]) n++;
  return n;
}

function windowOf(medium: MatchMedia, { startS, endS }: ReadRecord, cutFiles: boolean): number[] | string {
  const everything = medium.clips.map(({ id }) => id);
  if (startS === null && endS === null) return everything;
  const [from, to] = [startS ?? 0, endS ?? medium.durationS];
  const exact = medium.clips.filter(
    (clip) => Math.abs(clip.startS - from) < tolerance && Math.abs(clip.endS - to) < tolerance,
  );
  if (exact.length) return exact.map(({ id }) => id);
  // Times of the recording, but a file that is no longer than the segment: it was cut to it.
  if (cutFiles && to > medium.durationS + tolerance && medium.durationS <= to - from + 1) return everything;
  const overlapping = medium.clips.filter((clip) => {
    const shared = Math.min(clip.endS, to) - Math.max(clip.startS, from);
    return shared >= Math.min(clip.endS - clip.startS, to - from) / 2 && shared > 0;
  });
  return overlapping.length ? overlapping.map(({ id }) => id) : `no clip of ${medium.path} lies at ${from}–${to} s`;
}

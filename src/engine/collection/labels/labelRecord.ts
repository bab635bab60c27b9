// One statement about a window of a file, as label files of every format carry it.
import type { LabelValue, Presence } from '../../../shared/contract/labelValue.ts';
import type { Source } from '../stepLog.ts';

/** `path` as the file names it; no times: the whole file. `schema`: the label schema's name, where the format has a place for it. */
export interface LabelRecord {
  path: string;
  startS: number | null;
  endS: number | null;
  label: string;
  value: LabelValue;
  presence: Presence | null;
  schema: string | null;
}

/** A record read, with the line (or item number) it came from, for the report. */
export interface ReadRecord extends LabelRecord {
  line: number;
}
export interface Unmatched {
  line: number;
  reason: string;
}
export interface ReadLabels {
  records: ReadRecord[];
  bad: Unmatched[];
  /**
   * How `path` names a file: by its path, or by a recording's identifier. Files of a recording are often cut to the labelled
   * segment, and named after it with the segment's start.
   */
  naming: 'path' | 'recording';
}

/** A present annotation with all that writers may want of its clip and file. */
export interface WrittenRecord extends LabelRecord {
  startS: number;
  endS: number;
  schema: string;
  source: Source;
  clipId: number;
  mediaId: number;
  absolutePath: string;
  stem: string;
  kind: 'video' | 'audio' | 'image';
  durationS: number;
  frameRateHz: number | null;
  /** The file has no other clip. */
  whole: boolean;
}

export interface ReadOptions {
  /** Our column name → the file's, for plain CSV and JSON lines. */
  columns: Record<string, string>;
}

export interface LabelFormat {
  /** The usual name of such a file, for an export into a folder. */
  fileName: string;
  /** Negative and uncertain statements, and audible / visible, have no place in most formats; those are then left out. */
  positivesOnly: boolean;
  read: ((path: string, options: ReadOptions) => Promise<ReadLabels> | ReadLabels) | null;
  /** Writes file(s) and returns their paths. */
  write(
    path: string,
    records: readonly WrittenRecord[],
    classes: readonly string[],
    schema: string,
  ): Promise<string[]> | string[];
}

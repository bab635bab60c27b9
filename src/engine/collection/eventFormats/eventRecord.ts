// What every format of event files is read into and written from.
import type { LabelValue } from '../../../shared/contract/labelValue.ts';
import type { EventFormat, EventModality, TimedEvent } from '../../../shared/contract/event.ts';

/** One event of a file. `path` null: the file does not name its recording. `line` 0: the format has no lines. */
export interface ReadEvent {
  line: number;
  path: string | null;
  onsetS: number;
  /** Null: a point event. */
  offsetS: number | null;
  label: string;
  /** Null: the file does not say. */
  modality: EventModality | null;
  value: LabelValue;
  lowHz: number | null;
  highHz: number | null;
  annotator: string | null;
}
export interface BadRow {
  line: number;
  reason: string;
}
export interface ReadEvents {
  events: ReadEvent[];
  bad: BadRow[];
  /** Recordings that the file names, with or without events. */
  recordings: string[];
  /** What the file holds that events cannot keep, in words. */
  lost: string[];
}
/** A recording with the events to write. */
export interface WrittenRecording {
  /** Absolute. */
  path: string;
  durationS: number;
  kind: 'video' | 'audio' | 'image';
  events: TimedEvent[];
}
export interface WriteOptions {
  /** Praat's short text form. */
  short: boolean;
  /** Name of the file to write, which tells variants of a format apart. */
  file: string;
}
export interface Written {
  text: string;
  /** What the format cannot keep, in words. */
  lost: string[];
}
export interface EventFileFormat {
  format: EventFormat;
  extension: string;
  /** One file holds all recordings, or each has a file of its own. */
  holds: 'collection' | 'recording';
  read(file: string): Promise<ReadEvents>;
  write(recordings: readonly WrittenRecording[], options: WriteOptions): Written;
}

export const noEvent = { modality: null, value: 'positive', lowHz: null, highHz: null, annotator: null } as const;

/** Collects what is lost once each, with how often. */
export class Losses {
  private readonly counts = new Map<string, number>();
  add(what: string, n = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + n);
  }
  list(): string[] {
    return [...this.counts].map(([what, n]) => `${what} (${n})`);
  }
}

/** What a format without these fields drops from events. */
export function droppedFields(
  recordings: readonly WrittenRecording[],
  kept: { band?: boolean; modality?: boolean; value?: boolean; annotator?: boolean },
): string[] {
  const losses = new Losses();
  for (const { events } of recordings)
    for (const event of events) {
      if (!kept.band && (event.lowHz !== null || event.highHz !== null)) losses.add('frequency bands');
      if (!kept.modality && event.modality !== 'heard') losses.add('whether an event is heard or seen');
      if (!kept.value && event.value !== 'positive')
        losses.add('negative and uncertain events are written like positive ones');
      if (!kept.annotator && event.annotator !== null) losses.add('annotators');
      if (event.confidence !== null) losses.add('confidences');
    }
  return losses.list();
}

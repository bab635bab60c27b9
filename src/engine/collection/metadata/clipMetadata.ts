// Metadata by clip: the values of its recording, and the absolute time of its window with what follows from that (hour, day, month,
// weekday). Columns are kept in memory until a table they are read from is written.
import type { Db } from '../database/database.ts';
import { TableWrites } from '../database/tableWrites.ts';
import { offsetAfter, storedTime, type StoredTime } from './localTime.ts';
import type { MetadataStore } from './metadataStore.ts';

/** Columns that follow from `recorded_at`, by the clock of the place. `time`: seconds since 1970; `hour`: 0 ≤ h < 24. */
export const derivedColumns = ['time', 'hour', 'day', 'month', 'weekday'] as const;
export type DerivedColumn = (typeof derivedColumns)[number];
export const isDerived = (name: string): name is DerivedColumn =>
  (derivedColumns as readonly string[]).includes(name.toLowerCase());

export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** When a clip begins. `localS`: what the clocks of the place show, counted as if they showed UTC. `timed` false: only the day is known. */
export interface ClipTimes {
  clipIds: readonly number[];
  mediaIds: readonly number[];
  epochS: Float64Array;
  localS: Float64Array;
  timed: Uint8Array;
}
/** Values parallel to `clipIds`, which are all clips in the order of their ids; null where there is none. */
export interface ClipColumn {
  clipIds: readonly number[];
  values: (string | number | null)[];
}

const daysS = 86_400;
const isoDay = (localS: number): string => new Date(localS * 1000).toISOString().slice(0, 10);

export class ClipMetadata {
  private readonly db: Db;
  private readonly store: MetadataStore;
  private readonly writes: TableWrites;
  private readonly kept = new Map<string, { state: string; value: unknown }>();

  constructor(db: Db, store: MetadataStore) {
    this.db = db;
    this.store = store;
    this.writes = TableWrites.of(db);
  }

  /** Every clip's value of a column of metadata, or of one that follows from the time. Throws NOT_FOUND for an unknown one. */
  column(name: string): ClipColumn {
    const own = this.store.named(name);
    if (!own && isDerived(name)) return this.derived(name.toLowerCase() as DerivedColumn);
    const { id, type } = own ?? this.store.column(name);
    return this.keep(`column ${id} ${type}`, () => {
      const { clipIds, mediaIds } = this.clips();
      const byMedium = this.ofMedia(id, type === 'number' ? 'number' : 'text');
      return { clipIds, values: mediaIds.map((mediaId) => byMedium.get(mediaId) ?? null) };
    });
  }

  /** When each clip begins; NaN where it is not known. */
  times(): ClipTimes {
    return this.keep('times', () => {
      const { clipIds, mediaIds, startS } = this.clips();
      const epochS = new Float64Array(clipIds.length).fill(Number.NaN);
      const localS = new Float64Array(clipIds.length).fill(Number.NaN);
      const timed = new Uint8Array(clipIds.length);
      const recorded = this.recordedAt();
      const offsets = new Map<string, number>();
      mediaIds.forEach((mediaId, i) => {
        const at = recorded.get(mediaId);
        if (!at) return;
        timed[i] = at.timed ? 1 : 0;
        epochS[i] = at.epochS + startS[i]!;
        localS[i] = epochS[i]! + offset(at, startS[i]!, offsets);
      });
      return { clipIds, mediaIds, epochS, localS, timed };
    });
  }

  private derived(name: DerivedColumn): ClipColumn {
    return this.keep(name, () => {
      const { clipIds, epochS, localS, timed } = this.times();
      const days = new Map<number, string>();
      const dayOf = (local: number): string => {
        const day = Math.floor(local / daysS);
        const known = days.get(day) ?? isoDay(day * daysS);
        days.set(day, known);
        return known;
      };
      const value = (i: number): string | number | null => {
        const local = localS[i]!;
        if (Number.isNaN(local)) return null;
        if (name === 'time') return epochS[i]!;
        if (name === 'hour') return timed[i] ? (((local % daysS) + daysS) % daysS) / 3600 : null;
        if (name === 'weekday') return weekdays[(((Math.floor(local / daysS) + 4) % 7) + 7) % 7]!;
        return name === 'month' ? dayOf(local).slice(0, 7) : dayOf(local);
      };
      return { clipIds, values: Array.from(clipIds, (_, i) => value(i)) };
    });
  }

  private clips(): { clipIds: readonly number[]; mediaIds: readonly number[]; startS: readonly number[] } {
    return this.keep('clips', () => {
      const [clipIds, mediaIds, startS] = (
        this.db
          .prepare(
            `SELECT json_group_array(id), json_group_array(media_id), json_group_array(start_s)
            FROM (SELECT id, media_id, start_s FROM clip ORDER BY id)`,
          )
          .raw()
          .get() as string[]
      ).map((json) => JSON.parse(json) as number[]) as [number[], number[], number[]];
      return { clipIds, mediaIds, startS };
    });
  }

  private recordedAt(): Map<number, StoredTime> {
    const texts = this.ofMedia(this.store.column('recorded_at').id, 'text') as Map<number, string>;
    const numbers = this.ofMedia(this.store.column('recorded_at').id, 'number') as Map<number, number>;
    return new Map([...texts].map(([mediaId, text]) => [mediaId, storedTime(text, numbers.get(mediaId) ?? 0)]));
  }

  private ofMedia(columnId: number, what: 'text' | 'number'): Map<number, string | number> {
    const [ids, values] = (
      this.db
        .prepare(`SELECT json_group_array(media_id), json_group_array(${what}) FROM metadata_value WHERE column_id = ?`)
        .raw()
        .get(columnId) as [string, string]
    ).map((json) => JSON.parse(json) as (string | number | null)[]) as [number[], (string | number | null)[]];
    return new Map(ids.flatMap((mediaId, i) => (values[i] === null ? [] : [[mediaId, values[i]!]])));
  }

  private keep<T>(name: string, read: () => T): T {
    const state = this.writes.state(['clip', 'metadata_column', 'metadata_value']);
    const known = this.kept.get(name);
    if (state !== null && known?.state === state) return known.value as T;
    if (known && known.state !== state) this.kept.clear();
    const value = read();
    if (state !== null) this.kept.set(name, { state, value });
    return value;
  }
}

/** Offsets of a zone are asked for once a quarter of an hour: changes of daylight saving come on whole quarters of an hour. */
function offset(at: StoredTime, afterS: number, known: Map<string, number>): number {
  if (!at.zone) return at.offsetS ?? 0;
  const quarter = Math.floor((at.epochS + afterS) / 900);
  const key = `${at.zone.name} ${quarter}`;
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = offsetAfter(at, quarter * 900 - at.epochS)));
  return found;
}

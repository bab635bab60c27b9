// Events listed, counted and drawn. All run on indices: a million events answer within a page's patience.
import type {
  EventFacets,
  EventFilter,
  EventRecording,
  EventSort,
  TimedEvent,
} from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import type { RootStore } from '../rootStore.ts';

interface Where {
  sql: string;
  values: unknown[];
}
type Row = Omit<TimedEvent, 'path' | 'class'> & { rootId: number; relative: string; class: string };

/** SQL of a filter over the table `e` = event. */
export function eventWhere(filter: EventFilter = {}): Where {
  const parts: string[] = [];
  const values: unknown[] = [];
  const also = (sql: string, ...more: unknown[]): void => {
    parts.push(sql);
    values.push(...more);
  };
  const among = (column: string, list: readonly unknown[] | undefined): void => {
    if (list === undefined) return;
    if (list.length === 1) also(`${column} = ?`, list[0]);
    else also(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(list));
  };
  among('e.id', filter.ids);
  among('e.media_id', filter.mediaIds);
  if (filter.schemaId !== undefined) also('e.schema_id = ?', filter.schemaId);
  among('e.class_id', filter.classIds);
  among('e.modality', filter.modalities);
  among('e.value', filter.values);
  among('e.source', filter.sources);
  among('e.annotator', filter.annotators);
  if (filter.timeS) also('e.onset_s < ? AND e.offset_s >= ?', filter.timeS[1], filter.timeS[0]);
  if (filter.durationS) also('e.offset_s - e.onset_s BETWEEN ? AND ?', ...filter.durationS);
  if (filter.confidence) also('e.confidence BETWEEN ? AND ?', ...filter.confidence);
  if (filter.bandHz) also('e.low_hz <= ? AND e.high_hz >= ?', filter.bandHz[1], filter.bandHz[0]);
  if (filter.text)
    also(
      "e.media_id IN (SELECT id FROM media WHERE fold(path) LIKE '%' || fold(?) || '%' ESCAPE '\\')",
      filter.text.replaceAll(/[\\%_]/g, '\\$&'),
    );
  return { sql: parts.length ? `WHERE ${parts.join(' AND ')}` : '', values };
}

const orders: Record<EventSort['by'], (d: string) => string> = {
  time: (d) => `e.media_id ${d}, e.onset_s ${d}, e.offset_s ${d}, e.class_id ${d}, e.id ${d}`,
  class: (d) => `e.class_id ${d}, e.media_id, e.onset_s, e.id`,
  confidence: (d) => `e.confidence ${d}, e.id ${d}`,
  duration: (d) => `e.offset_s - e.onset_s ${d}, e.id ${d}`,
  id: (d) => `e.id ${d}`,
};

export class EventQuery {
  private readonly db: Db;
  private readonly roots: RootStore;

  constructor(db: Db, roots: RootStore) {
    this.db = db;
    this.roots = roots;
  }

  /** All events of a filter as bare spans. */
  spans(filter: EventFilter): { mediaId: number; classId: number; onsetS: number; offsetS: number }[] {
    const { sql, values } = eventWhere(filter);
    return this.db
      .prepare(
        `SELECT e.media_id AS mediaId, e.class_id AS classId, e.onset_s AS onsetS, e.offset_s AS offsetS FROM event e ${sql}
        ORDER BY e.media_id, e.onset_s`,
      )
      .all(...values) as { mediaId: number; classId: number; onsetS: number; offsetS: number }[];
  }

  /** The schema that has events, where only one has; else null. */
  onlySchema(): number | null {
    const schemas = this.db.prepare('SELECT DISTINCT schema_id FROM event LIMIT 2').pluck().all() as number[];
    return schemas.length === 1 ? schemas[0]! : null;
  }

  list(
    filter: EventFilter | undefined,
    sort: EventSort | undefined,
    offset: number,
    limit: number,
  ): { total: number; rows: TimedEvent[] } {
    const { sql, values } = eventWhere(filter);
    const order = orders[sort?.by ?? 'time'](sort?.descending ? 'DESC' : 'ASC');
    // Ids first: rows of skipped pages are never read.
    const rows = this.db
      .prepare(
        `SELECT e.id, e.media_id AS mediaId, e.schema_id AS schemaId, e.class_id AS classId, k.name AS class, e.onset_s AS onsetS,
          iif(e.offset_s = e.onset_s, NULL, e.offset_s) AS offsetS, e.modality, e.value, e.low_hz AS lowHz, e.high_hz AS highHz, e.source,
          e.annotator, e.confidence, e.proposal_id AS proposalId, m.root_id AS rootId, m.path AS relative
        FROM (SELECT e.id FROM event e ${sql} ORDER BY ${order} LIMIT ? OFFSET ?) page
        JOIN event e ON e.id = page.id JOIN media m ON m.id = e.media_id JOIN label_class k ON k.id = e.class_id ORDER BY ${order}`,
      )
      .all(...values, limit, offset) as Row[];
    return {
      total: this.count(filter),
      rows: rows.map(({ rootId, relative, ...row }) => ({ ...row, path: this.roots.absolute(rootId, relative) })),
    };
  }

  count(filter?: EventFilter): number {
    const { sql, values } = eventWhere(filter);
    return this.db
      .prepare(`SELECT count(*) FROM event e ${sql}`)
      .pluck()
      .get(...values) as number;
  }

  ids(filter?: EventFilter): number[] {
    const { sql, values } = eventWhere(filter);
    const json = this.db
      .prepare(`SELECT json_group_array(e.id) FROM event e ${sql}`)
      .pluck()
      .get(...values) as string;
    return JSON.parse(json) as number[];
  }

  facets(filter?: EventFilter): EventFacets {
    const { sql, values } = eventWhere(filter);
    // One pass over one index; the few groups are added up here.
    const groups = this.db
      .prepare(
        `SELECT e.class_id, e.modality, e.value, e.source, e.annotator, count(*) FROM event e ${sql}
        GROUP BY e.class_id, e.modality, e.value, e.source, e.annotator`,
      )
      .raw()
      .all(...values) as [number, string, string, string, string | null, number][];
    const counted = <T>(column: number): { value: T; count: number }[] => {
      const counts = new Map<T, number>();
      for (const group of groups) {
        const value = group[column] as T;
        counts.set(value, (counts.get(value) ?? 0) + group[5]);
      }
      return [...counts].map(([value, count]) => ({ value, count })).toSorted((x, y) => y.count - x.count);
    };
    const names = new Map(this.db.prepare('SELECT id, name FROM label_class').raw().all() as [number, string][]);
    const classes = counted<number>(0);
    return {
      total: classes.reduce((sum, { count }) => sum + count, 0),
      recordings: this.db
        .prepare(`SELECT count(DISTINCT e.media_id) FROM event e ${sql}`)
        .pluck()
        .get(...values) as number,
      completeRecordings: this.db
        .prepare('SELECT count(DISTINCT media_id) FROM recording_complete WHERE ? IS NULL OR schema_id = ?')
        .pluck()
        .get(filter?.schemaId ?? null, filter?.schemaId ?? null) as number,
      classes: classes.map(({ value, count }) => ({ id: value, name: names.get(value) ?? '', count })),
      modalities: counted(1),
      values: counted(2),
      sources: counted(3),
      annotators: counted<string | null>(4).flatMap(({ value, count }) => (value === null ? [] : [{ value, count }])),
    };
  }

  /** Positive events per class and bin of [startS, endS); an event counts in every bin it touches. */
  overview(
    mediaId: number,
    span: { startS: number; endS: number; bins: number },
    filter: EventFilter = {},
  ): { classes: { classId: number; counts: number[] }[] } {
    const { startS, endS, bins } = span;
    if (endS <= startS) throw new EngineError('BAD_INPUT', 'the span ends before it starts', { field: 'endS' });
    const { sql, values } = eventWhere({ values: ['positive'], ...filter, mediaIds: [mediaId], timeS: [startS, endS] });
    const width = (endS - startS) / bins;
    const rows = this.db
      .prepare(`SELECT e.class_id, e.onset_s, e.offset_s FROM event e ${sql}`)
      .raw()
      .iterate(...values) as IterableIterator<[number, number, number]>;
    const classes = new Map<number, number[]>();
    for (const [classId, onsetS, offsetS] of rows) {
      const counts = classes.get(classId) ?? new Array<number>(bins).fill(0);
      classes.set(classId, counts);
      const first = Math.max(0, Math.floor((onsetS - startS) / width));
      const last = Math.min(bins - 1, Math.max(first, Math.ceil((offsetS - startS) / width) - 1));
      for (let bin = first; bin <= last; bin++) counts[bin]!++;
    }
    return {
      classes: [...classes].map(([classId, counts]) => ({ classId, counts })).toSorted((a, b) => a.classId - b.classId),
    };
  }

  recordings(input: {
    mediaIds?: readonly number[] | undefined;
    schemaId?: number | undefined;
    text?: string | undefined;
    offset: number;
    limit: number;
  }): {
    total: number;
    rows: EventRecording[];
  } {
    const criteria = [
      ...(input.text ? ["fold(m.path) LIKE '%' || fold(?) || '%'"] : []),
      ...(input.mediaIds ? [`m.id IN (${input.mediaIds.map(Number).join(', ')})`] : []),
    ];
    const where = criteria.length ? `WHERE ${criteria.join(' AND ')}` : '';
    const text = input.text ? [input.text] : [];
    const scope = input.schemaId === undefined ? '' : `AND e.schema_id = ${Number(input.schemaId)}`;
    const rows = this.db
      .prepare(
        `SELECT m.id AS mediaId, m.root_id AS rootId, m.path AS relative, m.duration_s AS durationS, coalesce(n.events, 0) AS events,
          (SELECT json_group_array(c.schema_id) FROM recording_complete c WHERE c.media_id = m.id) AS complete
        FROM media m LEFT JOIN (SELECT e.media_id, count(*) AS events FROM event e WHERE 1 ${scope} GROUP BY e.media_id) n ON n.media_id = m.id
        ${where} ORDER BY n.events IS NULL, m.path, m.id LIMIT ? OFFSET ?`,
      )
      .all(...text, input.limit, input.offset) as {
      mediaId: number;
      rootId: number;
      relative: string;
      durationS: number;
      events: number;
      complete: string;
    }[];
    return {
      total: this.db
        .prepare(`SELECT count(*) FROM media m ${where}`)
        .pluck()
        .get(...text) as number,
      rows: rows.map(({ rootId, relative, complete, ...row }) => ({
        ...row,
        path: this.roots.absolute(rootId, relative),
        completeSchemaIds: JSON.parse(complete) as number[],
      })),
    };
  }
}

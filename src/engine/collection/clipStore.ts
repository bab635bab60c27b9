// Clips: records for the engine, rows for the page, filtered and sorted ids, badges and scores.
import { EngineError } from '../../shared/engineError.ts';
import type { Badge, Clip, ClipFilter, ColumnName } from '../../shared/contract/clip.ts';
import { badgeBits, badgesOf } from './query/badgeBits.ts';
import { clipColumns, type ColumnScope } from './query/clipColumns.ts';
import { clipFacets, type Facets } from './query/clipFacets.ts';
import { sortedIds } from './query/clipOrder.ts';
import { filterCondition, type ClipSort, type Present } from './query/clipQuery.ts';
import { clipRows } from './query/clipRows.ts';
import { scoreKey } from './query/scoreKey.ts';
import type { Db } from './database/database.ts';
import type { RootStore } from './rootStore.ts';
import type { ClipRecord, ClipStore } from './stores.ts';

interface RecordRow {
  id: number;
  media_id: number;
  root_id: number;
  path: string;
  kind: ClipRecord['kind'];
  start_s: number;
  end_s: number;
  badges: number;
  content_hash: string;
}

/** Columns other rooms may write; the rest are derived from labels, predictions and media. */
const scoreNames: ReadonlySet<ColumnName> = new Set([
  'cluster',
  'correspondence',
  'correspondencePercentile',
  'error',
  'avDistance',
  'commonNeighbours',
]);

export class ClipTable implements ClipStore {
  private readonly db: Db;
  private readonly roots: RootStore;
  private readonly present: () => Present;

  constructor(db: Db, roots: RootStore, present: () => Present) {
    this.db = db;
    this.roots = roots;
    this.present = present;
  }

  get(clipId: number): ClipRecord | null {
    return this.many([clipId])[0] ?? null;
  }

  /** Records in the order of the ids; ids that are no clips are left out. */
  many(clipIds: readonly number[]): ClipRecord[] {
    const rows = this.db
      .prepare(
        `SELECT c.id, c.media_id, c.root_id, m.path, c.kind, c.start_s, c.end_s, c.badges, m.content_hash
      FROM json_each(?) j JOIN clip c ON c.id = j.value JOIN media m ON m.id = c.media_id ORDER BY j.key`,
      )
      .all(JSON.stringify(clipIds)) as RecordRow[];
    return rows.map((row) => ({
      id: row.id,
      mediaId: row.media_id,
      absolutePath: this.roots.absolute(row.root_id, row.path),
      kind: row.kind,
      startS: row.start_s,
      endS: row.end_s,
      badges: badgesOf(row.badges),
      contentHash: row.content_hash,
    }));
  }

  /** The window of every clip, in the order of their ids. */
  windows(): { clipIds: number[]; mediaIds: number[]; startS: number[]; endS: number[] } {
    const [clipIds, mediaIds, startS, endS] = (
      this.db
        .prepare(
          `SELECT json_group_array(id), json_group_array(media_id), json_group_array(start_s), json_group_array(end_s)
          FROM (SELECT id, media_id, start_s, end_s FROM clip ORDER BY id)`,
        )
        .raw()
        .get() as string[]
    ).map((json) => JSON.parse(json) as number[]) as [number[], number[], number[], number[]];
    return { clipIds, mediaIds, startS, endS };
  }

  addBadges(clipId: number, badges: Badge[]): void {
    this.db.prepare('UPDATE clip SET badges = badges | ? WHERE id = ?').run(badgeBits(badges), clipId);
  }

  removeBadges(clipId: number, badges: Badge[]): void {
    this.db.prepare('UPDATE clip SET badges = badges & ~? WHERE id = ?').run(badgeBits(badges), clipId);
  }

  rows(clipIds: readonly number[]): Clip[] {
    return clipRows(this.db, clipIds, this.present());
  }

  ids(filter: ClipFilter = {}, sort?: ClipSort): number[] {
    const present = this.present();
    const { query, ...others } = filter;
    const plain = Object.keys(others).length === 0 && (sort?.by ?? 'id') === 'id' && !sort?.descending;
    return (query && plain ? present.queryIds(query) : null) ?? sortedIds(this.db, filter, sort, present);
  }

  /** One page of the matching clips and how many match in all. */
  list(query: { filter?: ClipFilter | undefined; sort?: ClipSort | undefined; offset: number; limit: number }): {
    total: number;
    rows: Clip[];
  } {
    const ids = sortedIds(this.db, query.filter ?? {}, query.sort, this.present(), query);
    return { total: this.count(query.filter), rows: this.rows(ids) };
  }

  count(filter: ClipFilter = {}): number {
    const { where, values } = filterCondition(filter, this.present());
    return this.db
      .prepare(`SELECT count(*) FROM clip c WHERE ${where}`)
      .pluck()
      .get(...values) as number;
  }

  isEmpty(): boolean {
    return this.db.prepare('SELECT 1 FROM clip LIMIT 1').get() === undefined;
  }

  siblings(clipId: number): { clipId: number; startS: number; endS: number }[] {
    return this.db
      .prepare(
        `SELECT o.id AS clipId, o.start_s AS startS, o.end_s AS endS FROM clip c JOIN clip o ON o.media_id = c.media_id
      WHERE c.id = ? ORDER BY o.start_s, o.end_s`,
      )
      .all(clipId) as { clipId: number; startS: number; endS: number }[];
  }

  facets(filter: ClipFilter = {}, schemaId?: number): Facets {
    return clipFacets(this.db, filter, schemaId, this.present());
  }

  columns(
    names: readonly ColumnName[],
    scope: ColumnScope = {},
  ): { clipIds: number[]; columns: Record<string, (number | string | null)[]> } {
    return clipColumns(this.db, names, scope, this.present());
  }

  /** Scores of clips by a model; without one, by the current model. */
  setScores(
    name: ColumnName,
    values: ReadonlyMap<number, number | null>,
    modelId: string = this.present().modelId,
  ): void {
    if (!scoreNames.has(name))
      throw new EngineError('BAD_INPUT', `the column ${name} is derived, not stored`, { field: 'name' });
    const key = scoreKey(name, modelId);
    this.db
      .transaction(() => {
        const put = this.db.prepare(
          'INSERT INTO score (name, clip_id, value) SELECT ?, id, ? FROM clip WHERE id = ? ON CONFLICT (name, clip_id) DO UPDATE SET value = excluded.value',
        );
        const clear = this.db.prepare('DELETE FROM score WHERE name = ? AND clip_id = ?');
        for (const [clipId, value] of values) {
          if (value === null || Number.isNaN(value)) clear.run(key, clipId);
          else put.run(key, value, clipId);
        }
      })
      .immediate();
  }

  /** Forgets a whole column, as before it is computed anew. */
  clearScores(name: ColumnName, modelId: string = this.present().modelId): void {
    this.db.prepare('DELETE FROM score WHERE name = ?').run(scoreKey(name, modelId));
  }

  /** A clip's scores by the current model. */
  scores(clipId: number): Partial<Record<ColumnName, number>> {
    const suffix = scoreKey('', this.present().modelId);
    const rows = this.db.prepare('SELECT name, value FROM score WHERE clip_id = ?').raw().all(clipId) as [
      string,
      number,
    ][];
    return Object.fromEntries(
      rows.flatMap(([name, value]) => (name.endsWith(suffix) ? [[name.slice(0, -suffix.length), value]] : [])),
    );
  }
}

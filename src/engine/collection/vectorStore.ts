// Embeddings: one flat float32 file per set and space (row-major, little-endian), with the row of each clip in SQLite.
//
// Rows are written and synced before the table learns of them, so a file may be longer than the table knows (a kill in between; cut
// back when the set is next written) but never shorter.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { VectorRows } from '../base/vectorRows.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Agreement, Device, Precision } from '../../shared/contract/extraction.ts';
import { space as spaces, type EmbeddingSet, type Space } from '../../shared/contract/model.ts';
import type { Db } from './database/database.ts';
import type { Settings } from './settingStore.ts';
import type { VectorStore } from './stores.ts';
import { changedRows, sumsOfRows } from './vectorSums.ts';

interface SetRow {
  id: number;
  model_id: string;
  dim: number;
  rows: number;
  precision: Precision;
  device: Device | null;
  /** JSON. */
  agreement: string | null;
  reason: string | null;
}

/** The model of a workspace in which none was chosen. */
export const firstModel = 'shipped';
const modelKey = 'model';
const setKey = 'embeddingSet';
const lastSetKey = (modelId: string): string => `embeddingSet@${modelId}`;

export class VectorTable implements VectorStore {
  private readonly db: Db;
  private readonly folder: string;
  private readonly settings: Settings;

  constructor(db: Db, folder: string, settings: Settings) {
    this.db = db;
    this.folder = folder;
    this.settings = settings;
  }

  /**
   * The set of a model, width and precision, made if new. It becomes the current one where no model was chosen, or this one, and nothing
   * is embedded.
   */
  set(modelId: string, dim: number, precision: Precision = 'float32'): { setId: number } {
    const found = this.db
      .prepare('SELECT id FROM embedding_set WHERE model_id = ? AND dim = ? AND precision = ?')
      .pluck()
      .get(modelId, dim, precision) as number | undefined;
    const setId =
      found ??
      Number(
        this.db
          .prepare('INSERT INTO embedding_set (model_id, dim, precision) VALUES (?, ?, ?)')
          .run(modelId, dim, precision).lastInsertRowid,
      );
    const chosen = this.settings.get<string>(modelKey);
    if (this.current() === null && (chosen === null || chosen === modelId)) this.adopt(setId);
    return { setId };
  }

  current(): { setId: number; modelId: string; dim: number } | null {
    const setId = this.settings.get<number>(setKey);
    if (setId === null) return null;
    const row = this.find(setId);
    return row && { setId, modelId: row.model_id, dim: row.dim };
  }

  use(setId: number): void {
    this.settings.set(modelKey, this.row(setId).model_id);
    this.adopt(setId);
  }

  modelId(): string {
    return this.settings.get<string>(modelKey) ?? this.current()?.modelId ?? firstModel;
  }

  /** What heads and scores of the current model are named by; null where no model was chosen and nothing is embedded. */
  scoredModelId(): string | null {
    return this.current()?.modelId ?? this.settings.get<string>(modelKey);
  }

  /** @param storedAs what the model's sets are named by, where that is not its id */
  useModel(modelId: string, storedAs = modelId): number | null {
    const sets = this.list().filter((set) => set.modelId === storedAs && set.count > 0);
    const last = this.settings.get<number>(lastSetKey(storedAs));
    const set = sets.find(({ id }) => id === last) ?? sets.toSorted((a, b) => b.count - a.count)[0];
    this.settings.set(modelKey, modelId);
    this.settings.set(setKey, null);
    if (set) this.adopt(set.id);
    return set?.id ?? null;
  }

  /** Makes a set the one in use; which model is current stays. */
  adopt(setId: number): void {
    this.settings.set(setKey, setId);
    this.settings.set(lastSetKey(this.row(setId).model_id), setId);
  }

  /** Removes sets with their rows, files and maps. Returns how many clips had lost an embedding. */
  remove(setId: number): number {
    const removed = this.db
      .transaction(() => {
        const maps = 'SELECT id FROM projection WHERE set_id = ?';
        this.db.prepare(`DELETE FROM projection_points WHERE projection_id IN (${maps})`).run(setId);
        this.db.prepare('DELETE FROM projection WHERE set_id = ?').run(setId);
        const { changes } = this.db.prepare('DELETE FROM embedding_row WHERE set_id = ?').run(setId);
        this.db.prepare('DELETE FROM embedding_set WHERE id = ?').run(setId);
        if (this.settings.get<number>(setKey) === setId) this.settings.set(setKey, null);
        return changes;
      })
      .immediate();
    for (const file of [...this.files(setId), this.sumsFile(setId)]) rmSync(file, { force: true });
    return removed;
  }

  get(setId: number): EmbeddingSet {
    this.row(setId);
    return this.list().find(({ id }) => id === setId)!;
  }

  describe(setId: number, { device, agreement, reason }: Pick<EmbeddingSet, 'device' | 'agreement' | 'reason'>): void {
    this.db
      .prepare('UPDATE embedding_set SET device = ?, agreement = ?, reason = ? WHERE id = ?')
      .run(device, agreement && JSON.stringify(agreement), reason, setId);
  }

  list(): EmbeddingSet[] {
    const current = this.settings.get<number>(setKey);
    const counts = new Map(
      this.db.prepare('SELECT set_id, count(*) FROM embedding_row GROUP BY set_id').raw().all() as [number, number][],
    );
    return (this.db.prepare('SELECT * FROM embedding_set ORDER BY id').all() as SetRow[]).map((row) => ({
      id: row.id,
      modelId: row.model_id,
      dim: row.dim,
      count: counts.get(row.id) ?? 0,
      current: row.id === current,
      precision: row.precision,
      device: row.device,
      agreement: row.agreement === null ? null : (JSON.parse(row.agreement) as Agreement),
      reason: row.reason,
    }));
  }

  missing(setId: number): number[] {
    return this.db
      .prepare('SELECT id FROM clip WHERE id NOT IN (SELECT clip_id FROM embedding_row WHERE set_id = ?) ORDER BY id')
      .pluck()
      .all(setId) as number[];
  }

  append(setId: number, clipIds: readonly number[], rows: Record<Space, Float32Array>): void {
    const { dim, rows: before } = this.row(setId);
    for (const space of spaces.options) {
      if (rows[space].length !== clipIds.length * dim) {
        throw new EngineError(
          'BAD_INPUT',
          `${space} rows hold ${rows[space].length} values for ${clipIds.length} clips of ${dim}`,
          { field: space },
        );
      }
    }
    for (const space of spaces.options) this.write(this.file(setId, space), before * dim * 4, rows[space]);
    const sums = sumsOfRows(
      spaces.options.map((space) => rows[space]),
      dim,
    );
    this.write(this.sumsFile(setId), before * 4, sums);
    this.db
      .transaction(() => {
        // A clip removed while it was being embedded keeps its row unowned.
        const put = this.db
          .prepare(`INSERT INTO embedding_row (set_id, clip_id, row) SELECT ?, id, ? FROM clip WHERE id = ?
        ON CONFLICT (set_id, clip_id) DO UPDATE SET row = excluded.row`);
        clipIds.forEach((clipId, i) => put.run(setId, before + i, clipId));
        this.db.prepare('UPDATE embedding_set SET rows = ? WHERE id = ?').run(before + clipIds.length, setId);
      })
      .immediate();
  }

  matrix(setId: number, space: Space): { path: string; dim: number; clipIds: Int32Array } {
    const { dim, rows } = this.row(setId);
    const clipIds = new Int32Array(rows);
    const [at, ids] = (
      this.db
        .prepare('SELECT json_group_array(row), json_group_array(clip_id) FROM embedding_row WHERE set_id = ?')
        .raw()
        .get(setId) as [string, string]
    ).map((json) => JSON.parse(json) as number[]) as [number[], number[]];
    at.forEach((row, i) => {
      clipIds[row] = ids[i] as number;
    });
    return { path: this.file(setId, space), dim, clipIds };
  }

  places(setId: number, space: Space, clipIds: readonly number[]): VectorRows {
    const { dim } = this.row(setId);
    const rows = new Int32Array(clipIds.length).fill(-1);
    const found = this.db
      .prepare(`SELECT j.key, r.row FROM json_each(?) j JOIN embedding_row r ON r.set_id = ? AND r.clip_id = j.value`)
      .raw()
      .all(JSON.stringify(clipIds), setId) as [number, number][];
    for (const [at, row] of found) rows[at] = row;
    return { path: this.file(setId, space), dim, rows };
  }

  present(setId: number, space: Space, clipIds: readonly number[]): number[] {
    const places = this.places(setId, space, clipIds);
    const first = new Float32Array(clipIds.length).fill(Number.NaN);
    this.readRows(places, 1, first);
    return clipIds.filter((_, i) => !Number.isNaN(first[i]!));
  }

  rows(setId: number, space: Space, clipIds: readonly number[]): Float32Array {
    const places = this.places(setId, space, clipIds);
    const out = new Float32Array(clipIds.length * places.dim).fill(Number.NaN);
    this.readRows(places, places.dim, out);
    return out;
  }

  /** The first `width` values of each row, into `out` [rows, width]. */
  private readRows({ path: file, dim, rows }: VectorRows, width: number, out: Float32Array): void {
    if (rows.every((row) => row < 0)) return;
    const handle = openSync(file, 'r');
    try {
      for (const [at, row] of rows.entries()) {
        if (row < 0) continue;
        const target = new Uint8Array(out.buffer, at * width * 4, width * 4);
        if (readSync(handle, target, 0, target.length, row * dim * 4) !== target.length)
          throw new EngineError('INTERNAL', `the matrix ${file} is shorter than its table`, {
            hint: 'Run doctor with repair.',
          });
      }
    } finally {
      closeSync(handle);
    }
  }

  /** Sets whose files are shorter than the table says, with how many whole rows all files hold. */
  damaged(): { setId: number; rows: number; readable: number }[] {
    return (this.db.prepare('SELECT * FROM embedding_set').all() as SetRow[])
      .map((set) => {
        const lengths = spaces.options.map((space) =>
          existsSync(this.file(set.id, space)) ? statSync(this.file(set.id, space)).size : 0,
        );
        return { setId: set.id, rows: set.rows, readable: Math.floor(Math.min(...lengths) / (set.dim * 4)) };
      })
      .filter(({ rows, readable }) => readable < rows);
  }

  /** Clips whose stored vectors differ from what was written, by set. Reads every vector: for doctor and repair. */
  changed(): { setId: number; clipIds: number[] }[] {
    return (this.db.prepare('SELECT * FROM embedding_set').all() as SetRow[])
      .map((set) => {
        const rows = changedRows(this.files(set.id), this.sumsFile(set.id), set.dim, set.rows);
        const clipIds = this.db
          .prepare('SELECT clip_id FROM embedding_row WHERE set_id = ? AND row IN (SELECT value FROM json_each(?))')
          .pluck()
          .all(set.id, JSON.stringify(rows)) as number[];
        return { setId: set.id, clipIds };
      })
      .filter(({ clipIds }) => clipIds.length > 0);
  }

  /** Forgets vectors that differ from what was written; their clips count as not embedded. */
  dropChanged(): void {
    const drop = this.db.prepare(
      'DELETE FROM embedding_row WHERE set_id = ? AND clip_id IN (SELECT value FROM json_each(?))',
    );
    for (const { setId, clipIds } of this.changed()) drop.run(setId, JSON.stringify(clipIds));
  }

  /** Forgets rows that the files no longer hold; the clips count as not embedded and are embedded anew. */
  dropUnreadable(): void {
    this.db
      .transaction(() => {
        for (const { setId, readable } of this.damaged()) {
          this.db.prepare('DELETE FROM embedding_row WHERE set_id = ? AND row >= ?').run(setId, readable);
          this.db.prepare('UPDATE embedding_set SET rows = ? WHERE id = ?').run(readable, setId);
        }
      })
      .immediate();
  }

  /** Cuts off what a killed append left beyond the rows the table knows. */
  truncateTorn(): void {
    for (const set of this.db.prepare('SELECT * FROM embedding_set').all() as SetRow[]) {
      for (const space of spaces.options) {
        const file = this.file(set.id, space);
        const length = set.rows * set.dim * 4;
        if (!existsSync(file) || statSync(file).size <= length) continue;
        const handle = openSync(file, 'r+');
        ftruncateSync(handle, length);
        closeSync(handle);
      }
    }
  }

  private find(setId: number): SetRow | null {
    return (this.db.prepare('SELECT * FROM embedding_set WHERE id = ?').get(setId) as SetRow | undefined) ?? null;
  }

  private row(setId: number): SetRow {
    const row = this.find(setId);
    if (!row) throw new EngineError('NOT_FOUND', `there is no embedding set ${setId}`);
    return row;
  }

  private files(setId: number): string[] {
    return spaces.options.map((space) => this.file(setId, space));
  }

  private sumsFile(setId: number): string {
    return path.join(this.folder, `${setId}.crc32`);
  }

  private file(setId: number, space: Space): string {
    return path.join(this.folder, `${setId}.${space}.f32`);
  }

  private write(file: string, offset: number, values: Float32Array | Uint32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let handle: number | undefined;
    try {
      handle = openSync(file, existsSync(file) ? 'r+' : 'w+');
      ftruncateSync(handle, offset);
      for (let done = 0; done < bytes.length;)
        done += writeSync(handle, bytes, done, bytes.length - done, offset + done);
      fsyncSync(handle);
    } catch (thrown) {
      throw EngineError.from(thrown);
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  }
}

// Maps: their parameters and the places of their points.
import type { Projection } from '../../shared/contract/model.ts';
import type { Db } from './database/database.ts';
import type { ProjectionStore } from './stores.ts';

interface Row {
  id: number;
  set_id: number;
  space: Projection['space'];
  neighbors: number;
  min_dist: number;
  seed: number;
  supervised: number;
  aligned_to: number | null;
  settled: number;
  created_at: string;
  points: number;
}

const project = (row: Row): Projection => ({
  id: row.id,
  setId: row.set_id,
  space: row.space,
  neighbors: row.neighbors,
  minDist: row.min_dist,
  seed: row.seed,
  supervised: row.supervised === 1,
  alignedTo: row.aligned_to,
  points: row.points,
  settled: row.settled === 1,
  createdAt: row.created_at,
});

const bytesOf = (array: Int32Array | Float32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

export class ProjectionTable implements ProjectionStore {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  create(projection: Omit<Projection, 'id' | 'points' | 'settled' | 'createdAt'>): number {
    return Number(
      this.db
        .prepare(
          'INSERT INTO projection (set_id, space, neighbors, min_dist, seed, supervised, aligned_to, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          projection.setId,
          projection.space,
          projection.neighbors,
          projection.minDist,
          projection.seed,
          projection.supervised ? 1 : 0,
          projection.alignedTo,
          new Date().toISOString(),
        ).lastInsertRowid,
    );
  }

  save(projectionId: number, clipIds: Int32Array, xy: Float32Array, settled: boolean): void {
    this.db
      .transaction(() => {
        this.db
          .prepare(
            'INSERT INTO projection_points (projection_id, clip_ids, xy) VALUES (?, ?, ?) ON CONFLICT (projection_id) DO UPDATE SET clip_ids = excluded.clip_ids, xy = excluded.xy',
          )
          .run(projectionId, bytesOf(clipIds), bytesOf(xy));
        this.db
          .prepare('UPDATE projection SET points = ?, settled = ? WHERE id = ?')
          .run(clipIds.length, settled ? 1 : 0, projectionId);
      })
      .immediate();
  }

  points(projectionId: number): { clipIds: Int32Array; xy: Float32Array } | null {
    const row = this.db
      .prepare('SELECT clip_ids, xy FROM projection_points WHERE projection_id = ?')
      .get(projectionId) as { clip_ids: Buffer; xy: Buffer } | undefined;
    // Copied, since a Buffer may start at an offset that a typed array refuses.
    return row
      ? {
          clipIds: new Int32Array(new Uint8Array(row.clip_ids).buffer),
          xy: new Float32Array(new Uint8Array(row.xy).buffer),
        }
      : null;
  }

  get(projectionId: number): Projection | null {
    const row = this.db.prepare('SELECT * FROM projection WHERE id = ?').get(projectionId) as Row | undefined;
    return row ? project(row) : null;
  }

  list(): Projection[] {
    return (this.db.prepare('SELECT * FROM projection ORDER BY id').all() as Row[]).map(project);
  }

  remove(projectionId: number): void {
    this.db
      .transaction(() => {
        this.db.prepare('DELETE FROM projection_points WHERE projection_id = ?').run(projectionId);
        this.db.prepare('DELETE FROM projection WHERE id = ?').run(projectionId);
      })
      .immediate();
  }
}

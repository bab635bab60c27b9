// Training runs; their curves are appended point by point and survive a kill.
import type { CurvePoint, Run } from '../../shared/contract/model.ts';
import type { Db } from './database/database.ts';
import type { RunStore } from './stores.ts';

interface Row {
  id: number;
  kind: Run['kind'];
  title: string;
  preset: string;
  options: string;
  model_id: string | null;
  job_id: number | null;
  classifier_id: number | null;
  status: Run['status'];
  created_at: string;
}

const columnOf = { status: 'status', jobId: 'job_id', classifierId: 'classifier_id', modelId: 'model_id' } as const;

export class RunTable implements RunStore {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  create(run: Pick<Run, 'kind' | 'title' | 'preset' | 'options' | 'modelId'>): number {
    return Number(
      this.db
        .prepare('INSERT INTO run (kind, title, preset, options, model_id, created_at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(run.kind, run.title, run.preset, JSON.stringify(run.options), run.modelId, new Date().toISOString())
        .lastInsertRowid,
    );
  }

  update(runId: number, change: Partial<Pick<Run, 'status' | 'jobId' | 'classifierId' | 'modelId'>>): void {
    this.db
      .transaction(() => {
        for (const key of Object.keys(columnOf) as (keyof typeof columnOf)[]) {
          if (change[key] !== undefined)
            this.db.prepare(`UPDATE run SET ${columnOf[key]} = ? WHERE id = ?`).run(change[key], runId);
        }
      })
      .immediate();
  }

  /** Adds points to the run's curve; one of the same step is completed by the newer. */
  append(runId: number, points: readonly CurvePoint[]): void {
    this.db
      .transaction(() => {
        const put = this.db.prepare(
          'INSERT INTO run_point (run_id, step, point) VALUES (?, ?, ?) ON CONFLICT (run_id, step) DO UPDATE SET point = json_patch(point, excluded.point)',
        );
        for (const point of points) put.run(runId, point.step, JSON.stringify(point));
      })
      .immediate();
  }

  /** Forgets what a killed training had drawn from `step` on: the resumed one draws it again. */
  forgetFrom(runId: number, step: number): void {
    this.db.prepare('DELETE FROM run_point WHERE run_id = ? AND step >= ?').run(runId, step);
  }

  get(runId: number): Run | null {
    const row = this.db.prepare('SELECT * FROM run WHERE id = ?').get(runId) as Row | undefined;
    return row ? this.run(row) : null;
  }

  list(): Run[] {
    return (this.db.prepare('SELECT * FROM run ORDER BY id').all() as Row[]).map((row) => this.run(row));
  }

  private run(row: Row): Run {
    const points = this.db
      .prepare('SELECT point FROM run_point WHERE run_id = ? ORDER BY step')
      .pluck()
      .all(row.id) as string[];
    return {
      id: row.id,
      kind: row.kind,
      title: row.title,
      jobId: row.job_id,
      classifierId: row.classifier_id,
      modelId: row.model_id,
      preset: row.preset,
      status: row.status,
      createdAt: row.created_at,
      options: JSON.parse(row.options) as Run['options'],
      curve: points.map((point) => JSON.parse(point) as CurvePoint),
    };
  }
}

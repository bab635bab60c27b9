// Jobs and their failed items in SQLite; every change of state is on disk before it is told.
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import type { Job, JobKind, JobStatus } from '../../../shared/contract/job.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import type { ProgressMeter } from './progressMeter.ts';

export interface JobRow {
  id: number;
  kind: JobKind;
  title: string;
  status: JobStatus;
  params: string;
  state: string | null;
  result: string | null;
  priority: number;
  after_job: number | null;
  cancelled_by: number | null;
  retry_items: string | null;
  done: number;
  total: number | null;
  note: string | null;
  error: string | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

const now = (): string => new Date().toISOString();
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export class JobTable {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** False once the workspace is closed under a queue that was not. */
  get open(): boolean {
    return this.db.open;
  }

  get inTransaction(): boolean {
    return this.db.inTransaction;
  }

  add(kind: JobKind, title: string, params: unknown, options: { after?: number; priority?: number }): number {
    return Number(
      this.db
        .prepare(
          'INSERT INTO job (kind, title, status, params, priority, after_job, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(kind, title, 'queued', JSON.stringify(params ?? {}), options.priority ?? 0, options.after ?? null, now())
        .lastInsertRowid,
    );
  }

  find(jobId: number): JobRow | null {
    return (this.db.prepare('SELECT * FROM job WHERE id = ?').get(jobId) as JobRow | undefined) ?? null;
  }

  row(jobId: number): JobRow {
    const row = this.find(jobId);
    if (!row) throw new EngineError('NOT_FOUND', `there is no job ${jobId}`);
    return row;
  }

  list(active: boolean, limit: number): JobRow[] {
    return this.db
      .prepare(
        `SELECT * FROM job ${active ? "WHERE status IN ('queued', 'running', 'paused')" : ''} ORDER BY id DESC LIMIT ?`,
      )
      .all(limit) as JobRow[];
  }

  /** Queued jobs whose predecessor is done, in the order they should run. */
  ready(): JobRow[] {
    return this.db
      .prepare(
        `SELECT j.* FROM job j LEFT JOIN job a ON a.id = j.after_job
      WHERE j.status = 'queued' AND (j.after_job IS NULL OR a.status = 'done') ORDER BY j.priority DESC, j.id`,
      )
      .all() as JobRow[];
  }

  /** Gives a job and those it waits for a higher priority than every other. Returns them. */
  toFront(jobId: number): number[] {
    return this.db
      .transaction(() => {
        const moved = this.db
          .prepare(
            `WITH RECURSIVE chain(id) AS (SELECT ? UNION SELECT j.after_job FROM job j JOIN chain c ON j.id = c.id WHERE j.after_job IS NOT NULL)
        SELECT id FROM chain WHERE id IN (SELECT id FROM job WHERE status IN ('queued', 'running'))`,
          )
          .pluck()
          .all(jobId) as number[];
        const top = this.db
          .prepare("SELECT coalesce(max(priority), 0) + 1 FROM job WHERE status IN ('queued', 'running', 'paused')")
          .pluck()
          .get() as number;
        this.db
          .prepare('UPDATE job SET priority = ? WHERE id IN (SELECT value FROM json_each(?))')
          .run(top, JSON.stringify(moved));
        return moved;
      })
      .immediate();
  }

  /** After a kill: what was running waits again, with its state. The process's death is counted. */
  requeueRunning(): void {
    this.db.prepare("UPDATE job SET status = 'queued', deaths = deaths + 1 WHERE status = 'running'").run();
  }

  /** Waiting jobs under which the process died so often without another state in between. */
  deadly(deaths: number): number[] {
    return this.db
      .prepare("SELECT id FROM job WHERE status = 'queued' AND deaths >= ? ORDER BY id")
      .pluck()
      .all(deaths) as number[];
  }

  begin(jobId: number): void {
    this.db
      .prepare(
        "UPDATE job SET status = 'running', started_at = coalesce(started_at, ?), ended_at = NULL, error = NULL WHERE id = ?",
      )
      .run(now(), jobId);
  }

  setStatus(jobId: number, status: JobStatus): void {
    this.db.prepare('UPDATE job SET status = ? WHERE id = ?').run(status, jobId);
  }

  /** Failed items are stored with the state that has passed them, in one commit. */
  saveState(jobId: number, state: unknown, failures: readonly ItemFailure[] = []): void {
    const text = JSON.stringify(state);
    this.db
      .transaction(() => {
        this.addFailures(jobId, failures);
        this.db
          .prepare(
            'UPDATE job SET deaths = CASE WHEN state IS $text THEN deaths ELSE 0 END, state = $text WHERE id = $jobId',
          )
          .run({ text, jobId });
      })
      .immediate();
  }

  saveProgress(jobId: number, meter: ProgressMeter, failures: readonly ItemFailure[] = []): void {
    this.db
      .transaction(() => {
        this.addFailures(jobId, failures);
        this.db
          .prepare('UPDATE job SET done = ?, total = ?, note = ? WHERE id = ?')
          .run(meter.done, meter.total, meter.note, jobId);
      })
      .immediate();
  }

  private addFailures(jobId: number, failures: readonly ItemFailure[]): void {
    // An item met again after a kill counts once.
    const add = this.db.prepare(
      'INSERT OR REPLACE INTO job_failure (job_id, path, clip_id, code, message) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { path, clipId, code, message } of failures) add.run(jobId, path, clipId ?? null, code, message);
  }

  /** In the order they failed; `offset` and `limit` for a page of them. */
  failures(jobId: number, { offset = 0, limit = -1 }: { offset?: number; limit?: number } = {}): ItemFailure[] {
    const rows = this.db
      .prepare('SELECT path, clip_id, code, message FROM job_failure WHERE job_id = ? ORDER BY id LIMIT ? OFFSET ?')
      .all(jobId, limit, offset) as {
      path: string;
      clip_id: number | null;
      code: ItemFailure['code'];
      message: string;
    }[];
    return rows.map(({ path, clip_id, code, message }) => ({
      path,
      code,
      message,
      ...(clip_id === null ? {} : { clipId: clip_id }),
    }));
  }

  /** Ends a job. Unless it is done, the jobs waiting for it are cancelled with it; returns those. */
  finish(
    jobId: number,
    status: 'done' | 'failed' | 'cancelled',
    outcome: { result?: unknown; error?: string | null },
  ): number[] {
    return this.db
      .transaction(() => {
        this.db
          .prepare(
            `UPDATE job SET status = ?, result = ?, error = ?, ended_at = ?, cancelled_by = NULL, retry_items = CASE WHEN ? = 'done' THEN NULL ELSE retry_items END WHERE id = ?`,
          )
          .run(status, json(outcome.result), outcome.error ?? null, now(), status, jobId);
        if (status === 'done') return [];
        const waiting = this.followers(jobId);
        const cancel = this.db.prepare(
          "UPDATE job SET status = 'cancelled', error = ?, ended_at = ?, cancelled_by = ? WHERE id = ?",
        );
        for (const id of waiting)
          cancel.run(
            `it waited for job ${jobId}, which ${status === 'failed' ? 'failed' : 'was cancelled'}`,
            now(),
            jobId,
            id,
          );
        return waiting;
      })
      .immediate();
  }

  /** What waits for a job, and for what waits for it. */
  followers(jobId: number): number[] {
    return this.db
      .prepare(
        `WITH RECURSIVE chain(id) AS (SELECT id FROM job WHERE after_job = ? UNION SELECT j.id FROM job j JOIN chain c ON j.after_job = c.id)
      SELECT id FROM chain WHERE id IN (SELECT id FROM job WHERE status IN ('queued', 'paused'))`,
      )
      .pluck()
      .all(jobId) as number[];
  }

  /** Queues an ended job again, and those that were cancelled because of it. Returns all of them. */
  requeue(jobId: number): number[] {
    return this.db
      .transaction(() => {
        const failures = this.failures(jobId);
        const row = this.row(jobId);
        // A job that ended with failed items does those again; one that never ended goes on where it was.
        if (row.status === 'done' && failures.length) {
          this.db
            .prepare('UPDATE job SET retry_items = ?, state = NULL, done = 0, total = ? WHERE id = ?')
            .run(JSON.stringify(failures), failures.length, jobId);
          this.db.prepare('DELETE FROM job_failure WHERE job_id = ?').run(jobId);
        } else if (row.status === 'done') {
          this.db.prepare('UPDATE job SET state = NULL, done = 0 WHERE id = ?').run(jobId);
        }
        const queued = [
          jobId,
          ...(this.db
            .prepare("SELECT id FROM job WHERE cancelled_by = ? AND status = 'cancelled'")
            .pluck()
            .all(jobId) as number[]),
        ];
        const queue = this.db.prepare(
          "UPDATE job SET status = 'queued', deaths = 0, error = NULL, ended_at = NULL, cancelled_by = NULL WHERE id = ?",
        );
        for (const id of queued) queue.run(id);
        return queued;
      })
      .immediate();
  }

  job(row: JobRow, meter: ProgressMeter | null): Job {
    const failures = this.db.prepare('SELECT count(*) FROM job_failure WHERE job_id = ?').pluck().get(row.id) as number;
    return {
      id: row.id,
      kind: row.kind,
      title: row.title,
      status: row.status,
      done: meter?.done ?? row.done,
      total: meter ? meter.total : row.total,
      note: meter ? meter.note : row.note,
      ratePerS: meter?.ratePerS ?? null,
      etaS: meter?.etaS ?? null,
      failures,
      error: row.error,
      createdAt: row.created_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      result: row.result === null ? null : (JSON.parse(row.result) as unknown),
    };
  }
}

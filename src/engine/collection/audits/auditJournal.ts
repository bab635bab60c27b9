// The audit side of a journal step: answers appended with it, undone with it, and read back into the derived table.
import type { Presence } from '../../../shared/contract/labelValue.ts';
import type { AuditAnswer } from '../../../shared/contract/estimate.ts';
import type { Db } from '../database/database.ts';

/** One answer after a step; null takes it away. */
export interface AuditEntry {
  designId: number;
  clipId: number;
  answer: AuditAnswer | null;
  presence: Presence | null;
}

const columns = 'design_id, clip_id, answer, presence';
const lastAnswers = (where: string): string => `
  SELECT e.design_id, e.clip_id, e.answer, e.presence FROM audit_entry e
  JOIN (SELECT max(seq) AS seq FROM audit_entry ${where} GROUP BY design_id, clip_id) last ON last.seq = e.seq
  WHERE e.answer IS NOT NULL`;

export class AuditJournal {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Appends to a step and applies. Inside a transaction of the caller. Returns how many entries were written. */
  append(step: number, entries: readonly AuditEntry[]): number {
    const before = this.position();
    const insert = this.db.prepare(`INSERT INTO audit_entry (step_id, ${columns}) VALUES (?, ?, ?, ?, ?)`);
    for (const { designId, clipId, answer, presence } of entries) insert.run(step, designId, clipId, answer, presence);
    if (entries.length > 0) this.apply(before);
    return entries.length;
  }

  /** Appends to `step` what takes `ofStep` back, or does it again. Returns the designs it touched. */
  revert(step: number, ofStep: number, direction: 'undo' | 'redo'): number[] {
    const before = this.position();
    const [pick, state] =
      direction === 'undo'
        ? [
            'min',
            `LEFT JOIN audit_entry p ON p.seq = (SELECT max(q.seq) FROM audit_entry q
              WHERE q.design_id = c.design_id AND q.clip_id = c.clip_id AND q.seq < c.seq)`,
          ]
        : ['max', 'JOIN audit_entry p ON p.seq = c.seq'];
    this.db
      .prepare(
        `INSERT INTO audit_entry (step_id, ${columns}) SELECT ?, c.design_id, c.clip_id, p.answer, p.presence
        FROM (SELECT ${pick}(seq) AS seq FROM audit_entry WHERE step_id = ? GROUP BY design_id, clip_id) s
        JOIN audit_entry c ON c.seq = s.seq ${state}`,
      )
      .run(step, ofStep);
    this.apply(before);
    return this.db
      .prepare('SELECT DISTINCT design_id FROM audit_entry WHERE seq > ? ORDER BY 1')
      .pluck()
      .all(before) as number[];
  }

  private position(): number {
    return this.db.prepare('SELECT coalesce(max(seq), 0) FROM audit_entry').pluck().get() as number;
  }

  private apply(since: number): void {
    this.db
      .prepare(
        'DELETE FROM audit_answer WHERE (design_id, clip_id) IN (SELECT design_id, clip_id FROM audit_entry WHERE seq > ?)',
      )
      .run(since);
    this.db.prepare(`INSERT INTO audit_answer (${columns}) ${lastAnswers('WHERE seq > ?')}`).run(since);
  }
}

/** Rebuilds all answers from the journal. Inside a transaction. */
export function rederiveAudits(db: Db): void {
  db.exec(`DELETE FROM audit_answer; INSERT INTO audit_answer (${columns}) ${lastAnswers('')}`);
}

/** Number of answers in which the derived table and the journal disagree; 0 when all is well. */
export function auditDrift(db: Db): number {
  const kept = `SELECT ${columns} FROM audit_answer`;
  return db
    .prepare(
      `SELECT (SELECT count(*) FROM (${kept} EXCEPT SELECT * FROM (${lastAnswers('')})))
        + (SELECT count(*) FROM (SELECT * FROM (${lastAnswers('')}) EXCEPT ${kept}))`,
    )
    .pluck()
    .get() as number;
}

// Audit designs with their populations, and the answers that people gave.
import type { Presence } from '../../../shared/contract/labelValue.ts';
import type { AuditAnswer, AuditDesign, AuditStratum } from '../../../shared/contract/estimate.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import type { StepLog } from '../stepLog.ts';
import type { AuditEntry } from './auditJournal.ts';

export type NewAuditDesign = Omit<AuditDesign, 'id' | 'createdAt' | 'class' | 'audited' | 'clips'>;

/** Clips of each stratum in the order in which they are drawn. */
export interface DrawnStratum {
  clipIds: readonly number[];
  /** Null for clips that the classifier said nothing of. */
  scores: readonly (number | null)[];
}

/** A clip of the population that is still in the collection. */
export interface AuditUnit {
  clipId: number;
  stratum: number;
  place: number;
  score: number | null;
  answer: AuditAnswer | null;
  presence: Presence | null;
}

interface DesignRow {
  id: number;
  class_id: number;
  class: string;
  source: AuditDesign['source']['kind'];
  source_id: number;
  source_name: string;
  source_version: string;
  column_key: string | null;
  seed: number;
  strata: string;
  scope: string | null;
  created_at: string;
  audited: number;
  clips: number;
}

const selectDesign = `SELECT d.*, k.name AS class, (SELECT count(*) FROM audit_answer a WHERE a.design_id = d.id) AS audited,
  (SELECT count(*) FROM audit_unit u JOIN clip c ON c.id = u.clip_id WHERE u.design_id = d.id) AS clips
  FROM audit_design d JOIN label_class k ON k.id = d.class_id`;

const designOf = (row: DesignRow): AuditDesign => ({
  id: row.id,
  classId: row.class_id,
  class: row.class,
  source: { kind: row.source, id: row.source_id, name: row.source_name, version: row.source_version },
  by: row.column_key,
  seed: row.seed,
  strata: JSON.parse(row.strata) as AuditStratum[],
  scope: row.scope,
  createdAt: row.created_at,
  audited: row.audited,
  clips: row.clips,
});

export class AuditStore {
  private readonly db: Db;
  private readonly steps: StepLog;

  constructor(db: Db, steps: StepLog) {
    this.db = db;
    this.steps = steps;
  }

  /** Keeps a design and its population in one transaction. */
  create(design: NewAuditDesign, strata: readonly DrawnStratum[]): number {
    return this.db
      .transaction(() => {
        const { kind, id, name, version } = design.source;
        const made = this.db
          .prepare(
            `INSERT INTO audit_design (class_id, source, source_id, source_name, source_version, column_key, seed, strata, scope, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            design.classId,
            kind,
            id,
            name,
            version,
            design.by,
            design.seed,
            JSON.stringify(design.strata),
            design.scope,
            new Date().toISOString(),
          );
        const designId = Number(made.lastInsertRowid);
        const insert = this.db.prepare(
          'INSERT INTO audit_unit (design_id, stratum, place, clip_id, score) VALUES (?, ?, ?, ?, ?)',
        );
        for (const [stratum, { clipIds, scores }] of strata.entries())
          for (const [place, clipId] of clipIds.entries()) insert.run(designId, stratum, place, clipId, scores[place]);
        return designId;
      })
      .immediate();
  }

  /** Newest first. */
  list(classId?: number): AuditDesign[] {
    return (
      this.db
        .prepare(
          `${selectDesign} WHERE NOT d.removed ${classId === undefined ? '' : 'AND d.class_id = ?'} ORDER BY d.id DESC`,
        )
        .all(...(classId === undefined ? [] : [classId])) as DesignRow[]
    ).map(designOf);
  }

  /** @throws NOT_FOUND */
  get(designId: number): AuditDesign {
    const row = this.db.prepare(`${selectDesign} WHERE d.id = ? AND NOT d.removed`).get(designId) as
      DesignRow | undefined;
    if (!row)
      throw new EngineError('NOT_FOUND', `there is no audit ${designId}`, {
        field: 'designId',
        hint: 'Start one: cavmae audit start --class NAME.',
      });
    return designOf(row);
  }

  /** Takes a design out of the lists; its answers stay in the journal. */
  remove(designId: number): void {
    this.get(designId);
    this.db.prepare('UPDATE audit_design SET removed = 1 WHERE id = ?').run(designId);
  }

  /** The population without clips that left the collection, by stratum and place. */
  units(designId: number): AuditUnit[] {
    return this.db
      .prepare(
        `SELECT u.clip_id AS clipId, u.stratum, u.place, u.score, a.answer, a.presence FROM audit_unit u JOIN clip c ON c.id = u.clip_id
        LEFT JOIN audit_answer a ON a.design_id = u.design_id AND a.clip_id = u.clip_id
        WHERE u.design_id = ? ORDER BY u.stratum, u.place`,
      )
      .all(designId) as AuditUnit[];
  }

  /** Answered clips, the one that was answered first at the beginning. */
  answerOrder(designId: number): number[] {
    return this.db
      .prepare(
        `SELECT a.clip_id FROM audit_answer a JOIN clip c ON c.id = a.clip_id WHERE a.design_id = ?
        ORDER BY (SELECT max(seq) FROM audit_entry e WHERE e.design_id = a.design_id AND e.clip_id = a.clip_id)`,
      )
      .pluck()
      .all(designId) as number[];
  }

  /** Clips of the collection that are not in the population, such as those imported since. */
  outside(designId: number): number {
    return this.db
      .prepare('SELECT count(*) FROM clip WHERE id NOT IN (SELECT clip_id FROM audit_unit WHERE design_id = ?)')
      .pluck()
      .get(designId) as number;
  }

  /** Answers as one step; those that are so already are left out. @throws NOT_FOUND for a clip that is not in the population */
  answer(designId: number, answers: readonly Omit<AuditEntry, 'designId'>[]): { step: number; changed: number } {
    return this.db
      .transaction(() => {
        const design = this.get(designId);
        const member = this.db
          .prepare('SELECT 1 FROM audit_unit u JOIN clip c ON c.id = u.clip_id WHERE u.design_id = ? AND u.clip_id = ?')
          .pluck();
        const state = this.db.prepare('SELECT answer, presence FROM audit_answer WHERE design_id = ? AND clip_id = ?');
        const entries = answers.flatMap((given): AuditEntry[] => {
          if (member.get(designId, given.clipId) === undefined)
            throw new EngineError('NOT_FOUND', `clip ${given.clipId} is not in audit ${designId}`, {
              field: 'clipId',
              hint: 'Audits answer for the clips that they drew: cavmae audit next.',
            });
          const before = state.get(designId, given.clipId) as Pick<AuditEntry, 'answer' | 'presence'> | undefined;
          const same = (before?.answer ?? null) === given.answer && (before?.presence ?? null) === given.presence;
          return same ? [] : [{ designId, ...given }];
        });
        const text = `Audit ${entries.length === 1 ? '1 clip' : `${entries.length} clips`} for ${design.class}`;
        return { step: this.steps.record(text, [], [], { audits: entries }), changed: entries.length };
      })
      .immediate();
  }
}

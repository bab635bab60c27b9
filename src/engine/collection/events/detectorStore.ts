// Detectors of a workspace and what they proposed. An answer is an event that names its proposal: undoing it opens the proposal again.
import type {
  Detector,
  DetectorMetrics,
  DetectorMode,
  EventModality,
  EventProposal,
} from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import type { RootStore } from '../rootStore.ts';

interface DetectorRow {
  id: number;
  name: string;
  schema_id: number;
  mode: DetectorMode;
  classes: string;
  seed: number;
  metrics: string | null;
  file: string;
  entry_seq: number;
  created_at: string;
}
export interface NewDetector {
  name: string;
  schemaId: number;
  mode: DetectorMode;
  classes: { classId: number; name: string }[];
  seed: number;
  metrics: DetectorMetrics;
  /** Absolute path of its weights, inside the workspace. */
  file: string;
  /** Newest journal entry of events that it learned from. */
  entrySeq: number;
}
export interface NewProposal {
  mediaId: number;
  classId: number;
  onsetS: number;
  offsetS: number;
  modality: EventModality;
  confidence: number;
}
export interface ProposalQuery {
  detectorId: number;
  mediaIds?: number[] | undefined;
  classIds?: number[] | undefined;
  confidence?: [number, number] | undefined;
  /** Only proposals without an answer. */
  open: boolean;
  order: 'useful' | 'time' | 'confidence';
  offset: number;
  limit: number;
}
type ProposalRow = Omit<EventProposal, 'path' | 'answer'> & {
  rootId: number;
  relative: string;
  eventValue: string | null;
  eventOnset: number | null;
  eventOffset: number | null;
  eventClass: number | null;
};

/**
 * Most uncertain first, and within bands of equal uncertainty one of each class and recording before the next of it: neighbours in a list
 * teach the same.
 */
const orders = {
  useful: `round(abs(p.confidence - 0.5), 1), row_number() OVER (PARTITION BY round(abs(p.confidence - 0.5), 1), p.class_id, p.media_id ORDER BY abs(p.confidence - 0.5), p.id), p.class_id, p.id`,
  time: 'p.media_id, p.onset_s, p.id',
  confidence: 'p.confidence DESC, p.id',
};

export class DetectorStore {
  private readonly db: Db;
  private readonly roots: RootStore;

  constructor(db: Db, roots: RootStore) {
    this.db = db;
    this.roots = roots;
  }

  create(detector: NewDetector): number {
    return Number(
      this.db
        .prepare(
          'INSERT INTO detector (name, schema_id, mode, classes, seed, metrics, file, entry_seq, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(...this.values(detector), new Date().toISOString()).lastInsertRowid,
    );
  }

  /** The same detector trained again. */
  replace(detectorId: number, detector: NewDetector): void {
    this.row(detectorId);
    this.db
      .prepare(
        'UPDATE detector SET name = ?, schema_id = ?, mode = ?, classes = ?, seed = ?, metrics = ?, file = ?, entry_seq = ? WHERE id = ?',
      )
      .run(...this.values(detector), detectorId);
  }

  list(): Detector[] {
    return (this.db.prepare('SELECT * FROM detector ORDER BY id DESC').all() as DetectorRow[]).map((row) =>
      this.detector(row),
    );
  }

  /** Throws NOT_FOUND. */
  get(detectorId: number): Detector & { file: string } {
    const row = this.row(detectorId);
    return { ...this.detector(row), file: row.file };
  }

  rename(detectorId: number, name: string): Detector {
    this.row(detectorId);
    this.db.prepare('UPDATE detector SET name = ? WHERE id = ?').run(name.trim(), detectorId);
    return this.get(detectorId);
  }

  /** The detector and its proposals go; events that were accepted stay. Returns the file of its weights. */
  remove(detectorId: number): string {
    return this.db
      .transaction(() => {
        const { file } = this.row(detectorId);
        this.db.prepare('DELETE FROM proposal WHERE detector_id = ?').run(detectorId);
        this.db.prepare('DELETE FROM detector WHERE id = ?').run(detectorId);
        return file;
      })
      .immediate();
  }

  /** Puts new open proposals of some recordings in the place of the old ones; answered ones stay. */
  propose(detectorId: number, mediaIds: readonly number[], proposals: readonly NewProposal[]): void {
    this.db
      .transaction(() => {
        this.row(detectorId);
        this.db
          .prepare(
            `DELETE FROM proposal WHERE detector_id = ? AND media_id IN (SELECT value FROM json_each(?))
            AND id NOT IN (SELECT proposal_id FROM event_entry WHERE proposal_id IS NOT NULL)`,
          )
          .run(detectorId, JSON.stringify(mediaIds));
        const insert = this.db.prepare(
          'INSERT INTO proposal (detector_id, media_id, class_id, onset_s, offset_s, modality, confidence) VALUES (?, ?, ?, ?, ?, ?, ?)',
        );
        for (const one of proposals)
          insert.run(detectorId, one.mediaId, one.classId, one.onsetS, one.offsetS, one.modality, one.confidence);
      })
      .immediate();
  }

  proposals(query: ProposalQuery): { total: number; rows: EventProposal[] } {
    const { sql, values } = proposalWhere(query);
    const rows = this.db
      .prepare(`${proposalColumns} ${sql} ORDER BY ${orders[query.order]} LIMIT ? OFFSET ?`)
      .all(...values, query.limit, query.offset) as ProposalRow[];
    const total = this.db
      .prepare(`SELECT count(*) FROM proposal p LEFT JOIN event a ON a.proposal_id = p.id ${sql}`)
      .pluck()
      .get(...values) as number;
    return { total, rows: rows.map((row) => this.proposal(row)) };
  }

  /** In the order of the ids. Throws NOT_FOUND for an unknown one. */
  proposalsById(ids: readonly number[]): EventProposal[] {
    const rows = this.db
      .prepare(`${proposalColumns} WHERE p.id IN (SELECT value FROM json_each(?))`)
      .all(JSON.stringify(ids)) as ProposalRow[];
    const byId = new Map(rows.map((row) => [row.id, this.proposal(row)]));
    return ids.map((id) => {
      const found = byId.get(id);
      if (!found)
        throw new EngineError('NOT_FOUND', `there is no proposal ${id}`, {
          field: 'proposalId',
          hint: 'The detector may have looked again since; reload its proposals.',
        });
      return found;
    });
  }

  /** Answered proposals, for audits. `correct`: accepted or adjusted. */
  answered(detectorId: number): { confidence: number; correct: boolean }[] {
    const rows = this.db
      .prepare(
        `SELECT p.confidence, a.value = 'positive' AS correct FROM proposal p JOIN event a ON a.proposal_id = p.id
        WHERE p.detector_id = ? AND a.source = 'person' ORDER BY p.confidence DESC`,
      )
      .all(detectorId) as { confidence: number; correct: number }[];
    return rows.map(({ confidence, correct }) => ({ confidence, correct: correct === 1 }));
  }

  /** Another text after each training. */
  version(detectorId: number): string {
    const { created_at, entry_seq } = this.row(detectorId);
    return `${created_at} #${entry_seq}`;
  }

  /** Highest confidence of a proposal of the class in each clip's window; 0 where there is none. */
  clipScores(detectorId: number, classId: number): Map<number, number> {
    const rows = this.db
      .prepare(
        `SELECT c.id, coalesce((SELECT max(p.confidence) FROM proposal p WHERE p.detector_id = ? AND p.media_id = c.media_id AND p.class_id = ?
          AND p.onset_s < c.end_s AND (p.offset_s > c.start_s OR p.onset_s >= c.start_s)), 0) FROM clip c ORDER BY c.id`,
      )
      .raw()
      .all(detectorId, classId) as [number, number][];
    return new Map(rows);
  }

  private values(detector: NewDetector): unknown[] {
    const { name, schemaId, mode, classes, seed, metrics, file, entrySeq } = detector;
    return [name, schemaId, mode, JSON.stringify(classes), seed, JSON.stringify(metrics), file, entrySeq];
  }

  private row(detectorId: number): DetectorRow {
    const row = this.db.prepare('SELECT * FROM detector WHERE id = ?').get(detectorId) as DetectorRow | undefined;
    if (!row)
      throw new EngineError('NOT_FOUND', `there is no detector ${detectorId}`, {
        field: 'detectorId',
        hint: 'Train one from events first: cavmae events learn.',
      });
    return row;
  }

  private detector(row: DetectorRow): Detector {
    const answersSince = this.db
      .prepare(
        `SELECT count(DISTINCT e.event_id) FROM event_entry e JOIN proposal p ON p.id = e.proposal_id
        WHERE e.seq > ? AND p.detector_id = ? AND e.source = 'person'`,
      )
      .pluck()
      .get(row.entry_seq, row.id) as number;
    return {
      id: row.id,
      name: row.name,
      schemaId: row.schema_id,
      mode: row.mode,
      classes: JSON.parse(row.classes) as Detector['classes'],
      seed: row.seed,
      metrics: row.metrics === null ? null : (JSON.parse(row.metrics) as DetectorMetrics),
      createdAt: row.created_at,
      answersSince,
    };
  }

  private proposal({
    rootId,
    relative,
    eventValue,
    eventOnset,
    eventOffset,
    eventClass,
    ...row
  }: ProposalRow): EventProposal {
    const same = eventOnset === row.onsetS && eventOffset === row.offsetS && eventClass === row.classId;
    return {
      ...row,
      path: this.roots.absolute(rootId, relative),
      answer: eventValue === null ? null : eventValue === 'negative' ? 'rejected' : same ? 'accepted' : 'adjusted',
    };
  }
}

const proposalColumns = `SELECT p.id, p.detector_id AS detectorId, p.media_id AS mediaId, p.class_id AS classId, k.name AS class, p.onset_s AS onsetS,
  p.offset_s AS offsetS, p.modality, p.confidence, a.id AS eventId, m.root_id AS rootId, m.path AS relative,
  a.value AS eventValue, a.onset_s AS eventOnset, a.offset_s AS eventOffset, a.class_id AS eventClass
  FROM proposal p JOIN media m ON m.id = p.media_id JOIN label_class k ON k.id = p.class_id LEFT JOIN event a ON a.proposal_id = p.id`;

function proposalWhere(query: ProposalQuery): { sql: string; values: unknown[] } {
  const parts = ['p.detector_id = ?'];
  const values: unknown[] = [query.detectorId];
  const among = (column: string, ids: readonly number[] | undefined): void => {
    if (!ids) return;
    parts.push(`${column} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(ids));
  };
  among('p.media_id', query.mediaIds);
  among('p.class_id', query.classIds);
  if (query.confidence) {
    parts.push('p.confidence BETWEEN ? AND ?');
    values.push(...query.confidence);
  }
  if (query.open) parts.push('a.id IS NULL');
  return { sql: `WHERE ${parts.join(' AND ')}`, values };
}

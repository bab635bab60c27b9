// The journal of events as people read it.
import type { EventHistoryEntry } from '../../../shared/contract/event.ts';
import type { Db } from '../database/database.ts';

interface Row {
  step: number;
  eventId: number;
  mediaId: number | null;
  class: string;
  source: EventHistoryEntry['source'];
  text: string;
  at: string;
  undone: number;
  wasThere: number | null;
  onsetBefore: number | null;
  offsetBefore: number | null;
  valueBefore: string | null;
  present: number;
  onsetAfter: number;
  offsetAfter: number;
  valueAfter: string;
}

const state = (
  present: boolean,
  onsetS: number | null,
  offsetS: number | null,
  value: string | null,
): EventHistoryEntry['before'] =>
  !present || onsetS === null || offsetS === null
    ? null
    : {
        onsetS,
        offsetS: offsetS === onsetS ? null : offsetS,
        value: value as NonNullable<EventHistoryEntry['before']>['value'],
      };

/** Newest first. `undone`: taken back and not done again. */
export function eventHistory(
  db: Db,
  of: { eventId?: number | undefined; mediaId?: number | undefined },
  limit: number,
): EventHistoryEntry[] {
  const conditions = ["s.kind = 'change'"];
  const values: number[] = [];
  if (of.eventId !== undefined) {
    conditions.push('e.event_id = ?');
    values.push(of.eventId);
  }
  if (of.mediaId !== undefined) {
    conditions.push('e.recording_id = (SELECT id FROM recording WHERE media_id = ?)');
    values.push(of.mediaId);
  }
  const rows = db
    .prepare(
      `SELECT e.step_id AS step, e.event_id AS eventId, r.media_id AS mediaId, k.name AS class, e.source, s.text, s.at,
        coalesce((SELECT u.kind FROM step u WHERE u.of_step = s.id ORDER BY u.id DESC LIMIT 1), '') = 'undo' AS undone,
        p.present AS wasThere, p.onset_s AS onsetBefore, p.offset_s AS offsetBefore, p.value AS valueBefore,
        e.present, e.onset_s AS onsetAfter, e.offset_s AS offsetAfter, e.value AS valueAfter
      FROM event_entry e JOIN step s ON s.id = e.step_id JOIN label_class k ON k.id = e.class_id JOIN recording r ON r.id = e.recording_id
      LEFT JOIN event_entry p ON p.seq = (SELECT max(q.seq) FROM event_entry q WHERE q.event_id = e.event_id AND q.seq < e.seq)
      WHERE ${conditions.join(' AND ')} ORDER BY e.seq DESC LIMIT ?`,
    )
    .all(...values, limit) as Row[];
  return rows.map((row) => ({
    step: row.step,
    eventId: row.eventId,
    mediaId: row.mediaId,
    class: row.class,
    before: state(row.wasThere === 1, row.onsetBefore, row.offsetBefore, row.valueBefore),
    after: state(row.present === 1, row.onsetAfter, row.offsetAfter, row.valueAfter),
    source: row.source,
    text: row.text,
    at: row.at,
    undone: row.undone === 1,
  }));
}

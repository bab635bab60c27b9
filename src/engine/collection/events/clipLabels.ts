// Clip labels that follow from events, for schemas that ask for it. They are a view kept in `annotation`, never entries
// of the journal.
import type { Db } from '../database/database.ts';

/**
 * A class is positive in a clip whose window holds any positive event of it, uncertain where it holds only uncertain
 * ones, and negative where the recording is marked completely and the window holds none.
 */
export const labelsFromEvents = (media: string): string => `
  SELECT c.id AS clip_id, e.class_id, e.schema_id, iif(sum(e.value = 'positive'), 'positive', 'uncertain') AS value,
    CASE WHEN sum(e.modality = 'both') OR count(DISTINCT e.modality) > 1 THEN 'both' WHEN max(e.modality) = 'heard' THEN 'audible' ELSE 'visible' END AS presence,
    CASE WHEN sum(e.source = 'person') THEN 'human' WHEN sum(e.source = 'import') THEN 'import' ELSE 'model' END AS source
  FROM event e JOIN label_schema s ON s.id = e.schema_id AND s.from_events AND NOT s.removed
  JOIN clip c ON c.media_id = e.media_id AND c.start_s <= e.onset_s + 0 AND c.end_s > e.onset_s
    OR c.media_id = e.media_id AND c.start_s > e.onset_s AND c.start_s < e.offset_s
  WHERE e.value != 'negative' ${media}
  GROUP BY c.id, e.class_id
  UNION ALL
  SELECT c.id, k.id, k.schema_id, 'negative', NULL, 'human'
  FROM recording_complete e JOIN label_schema s ON s.id = e.schema_id AND s.from_events AND NOT s.removed
  JOIN label_class k ON k.schema_id = s.id AND NOT k.removed JOIN clip c ON c.media_id = e.media_id
  WHERE NOT EXISTS (SELECT 1 FROM event o WHERE o.media_id = c.media_id AND o.class_id = k.id AND o.value != 'negative'
    AND o.onset_s < c.end_s AND (o.offset_s > c.start_s OR o.onset_s >= c.start_s)) ${media}`;

const columns = 'clip_id, class_id, schema_id, value, presence, source';
const derivedSchemas = 'schema_id IN (SELECT id FROM label_schema WHERE from_events)';

/** Brings derived clip labels up to the events of some media, or of all. Inside a transaction. */
export function deriveClipLabels(db: Db, mediaIds: readonly number[] | null): void {
  if (!db.prepare('SELECT 1 FROM label_schema WHERE from_events LIMIT 1').get()) return;
  if (mediaIds === null) {
    db.exec(`DELETE FROM annotation WHERE ${derivedSchemas}`);
    db.exec(`INSERT INTO annotation (${columns}) ${labelsFromEvents('')}`);
    return;
  }
  const ids = JSON.stringify(mediaIds);
  db.prepare(
    `DELETE FROM annotation WHERE ${derivedSchemas} AND clip_id IN (SELECT id FROM clip WHERE media_id IN (SELECT value FROM json_each(?)))`,
  ).run(ids);
  const scope = 'AND e.media_id IN (SELECT value FROM json_each(?))';
  db.prepare(`INSERT INTO annotation (${columns}) ${labelsFromEvents(scope)}`).run(ids, ids);
}

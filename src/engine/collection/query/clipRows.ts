// Clips as the page shows them: path, badges, labels, top prediction.
import type { Clip } from '../../../shared/contract/clip.ts';
import { contentDigits } from '../../../shared/wire/urls.ts';
import { badgesOf } from './badgeBits.ts';
import { countedClass, type Present } from './clipQuery.ts';
import type { Db } from '../database/database.ts';

interface Row {
  id: number;
  media_id: number;
  name: string;
  path: string;
  content: string;
  kind: Clip['kind'];
  start_s: number;
  end_s: number;
  badges: number;
  embedded: number;
  class_id: number | null;
  probability: number | null;
  counted: number | null;
}
type LabelRow = Clip['labels'][number] & { clipId: number };

/** Rows in the order of the ids; ids that are no clips are left out. */
export function clipRows(db: Db, clipIds: readonly number[], present: Present): Clip[] {
  const ids = JSON.stringify(clipIds);
  const labels = new Map<number, Clip['labels']>();
  const labelRows = db
    .prepare(
      `SELECT clip_id AS clipId, class_id AS classId, value, presence FROM annotation
    WHERE clip_id IN (SELECT value FROM json_each(?)) ORDER BY clip_id, class_id`,
    )
    .all(ids) as LabelRow[];
  for (const { clipId, ...label } of labelRows) {
    const list = labels.get(clipId);
    if (list) list.push(label);
    else labels.set(clipId, [label]);
  }
  const rows = db
    .prepare(
      `SELECT c.id, c.media_id, c.name, m.path, substr(m.content_hash, 1, ${contentDigits}) AS content, c.kind, c.start_s, c.end_s, c.badges, r.row IS NOT NULL AS embedded, p.class_id, p.probability, ${countedClass(undefined, present)} AS counted
    FROM json_each(?) j JOIN clip c ON c.id = j.value JOIN media m ON m.id = c.media_id
    LEFT JOIN embedding_row r ON r.set_id = ? AND r.clip_id = c.id
    LEFT JOIN prediction p ON p.classifier_id = ? AND p.clip_id = c.id ORDER BY j.key`,
    )
    .all(ids, present.setId, present.classifierId) as Row[];
  return rows.map((row) => ({
    id: row.id,
    mediaId: row.media_id,
    name: row.name,
    path: row.path,
    content: row.content,
    kind: row.kind,
    startS: row.start_s,
    endS: row.end_s,
    badges: badgesOf(row.badges),
    embedded: row.embedded === 1,
    labels: labels.get(row.id) ?? [],
    prediction:
      row.class_id === null || row.probability === null || present.classifierId === null
        ? null
        : {
            classifierId: present.classifierId,
            classId: row.class_id,
            probability: row.probability,
            ...(row.counted === 0 && { abstained: true }),
          },
  }));
}

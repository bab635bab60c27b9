// Pages and counts of a schema's events read an index in order: what sorts or looks rows up is slow with a million.
import { expect, it } from 'vitest';
import { openWorkspace } from '../openWorkspace.ts';

it('reads pages and counts from an index, without sorting all events or reading their rows', () => {
  const { db } = openWorkspace();
  const plan = (sql: string): string =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ');
  const byTime = 'ORDER BY e.media_id, e.onset_s, e.offset_s, e.class_id, e.id LIMIT 200';
  const pages = [
    `SELECT e.id FROM event e WHERE e.schema_id = 1 ${byTime}`,
    `SELECT e.id FROM event e WHERE e.schema_id = 1 AND e.class_id = 2 ${byTime}`,
  ];
  for (const sql of pages) {
    expect(plan(sql)).toContain('COVERING INDEX');
    expect(plan(sql)).not.toMatch(/TEMP B-TREE FOR ORDER BY/);
  }
  const counts = plan(
    `SELECT count(*) FROM event e WHERE e.schema_id = 1 GROUP BY e.class_id, e.modality, e.value, e.source, e.annotator`,
  );
  expect(counts).toContain('COVERING INDEX event_facets');
  expect(counts).not.toContain('TEMP B-TREE');
});

// The database's health, for `doctor`: what is wrong, and what repair can put right.
import { auditDrift, rederiveAudits } from '../audits/auditJournal.ts';
import { eventDrift, rederiveEvents } from '../events/eventJournal.ts';
import { metadataDrift, rederiveMetadata } from '../metadata/metadataJournal.ts';
import { rederiveNotes } from '../metadata/noteJournal.ts';
import { Settings } from '../settingStore.ts';
import { annotationDrift, rederiveAnnotations } from '../journal.ts';
import { backUp } from './backups.ts';
import type { Db } from './database.ts';
import type { VectorTable } from '../vectorStore.ts';

export interface DatabaseReport {
  ok: boolean;
  version: number;
  problems: string[];
}

/** A question that a damaged database may be unable to answer, which is then the finding. */
function ask(problems: string[], question: () => string[]): void {
  try {
    problems.push(...question());
  } catch (thrown) {
    problems.push(`database: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

/** SQLite's own checks, then ours: annotations against their journal, matrices against their table. */
export function checkDatabase(db: Db, vectors: VectorTable): DatabaseReport {
  const problems: string[] = [];
  ask(problems, () =>
    (db.pragma('integrity_check(20)') as { integrity_check: string }[])
      .filter((row) => row.integrity_check !== 'ok')
      .map((row) => `database: ${row.integrity_check}`),
  );
  ask(problems, () => {
    const strays = db.pragma('foreign_key_check') as { table: string }[];
    return strays.length
      ? [`${strays.length} rows refer to something that is gone (first in ${strays[0]?.table})`]
      : [];
  });
  ask(problems, () =>
    new Settings(db).damaged().map((key) => `the setting ${key} cannot be read and counts as not set`),
  );
  ask(problems, () => {
    const drift = annotationDrift(db);
    return drift ? [`${drift} annotations differ from their journal`] : [];
  });
  ask(problems, () => {
    const drift = eventDrift(db);
    return drift ? [`${drift} events differ from their journal`] : [];
  });
  ask(problems, () => {
    const drift = metadataDrift(db);
    return drift ? [`${drift} values of metadata differ from their journal`] : [];
  });
  ask(problems, () => {
    const drift = auditDrift(db);
    return drift ? [`${drift} audit answers differ from their journal`] : [];
  });
  ask(problems, () =>
    vectors
      .damaged()
      .map(
        ({ setId, rows, readable }) =>
          `embedding set ${setId}: ${rows - readable} of ${rows} rows are missing from its files`,
      ),
  );
  return { ok: problems.length === 0, version: db.pragma('user_version', { simple: true }) as number, problems };
}

const journals = new Set([
  'entry',
  'schema_entry',
  'event_entry',
  'complete_entry',
  'recording',
  'step',
  'metadata_entry',
  'note_entry',
  'audit_entry',
]);

/**
 * After a backup: rebuilds indices, removes rows that refer to nothing, derives annotations from the journal again, and forgets
 * vectors that cannot be read (they are embedded anew). The journal itself is never changed. Returns what is still wrong.
 */
export function repairDatabase(db: Db, vectors: VectorTable, backups: string): DatabaseReport {
  backUp(db, backups, 'before-repair');
  db.exec('REINDEX');
  db.transaction(() => {
    for (const key of new Settings(db).damaged()) db.prepare('DELETE FROM setting WHERE key = ?').run(key);
    const strays = db.pragma('foreign_key_check') as { table: string; rowid: number | null }[];
    for (const { table, rowid } of strays) {
      if (rowid !== null && !journals.has(table)) db.prepare(`DELETE FROM "${table}" WHERE rowid = ?`).run(rowid);
    }
    for (const table of ['annotation', 'embedding_row', 'score', 'attribution', 'error_map'])
      db.exec(`DELETE FROM ${table} WHERE clip_id NOT IN (SELECT id FROM clip)`);
    rederiveEvents(db, null);
    rederiveMetadata(db, null);
    rederiveNotes(db, null);
    rederiveAudits(db);
    rederiveAnnotations(db, null);
  }).immediate();
  vectors.dropUnreadable();
  return checkDatabase(db, vectors);
}

// What recordings say of themselves, kept as it was read, so that another time zone, pattern or column needs no file to be read again.
import type { MetadataSource } from '../../../shared/contract/metadata.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import type { Settings } from '../settingStore.ts';
import { findMetadata, type FindingRules, type RawTags } from './foundMetadata.ts';
import { zoneOf } from './localTime.ts';
import { rederiveMetadata } from './metadataJournal.ts';
import type { ColumnRow, MetadataStore } from './metadataStore.ts';
import { namePattern } from './namePattern.ts';

export interface MetadataRules {
  /** Time zone of times that name none; null: they stay without one. */
  zone: string | null;
  /** Applied to the names of files that are imported from now on. */
  pattern: string | null;
}
export interface FoundProblem {
  mediaId: number;
  path: string;
  column: string;
  text: string;
  source: MetadataSource;
  reason: string;
}
/** Captions of a recording, by track; seconds of the recording. */
export interface CaptionTrack {
  track: string;
  cues: { startS: number; endS: number; text: string }[];
}
interface MediumRow {
  id: number;
  path: string;
  durationS: number;
  tags: string | null;
}

const rulesKey = 'metadataRules';
const describedProblems = 1000;

export class FoundStore {
  private readonly db: Db;
  private readonly settings: Settings;
  private readonly store: MetadataStore;

  constructor(db: Db, settings: Settings, store: MetadataStore) {
    this.db = db;
    this.settings = settings;
    this.store = store;
  }

  rules(): MetadataRules {
    return { zone: null, pattern: null, ...this.settings.get<Partial<MetadataRules>>(rulesKey) };
  }

  /** Finds everything anew by other rules. @throws BAD_INPUT for a zone or pattern that is none; nothing is changed then */
  setRules(rules: MetadataRules): { problems: FoundProblem[]; problemCount: number } {
    if (rules.zone !== null && !zoneOf(rules.zone))
      throw new EngineError('BAD_INPUT', `the time zone “${rules.zone}” is not known`, {
        field: 'zone',
        hint: 'Name it like Europe/Berlin, UTC or +02:00.',
      });
    return this.db
      .transaction(() => {
        this.settings.set(rulesKey, rules);
        return this.refresh(null);
      })
      .immediate();
  }

  isRead(mediaId: number): boolean {
    return this.db.prepare('SELECT 1 FROM metadata_read WHERE media_id = ?').get(mediaId) !== undefined;
  }

  /** Recordings whose files were not asked yet, as those of an earlier version. */
  unread(): number[] {
    return this.db
      .prepare('SELECT id FROM media WHERE id NOT IN (SELECT media_id FROM metadata_read) ORDER BY id')
      .pluck()
      .all() as number[];
  }

  /** Keeps what a file says, and derives the recording's values. */
  save(mediaId: number, { captions = [], file, sidecar }: RawTags & { captions?: readonly CaptionTrack[] }): void {
    this.db
      .transaction(() => {
        this.db
          .prepare(
            `INSERT OR REPLACE INTO metadata_read (media_id, content_hash, tags) SELECT id, content_hash, ? FROM media WHERE id = ?`,
          )
          .run(JSON.stringify({ file, sidecar }), mediaId);
        this.saveCaptions(mediaId, captions);
        this.refresh([mediaId]);
      })
      .immediate();
  }

  private saveCaptions(mediaId: number, captions: readonly CaptionTrack[]): void {
    this.db.prepare("DELETE FROM passage WHERE kind = 'caption' AND media_id = ?").run(mediaId);
    const insert = this.db.prepare(
      "INSERT INTO passage (media_id, kind, track, start_s, end_s, text) SELECT id, 'caption', ?, ?, ?, ? FROM media WHERE id = ?",
    );
    for (const { track, cues } of captions)
      for (const { startS, endS, text } of cues)
        insert.run(track, startS, Math.max(endS, startS + 0.001), text, mediaId);
  }

  /** The tags of a recording as they were read; null where its file was not asked. */
  tags(mediaId: number): RawTags | null {
    const stored = this.db.prepare('SELECT tags FROM metadata_read WHERE media_id = ?').pluck().get(mediaId) as
      string | undefined;
    return stored === undefined ? null : (JSON.parse(stored) as RawTags);
  }

  /** Finds the values of some recordings, or of all, anew from what was read. Returns the values that are none. */
  refresh(mediaIds: readonly number[] | null): { problems: FoundProblem[]; problemCount: number } {
    return this.db.transaction(() => {
      const rules = this.finding();
      const insert = this.db.prepare(
        'INSERT INTO metadata_found (media_id, column_id, text, number, source) VALUES (?, ?, ?, ?, ?)',
      );
      const clear = this.db.prepare('DELETE FROM metadata_found WHERE media_id = ?');
      const problems: FoundProblem[] = [];
      let problemCount = 0;
      const media = this.media(mediaIds);
      for (const { id, path, durationS, tags } of media) {
        const finding = findMetadata(
          { path, durationS, tags: tags === null ? null : (JSON.parse(tags) as RawTags) },
          rules,
        );
        clear.run(id);
        for (const { columnId, text, number, source } of finding.values) insert.run(id, columnId, text, number, source);
        problemCount += finding.problems.length;
        for (const one of finding.problems)
          if (problems.length < describedProblems) problems.push({ mediaId: id, path, ...one });
        if (mediaIds) rederiveMetadata(this.db, id);
      }
      if (!mediaIds) rederiveMetadata(this.db, null);
      return { problems, problemCount };
    })();
  }

  /** Values that files have and that are none, by the rules as they are. */
  problems(limit: number): { problems: FoundProblem[]; problemCount: number } {
    const rules = this.finding();
    const problems = this.media(null).flatMap(({ id, path, durationS, tags }) =>
      findMetadata({ path, durationS, tags: tags === null ? null : (JSON.parse(tags) as RawTags) }, rules).problems.map(
        (one) => ({
          mediaId: id,
          path,
          ...one,
        }),
      ),
    );
    return { problems: problems.slice(0, limit), problemCount: problems.length };
  }

  private finding(): FindingRules {
    const { zone, pattern } = this.rules();
    const columns = this.db.prepare('SELECT * FROM metadata_column WHERE NOT removed').all() as ColumnRow[];
    return { columns, zone: zone ?? undefined, pattern: pattern === null ? null : this.patternOf(pattern) };
  }

  /** A saved pattern may name a column that is gone since; it finds nothing then. */
  private patternOf(text: string): FindingRules['pattern'] {
    try {
      return namePattern(text, (name) => this.store.find(name)?.key ?? null);
    } catch {
      return null;
    }
  }

  private media(mediaIds: readonly number[] | null): MediumRow[] {
    return this.db
      .prepare(
        `SELECT m.id, m.path, m.duration_s AS durationS, r.tags FROM media m LEFT JOIN metadata_read r ON r.media_id = m.id
        ${mediaIds ? 'WHERE m.id IN (SELECT value FROM json_each(?))' : ''} ORDER BY m.id`,
      )
      .all(...(mediaIds ? [JSON.stringify(mediaIds)] : [])) as MediumRow[];
  }
}

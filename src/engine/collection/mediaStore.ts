// Media and their clips: what import writes and asks.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import type { Media } from '../../shared/contract/clip.ts';
import { badgeBits } from './query/badgeBits.ts';
import { clipName, searchText } from './query/clipNames.ts';
import { forgetComputed, formerClip, removeClips, revive } from './clipRemoval.ts';
import type { Db } from './database/database.ts';
import { leaveRecordings, rejoinRecording } from './events/recordings.ts';
import { deriveClipLabels } from './events/clipLabels.ts';
import type { Place, RootStore } from './rootStore.ts';
import type { MediaRecord, MediaStore, NewMedia } from './stores.ts';

interface MediaRow {
  id: number;
  root_id: number;
  path: string;
  kind: MediaRecord['kind'];
  size_bytes: number;
  modified_ms: number;
  content_hash: string;
  duration_s: number;
  width: number | null;
  height: number | null;
  frame_rate_hz: number | null;
  sample_rate_hz: number | null;
  channels: number | null;
  container: string | null;
  video_codec: string | null;
  audio_codec: string | null;
  audio_tracks: number | null;
  audio_track: number | null;
  missing: number;
}

const columns = [
  'root_id',
  'path',
  'kind',
  'size_bytes',
  'modified_ms',
  'content_hash',
  'duration_s',
  'width',
  'height',
  'frame_rate_hz',
  'sample_rate_hz',
  'channels',
  'container',
  'video_codec',
  'audio_codec',
  'audio_tracks',
  'audio_track',
];
const insertMedia = `INSERT INTO media (${columns.join(', ')}) VALUES (${columns.map((name) => `$${name}`).join(', ')})`;
const updateMedia = `UPDATE media SET ${columns.map((name) => `${name} = $${name}`).join(', ')}, missing = 0 WHERE id = $id`;
const missingBit = badgeBits(['missing']);

export class MediaTable implements MediaStore {
  private readonly db: Db;
  private readonly roots: RootStore;

  constructor(db: Db, roots: RootStore) {
    this.db = db;
    this.roots = roots;
  }

  known(absolutePath: string): MediaRecord | null {
    const row = this.rowAt(absolutePath);
    return row && this.record(row);
  }

  byHash(contentHash: string): MediaRecord[] {
    return (
      this.db.prepare('SELECT * FROM media WHERE content_hash = ? ORDER BY id').all(contentHash) as MediaRow[]
    ).map((row) => this.record(row));
  }

  get(mediaId: number): MediaRecord | null {
    const row = this.db.prepare('SELECT * FROM media WHERE id = ?').get(mediaId) as MediaRow | undefined;
    return row ? this.record(row) : null;
  }

  /** Everything known of a medium, as the contract shows it. */
  describe(mediaId: number): Media {
    const row = this.db.prepare('SELECT * FROM media WHERE id = ?').get(mediaId) as MediaRow | undefined;
    if (!row) throw new EngineError('NOT_FOUND', `there is no medium ${mediaId}`);
    return {
      ...this.record(row),
      path: row.path,
      width: row.width,
      height: row.height,
      frameRateHz: row.frame_rate_hz,
      sampleRateHz: row.sample_rate_hz,
      channels: row.channels,
      container: row.container,
      videoCodec: row.video_codec,
      audioCodec: row.audio_codec,
      audioTracks: row.audio_tracks,
      audioTrack: row.audio_track,
    };
  }

  put(media: NewMedia): { mediaId: number; clipIds: number[]; change: 'added' | 'changed' } {
    return this.db
      .transaction(() => {
        const before = this.rowAt(media.absolutePath);
        const place: Place = before ? { rootId: before.root_id, path: before.path } : this.place(media.absolutePath);
        const values = {
          root_id: place.rootId,
          path: place.path,
          kind: media.kind,
          size_bytes: media.sizeBytes,
          modified_ms: media.modifiedMs,
          content_hash: media.contentHash,
          duration_s: media.durationS,
          width: media.width,
          height: media.height,
          frame_rate_hz: media.frameRateHz,
          sample_rate_hz: media.sampleRateHz,
          channels: media.channels,
          container: media.container,
          video_codec: media.videoCodec,
          audio_codec: media.audioCodec,
          audio_tracks: media.audioTracks,
          audio_track: media.audioTrack,
        };
        if (before) this.db.prepare(updateMedia).run({ ...values, id: before.id });
        const mediaId = before ? before.id : Number(this.db.prepare(insertMedia).run(values).lastInsertRowid);
        const clipIds = this.putClips(
          mediaId,
          media,
          place,
          before !== null && before.content_hash !== media.contentHash,
        );
        if (before) deriveClipLabels(this.db, [mediaId]);
        else rejoinRecording(this.db, mediaId);
        return { mediaId, clipIds, change: before ? ('changed' as const) : ('added' as const) };
      })
      .immediate();
  }

  touch(mediaId: number, file: { absolutePath: string; sizeBytes: number; modifiedMs: number }): void {
    this.db
      .transaction(() => {
        const { rootId, path: relative } = this.place(file.absolutePath);
        this.db
          .prepare('UPDATE media SET root_id = ?, path = ?, size_bytes = ?, modified_ms = ?, missing = 0 WHERE id = ?')
          .run(rootId, relative, file.sizeBytes, file.modifiedMs, mediaId);
        const clips = this.db
          .prepare(
            'SELECT id, start_s, end_s, (SELECT count(*) FROM clip o WHERE o.media_id = clip.media_id) > 1 AS many FROM clip WHERE media_id = ?',
          )
          .all(mediaId) as { id: number; start_s: number; end_s: number; many: number }[];
        const rename = this.db.prepare(
          'UPDATE clip SET root_id = ?, name = ?, search = ?, badges = badges & ~? WHERE id = ?',
        );
        for (const clip of clips) {
          const name = clipName(relative, clip.many ? { startS: clip.start_s, endS: clip.end_s } : null);
          rename.run(rootId, name, searchText(relative, name), missingBit, clip.id);
        }
      })
      .immediate();
  }

  /** Takes media out of the collection. The files stay; labels come back if the same content is imported again. */
  remove(mediaIds: readonly number[]): void {
    this.db
      .transaction(() => {
        const ids = JSON.stringify(mediaIds);
        const clips = this.db
          .prepare('SELECT id FROM clip WHERE media_id IN (SELECT value FROM json_each(?))')
          .pluck()
          .all(ids) as number[];
        removeClips(this.db, clips);
        leaveRecordings(this.db, mediaIds);
        this.db.prepare('DELETE FROM media WHERE id IN (SELECT value FROM json_each(?))').run(ids);
      })
      .immediate();
    this.roots.prune();
  }

  /** Where the files of a root (or of all) should be. */
  places(rootId?: number): { mediaId: number; absolutePath: string; missing: boolean }[] {
    const rows = this.db
      .prepare('SELECT id, root_id, path, missing FROM media WHERE ? IS NULL OR root_id = ?')
      .all(rootId ?? null, rootId ?? null) as Pick<MediaRow, 'id' | 'root_id' | 'path' | 'missing'>[];
    return rows.map((row) => ({
      mediaId: row.id,
      absolutePath: this.roots.absolute(row.root_id, row.path),
      missing: row.missing !== 0,
    }));
  }

  /** Of one root, or of all, exactly the media in `gone` have the `missing` badge afterwards. */
  markMissing(gone: readonly number[], rootId?: number): void {
    const ids = JSON.stringify(gone);
    this.db
      .transaction(() => {
        const scope = rootId === undefined ? '' : `AND root_id = ${Number(rootId)}`;
        this.db
          .prepare(
            `UPDATE media SET missing = (id IN (SELECT value FROM json_each(?))) WHERE missing != (id IN (SELECT value FROM json_each(?))) ${scope}`,
          )
          .run(ids, ids);
        this.db
          .prepare(
            `UPDATE clip SET badges = badges | ${missingBit} WHERE media_id IN (SELECT id FROM media WHERE missing) AND NOT badges & ${missingBit}`,
          )
          .run();
        this.db
          .prepare(
            `UPDATE clip SET badges = badges & ~${missingBit} WHERE badges & ${missingBit} AND media_id IN (SELECT id FROM media WHERE NOT missing)`,
          )
          .run();
      })
      .immediate();
  }

  /**
   * Looks for every file (of one root, or of all) and marks what is gone with the `missing` badge, what is back
   * without.
   */
  checkFiles(rootId?: number): { found: number; missing: number } {
    const places = this.places(rootId);
    const gone = places.filter(({ absolutePath }) => !existsSync(absolutePath)).map(({ mediaId }) => mediaId);
    this.markMissing(gone, rootId);
    return { found: places.length - gone.length, missing: gone.length };
  }

  private rowAt(absolutePath: string): MediaRow | null {
    const find = this.db.prepare('SELECT * FROM media WHERE root_id = ? AND path = ?');
    for (const place of this.roots.holders(absolutePath)) {
      const row = find.get(place.rootId, place.path) as MediaRow | undefined;
      if (row) return row;
    }
    return null;
  }

  private place(absolutePath: string): Place {
    const held = this.roots.holders(absolutePath)[0];
    if (held) return held;
    this.roots.ensureFolder(path.dirname(path.resolve(absolutePath)));
    return this.roots.holders(absolutePath)[0] as Place;
  }

  private putClips(mediaId: number, media: NewMedia, place: Place, contentChanged: boolean): number[] {
    const rows = this.db.prepare('SELECT id, start_s, end_s FROM clip WHERE media_id = ?').all(mediaId) as {
      id: number;
      start_s: number;
      end_s: number;
    }[];
    const windows = new Map(rows.map((row) => [`${row.start_s} ${row.end_s}`, row.id]));
    const insert = this.db.prepare(
      'INSERT INTO clip (id, media_id, start_s, end_s, badges, root_id, kind, name, search) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const update = this.db.prepare('UPDATE clip SET badges = ?, kind = ?, name = ?, search = ? WHERE id = ?');
    const kept: number[] = [];
    const clipIds = media.clips.map(({ startS, endS, badges }) => {
      const key = `${startS} ${endS}`;
      const existing = windows.get(key);
      const name = clipName(place.path, media.clips.length > 1 ? { startS, endS } : null);
      const search = searchText(place.path, name);
      if (existing !== undefined) {
        windows.delete(key);
        kept.push(existing);
        update.run(badgeBits(badges), media.kind, name, search, existing);
        return existing;
      }
      const former = formerClip(this.db, { contentHash: media.contentHash, path: place.path, startS, endS });
      const { lastInsertRowid } = insert.run(
        former,
        mediaId,
        startS,
        endS,
        badgeBits(badges),
        place.rootId,
        media.kind,
        name,
        search,
      );
      if (former !== null) revive(this.db, former);
      return Number(lastInsertRowid);
    });
    if (windows.size) removeClips(this.db, [...windows.values()]);
    if (contentChanged) forgetComputed(this.db, kept);
    return clipIds;
  }

  private record(row: MediaRow): MediaRecord & Pick<Media, 'path'> {
    return {
      id: row.id,
      rootId: row.root_id,
      path: row.path,
      absolutePath: this.roots.absolute(row.root_id, row.path),
      kind: row.kind,
      sizeBytes: row.size_bytes,
      modifiedMs: row.modified_ms,
      contentHash: row.content_hash,
      durationS: row.duration_s,
    };
  }
}

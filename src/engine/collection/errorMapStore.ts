// Reconstruction error per patch, kept beside the score that sums it up.
import type { Db } from './database/database.ts';
import type { ErrorMap, ErrorMapStore } from './stores.ts';

const blobOf = (values: Float32Array | null): Uint8Array | null =>
  values && new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const floatsOf = (blob: Uint8Array | null): Float32Array | null => blob && new Float32Array(blob.slice().buffer);

export class ErrorMaps implements ErrorMapStore {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  save(maps: ReadonlyMap<number, ErrorMap>): void {
    this.db
      .transaction(() => {
        const put = this.db
          .prepare(`INSERT INTO error_map (clip_id, model_id, masks, audio, visual) SELECT id, ?, ?, ?, ? FROM clip WHERE id = ?
        ON CONFLICT (clip_id, model_id) DO UPDATE SET masks = excluded.masks, audio = excluded.audio, visual = excluded.visual`);
        for (const [clipId, { modelId, masks, audio, visual }] of maps)
          put.run(modelId, masks, blobOf(audio), blobOf(visual), clipId);
      })
      .immediate();
  }

  get(clipId: number, modelId: string): ErrorMap | null {
    const row = this.db
      .prepare('SELECT model_id AS modelId, masks, audio, visual FROM error_map WHERE clip_id = ? AND model_id = ?')
      .get(clipId, modelId) as
      { modelId: string; masks: number; audio: Uint8Array | null; visual: Uint8Array | null } | undefined;
    return row ? { ...row, audio: floatsOf(row.audio), visual: floatsOf(row.visual) } : null;
  }
}

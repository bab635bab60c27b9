// Own notes on recordings and clips: set as a step of the journal, and read.
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import { recordingOf } from '../events/recordings.ts';
import type { StepLog } from '../stepLog.ts';
import type { StepOfMetadata } from './metadataStore.ts';

/** `clipId` null: on the whole recording. */
export interface Note {
  clipId: number | null;
  text: string;
}

export class Notes {
  private readonly db: Db;
  private readonly steps: StepLog;

  constructor(db: Db, steps: StepLog) {
    this.db = db;
    this.steps = steps;
  }

  /** Notes of a recording, its own first, then those of its clips by time. */
  of(mediaId: number): Note[] {
    return this.db
      .prepare(
        "SELECT nullif(clip_id, 0) AS clipId, text FROM passage WHERE kind = 'note' AND media_id = ? ORDER BY clip_id != 0, start_s, clip_id",
      )
      .all(mediaId) as Note[];
  }

  /** An empty text takes the note away. @throws NOT_FOUND */
  set(mediaId: number, clipId: number | null, text: string): StepOfMetadata {
    return this.db
      .transaction(() => {
        if (
          clipId !== null &&
          !this.db.prepare('SELECT 1 FROM clip WHERE id = ? AND media_id = ?').get(clipId, mediaId)
        )
          throw new EngineError('NOT_FOUND', `the recording has no clip ${clipId}`, { field: 'clipId' });
        const before = this.of(mediaId).find((note) => note.clipId === clipId)?.text ?? '';
        const after = text.trim();
        const notes =
          before === after
            ? []
            : [{ recordingId: recordingOf(this.db, mediaId), clipId: clipId ?? 0, text: after === '' ? null : after }];
        const step = this.steps.record(after === '' ? 'Remove a note' : 'Write a note', [], [], { notes });
        return { step, changed: notes.length, undo: this.steps.undoState() };
      })
      .immediate();
  }
}

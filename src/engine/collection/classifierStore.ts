// Classifiers, the one in use, and what they say of each clip.
import path from 'node:path';
import { isInside } from '../base/isInside.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { z } from 'zod';
import type { attribution, Classifier, Metrics } from '../../shared/contract/model.ts';
import type { Db } from './database/database.ts';
import type { Settings } from './settingStore.ts';
import type { ClassifierStore } from './stores.ts';
import { uncertainty } from './query/uncertainty.ts';

type Attribution = z.infer<typeof attribution>;
interface Row {
  id: number;
  name: string;
  schema_id: number;
  model_id: string;
  mode: Classifier['mode'];
  depth: Classifier['depth'];
  preset: string;
  seed: number;
  epochs: number;
  classes: string;
  metrics: string;
  checkpoint_file: string;
  created_at: string;
  multi_label: number;
}

const selectRow = 'SELECT c.*, s.multi_label FROM classifier c JOIN label_schema s ON s.id = c.schema_id';

export class ClassifierTable implements ClassifierStore {
  private readonly db: Db;
  private readonly workspace: string;
  private readonly settings: Settings;
  private readonly currentModel: () => string | null;
  private counted: { classifierId: number; sql: string } | null = null;

  constructor(db: Db, workspace: string, settings: Settings, currentModel: () => string | null) {
    this.db = db;
    this.workspace = workspace;
    this.settings = settings;
    this.currentModel = currentModel;
  }

  create(classifier: Omit<Classifier, 'id' | 'createdAt' | 'stale' | 'current'>, checkpointFile: string): number {
    return Number(
      this.db
        .prepare(
          'INSERT INTO classifier (name, schema_id, model_id, mode, depth, preset, seed, epochs, classes, metrics, checkpoint_file, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          classifier.name,
          classifier.schemaId,
          classifier.modelId,
          classifier.mode,
          classifier.depth,
          classifier.preset,
          classifier.seed,
          classifier.epochs,
          JSON.stringify(classifier.classes),
          JSON.stringify(classifier.metrics),
          this.stored(checkpointFile),
          new Date().toISOString(),
        ).lastInsertRowid,
    );
  }

  get(classifierId: number): (Classifier & { checkpointFile: string }) | null {
    const row = this.db.prepare(`${selectRow} WHERE c.id = ?`).get(classifierId) as Row | undefined;
    return row ? { ...this.classifier(row), checkpointFile: path.resolve(this.workspace, row.checkpoint_file) } : null;
  }

  list(): Classifier[] {
    return (this.db.prepare(`${selectRow} ORDER BY c.id`).all() as Row[]).map((row) => this.classifier(row));
  }

  update(classifierId: number, change: { name?: string; metrics?: Metrics }): void {
    this.row(classifierId);
    this.counted = null;
    this.db
      .prepare('UPDATE classifier SET name = coalesce(?, name), metrics = coalesce(?, metrics) WHERE id = ?')
      .run(change.name ?? null, change.metrics ? JSON.stringify(change.metrics) : null, classifierId);
  }

  use(classifierId: number | null): void {
    if (classifierId !== null) this.row(classifierId);
    this.settings.set('classifier', classifierId);
  }

  current(): number | null {
    return this.settings.get<number>('classifier');
  }

  /** Forgets the classifier and its predictions. Its checkpoint file is the caller's to delete. */
  remove(classifierId: number): void {
    this.db
      .transaction(() => {
        this.db.prepare('DELETE FROM prediction WHERE classifier_id = ?').run(classifierId);
        this.db.prepare('DELETE FROM attribution WHERE classifier_id = ?').run(classifierId);
        this.db.prepare('UPDATE run SET classifier_id = NULL WHERE classifier_id = ?').run(classifierId);
        this.db.prepare('DELETE FROM classifier WHERE id = ?').run(classifierId);
        if (this.current() === classifierId) this.use(null);
      })
      .immediate();
  }

  /**
   * SQL over `prediction p`: the predicted class, or 0 where its probability lies below the threshold that the
   * classifier in use has for it.
   */
  countedClass(): string {
    const classifierId = this.current();
    if (classifierId === null) return 'p.class_id';
    if (this.counted?.classifierId !== classifierId) {
      const thresholds = this.db
        .prepare(
          "SELECT json_extract(j.value, '$.classId'), json_extract(j.value, '$.threshold') FROM classifier c, json_each(c.metrics, '$.classes') j WHERE c.id = ?",
        )
        .raw()
        .all(classifierId) as [number, number][];
      const cases = thresholds
        .map(([classId, threshold]) => `WHEN ${Number(classId)} THEN ${Number(threshold)}`)
        .join(' ');
      this.counted = {
        classifierId,
        sql: cases ? `iif(p.probability < (CASE p.class_id ${cases} ELSE 0 END), 0, p.class_id)` : 'p.class_id',
      };
    }
    return this.counted.sql;
  }

  savePredictions(classifierId: number, clipIds: readonly number[], probabilities: Float32Array): void {
    const row = this.row(classifierId);
    const classes = (JSON.parse(row.classes) as Classifier['classes']).map(({ classId }) => classId);
    const width = classes.length;
    if (probabilities.length !== clipIds.length * width) {
      throw new EngineError(
        'BAD_INPUT',
        `${probabilities.length} probabilities for ${clipIds.length} clips and ${width} classes`,
        { field: 'probabilities' },
      );
    }
    this.db
      .transaction(() => {
        const clear = this.db.prepare('DELETE FROM prediction WHERE classifier_id = ? AND clip_id = ?');
        const put = this.db.prepare(
          'INSERT INTO prediction (classifier_id, clip_id, class_id, probability, uncertainty, probabilities) SELECT ?, id, ?, ?, ?, ? FROM clip WHERE id = ?',
        );
        clipIds.forEach((clipId, i) => {
          const own = probabilities.slice(i * width, (i + 1) * width);
          let top = 0;
          for (let k = 1; k < width; k++) if ((own[k] as number) > (own[top] as number)) top = k;
          clear.run(classifierId, clipId);
          put.run(
            classifierId,
            classes[top],
            own[top],
            uncertainty(own, row.multi_label === 1),
            new Uint8Array(own.buffer),
            clipId,
          );
        });
      })
      .immediate();
  }

  /** In the order of `clipIds` (those without a prediction left out), or of the clip ids. */
  predictions(classifierId: number, clipIds?: readonly number[]): { clipIds: Int32Array; probabilities: Float32Array } {
    const width = (JSON.parse(this.row(classifierId).classes) as unknown[]).length;
    const rows = (
      clipIds
        ? this.db
            .prepare(
              'SELECT p.clip_id, p.probabilities FROM json_each(?) j JOIN prediction p ON p.classifier_id = ? AND p.clip_id = j.value ORDER BY j.key',
            )
            .raw()
            .all(JSON.stringify(clipIds), classifierId)
        : this.db
            .prepare('SELECT clip_id, probabilities FROM prediction WHERE classifier_id = ? ORDER BY clip_id')
            .raw()
            .all(classifierId)
    ) as [number, Buffer][];
    const probabilities = new Float32Array(rows.length * width);
    const bytes = new Uint8Array(probabilities.buffer);
    rows.forEach(([, blob], i) => bytes.set(blob, i * width * 4));
    return { clipIds: Int32Array.from(rows, ([clipId]) => clipId), probabilities };
  }

  /** Keeps what each modality alone said of clips. */
  saveAttributions(classifierId: number, values: ReadonlyMap<number, Attribution[]>): void {
    this.row(classifierId);
    this.db
      .transaction(() => {
        const put = this.db.prepare(
          'INSERT INTO attribution (classifier_id, clip_id, rows) SELECT ?, id, ? FROM clip WHERE id = ? ON CONFLICT (classifier_id, clip_id) DO UPDATE SET rows = excluded.rows',
        );
        for (const [clipId, rows] of values) put.run(classifierId, JSON.stringify(rows), clipId);
      })
      .immediate();
  }

  attribution(classifierId: number, clipId: number): Attribution[] {
    const rows = this.db
      .prepare('SELECT rows FROM attribution WHERE classifier_id = ? AND clip_id = ?')
      .pluck()
      .get(classifierId, clipId) as string | undefined;
    return rows === undefined ? [] : (JSON.parse(rows) as Attribution[]);
  }

  /** Attributions of up to `limit` clips above the id `after`, in id order. */
  attributionPage(classifierId: number, after: number, limit: number): { clipId: number; rows: Attribution[] }[] {
    return (
      this.db
        .prepare(
          'SELECT clip_id AS clipId, rows FROM attribution WHERE classifier_id = ? AND clip_id > ? ORDER BY clip_id LIMIT ?',
        )
        .all(classifierId, after, limit) as { clipId: number; rows: string }[]
    ).map(({ clipId, rows }) => ({ clipId, rows: JSON.parse(rows) as Attribution[] }));
  }

  private row(classifierId: number): Row {
    const row = this.db.prepare(`${selectRow} WHERE c.id = ?`).get(classifierId) as Row | undefined;
    if (!row) throw new EngineError('NOT_FOUND', `there is no classifier ${classifierId}`);
    return row;
  }

  /** Inside the workspace a path is kept relative to it, so that the workspace can move. */
  private stored(checkpointFile: string): string {
    const file = path.resolve(this.workspace, checkpointFile);
    return isInside(this.workspace, file) ? path.relative(this.workspace, file) : path.resolve(checkpointFile);
  }

  private classifier(row: Row): Classifier {
    const classes = JSON.parse(row.classes) as Classifier['classes'];
    const live = new Set(
      this.db
        .prepare('SELECT id FROM label_class WHERE schema_id = ? AND NOT removed')
        .pluck()
        .all(row.schema_id) as number[],
    );
    const model = this.currentModel();
    return {
      id: row.id,
      name: row.name,
      schemaId: row.schema_id,
      modelId: row.model_id,
      mode: row.mode,
      depth: row.depth,
      preset: row.preset,
      seed: row.seed,
      epochs: row.epochs,
      classes,
      metrics: JSON.parse(row.metrics) as Metrics,
      createdAt: row.created_at,
      current: this.current() === row.id,
      // Made for classes that are gone, or a head for embeddings of another model than the collection now has.
      stale:
        classes.some(({ classId }) => !live.has(classId)) ||
        (row.depth === 'head' && model !== null && model !== row.model_id),
    };
  }
}

// A person who answers at once and always rightly, for the queue simulator: clips with embeddings in three spaces,
// files on disk as the projection worker wants them, and the application's own head fitted to what was answered so far.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { LabelledClips } from '../../src/engine/exploration/queues/labelledClips.ts';
import { MatrixCache } from '../../src/engine/exploration/neighbours/matrixCache.ts';
import type { MatrixFile } from '../../src/engine/exploration/neighbours/presentRows.ts';
import { rowsOf } from '../../src/engine/training/head/crossValidate.ts';
import { headLogits } from '../../src/engine/training/head/head.ts';
import { argMax } from '../../src/engine/training/metrics/argMax.ts';
import { probabilities } from '../../src/engine/training/metrics/calibration.ts';
import { trainHead, type TrainedHead } from '../../src/engine/training/head/trainHead.ts';
import { projectionQueues } from '../../src/engine/workers/projectionQueues.ts';
import type { Features } from './avDigitsFeatures.ts';

export type Space = 'audio' | 'visual' | 'both';
export interface Fitted {
  head: TrainedHead['head'];
  temperature: number;
}

export class SimulatedPool {
  /** Rows of `features` that may be asked for, and those on which heads are measured. */
  readonly pool: readonly number[];
  readonly test: readonly number[];
  readonly classes: number;
  readonly queues = projectionQueues(new MatrixCache());
  readonly files: Record<Space, MatrixFile>;
  private readonly features: Features;
  private readonly labels: readonly number[];
  private readonly folder = mkdtempSync(join(os.tmpdir(), 'cavmae-queues-'));

  constructor(features: Features, labels: readonly number[], pool: readonly number[], test: readonly number[]) {
    [this.features, this.labels, this.pool, this.test] = [features, labels, pool, test];
    this.classes = Math.max(...labels) + 1;
    const clipIds = Int32Array.from(pool, (row) => row + 1);
    this.files = Object.fromEntries(
      (['audio', 'visual', 'both'] as const).map((space) => {
        const { dim, rows } = features[space];
        const path = join(this.folder, `${space}.f32`);
        const matrix = rowsOf(rows, dim, pool);
        writeFileSync(path, new Uint8Array(matrix.buffer));
        return [space, { path, dim, clipIds }];
      }),
    ) as Record<Space, MatrixFile>;
  }

  labelOf(row: number): number {
    return this.labels[row]!;
  }

  /** What was answered, as the host sends it to the worker. `wrong`: answers that are not the truth. */
  said(labelled: readonly number[], wrong: ReadonlyMap<number, number> = new Map()): LabelledClips {
    return {
      clipIds: Int32Array.from(labelled, (row) => row + 1),
      classIndexes: Int32Array.from(labelled, (row) => wrong.get(row) ?? this.labels[row]!),
      mediaIds: Int32Array.from(labelled, (row) => row + 1),
      positive: new Uint8Array(labelled.length).fill(1),
      classCount: this.classes,
    };
  }

  targets(rows: readonly number[], wrong: ReadonlyMap<number, number> = new Map()): Float32Array {
    const targets = new Float32Array(rows.length * this.classes);
    rows.forEach((row, n) => (targets[n * this.classes + (wrong.get(row) ?? this.labels[row]!)] = 1));
    return targets;
  }

  rows(space: Space, rows: readonly number[]): { dim: number; values: Float32Array } {
    const { dim, rows: all } = this.features[space];
    return { dim, values: rowsOf(all, dim, rows) };
  }

  /** The head that the window's refit makes; null while there is only one class. */
  async fit(labelled: readonly number[], space: Space = 'both'): Promise<Fitted | null> {
    if (new Set(labelled.map((row) => this.labels[row])).size < 2) return null;
    const { dim, values } = this.rows(space, labelled);
    const { head, temperature } = await trainHead({
      features: values,
      dim,
      targets: this.targets(labelled),
      classes: this.classes,
      multiLabel: false,
      sources: labelled,
      clipIds: labelled,
      held: labelled.map(() => false),
      seed: 1,
      maxIterations: 100,
      population: this.rows(space, this.pool).values,
      classList: Array.from({ length: this.classes }, (_, k) => ({ classId: k + 1, name: String(k) })),
    });
    return { head, temperature };
  }

  predict({ head, temperature }: Fitted, rows: readonly number[], space: Space = 'both'): Float32Array {
    return probabilities(headLogits(head, this.rows(space, rows).values), this.classes, false, temperature);
  }

  /** Share of the test clips whose likeliest class is right. */
  accuracy(fitted: Fitted): number {
    const p = this.predict(fitted, this.test);
    return (
      this.test.filter((row, n) => argMax(p, n * this.classes, this.classes) === this.labels[row]).length /
      this.test.length
    );
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

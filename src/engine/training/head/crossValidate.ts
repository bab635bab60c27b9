// Chooses how strongly a head is regularised by the likelihood it gives to clips it was not fitted on, folds made by
// source file. The same held-out logits serve the temperature and the thresholds, so no label is spent on them alone.
import { fitHead, headLogits, standardisingNorm, type Head } from './head.ts';
import { negativeLogLikelihood } from '../metrics/calibration.ts';
import { foldsBySource } from '../data/split.ts';

/** λ tried, strongest first so that each fit starts from its simpler neighbour. */
const strengths = [300, 100, 30, 10, 3, 1];
/** Where nothing can be held out (one clip per class). */
const defaultStrength = 30;

export interface HeadData {
  /** [N, D] pooled embeddings. */
  features: Float32Array;
  dim: number;
  /** [N, C] 1 present, 0 absent, NaN unknown. */
  targets: Float32Array;
  classes: number;
  /** [N] source file of each clip. */
  sources: readonly number[];
  multiLabel: boolean;
  /**
   * [M, D] embeddings of the whole collection, labelled or not, for the feature statistics; the labelled ones when left
   * out.
   */
  population?: Float32Array;
}

export interface Validated {
  strength: number;
  /** Rows that were predicted by a fit which had not seen them, and their logits [rows.length, C]. */
  rows: number[];
  logits: Float32Array;
}

export const rowsOf = (values: Float32Array, width: number, rows: readonly number[]): Float32Array => {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width));
  return out;
};

/** `breathe` is awaited between fits and throws to cancel. `everyFold`: every clip gets its turn, however many there are. */
export async function crossValidate(
  data: HeadData,
  {
    seed,
    maxIterations,
    breathe,
    everyFold = false,
  }: { seed: number; maxIterations: number; breathe: () => Promise<void>; everyFold?: boolean },
): Promise<Validated> {
  const { features, dim, targets, classes, multiLabel } = data;
  const count = data.sources.length;
  const positives = (row: number) =>
    Array.from({ length: classes }, (_, k) => k).filter((k) => targets[row * classes + k]! > 0.5);
  // Large sets: one fold of five tells enough. Small ones: every clip gets its turn.
  const foldCount = count > 2000 ? 5 : 4;
  const folds = foldsBySource(
    data.sources.map((source, row) => ({ source, classes: positives(row) })),
    foldCount,
    seed,
  );
  const used = count > 2000 && !everyFold ? [0] : Array.from({ length: foldCount }, (_, fold) => fold);
  const norm = standardisingNorm(data.population ?? features, dim);
  const results = strengths.map((strength) => ({ strength, rows: [] as number[], logits: [] as Float32Array[] }));
  for (const fold of used) {
    const fit = folds.flatMap((f, row) => (f === fold ? [] : [row]));
    const seen = new Set(fit.flatMap(positives));
    // A class without any clip left to learn from says nothing about regularisation.
    const held = folds.flatMap((f, row) => (f === fold && positives(row).every((k) => seen.has(k)) ? [row] : []));
    if (!held.length || seen.size < 2 - Number(multiLabel)) continue;
    const [x, y, heldX] = [rowsOf(features, dim, fit), rowsOf(targets, classes, fit), rowsOf(features, dim, held)];
    let start: Head | undefined;
    for (const result of results) {
      await breathe();
      start = await fitHead(x, dim, y, norm, {
        multiLabel,
        strength: result.strength,
        maxIterations: Math.min(maxIterations, 40),
        start,
      });
      result.rows.push(...held);
      result.logits.push(headLogits(start, heldX));
    }
  }
  if (!results[0]!.rows.length) return { strength: defaultStrength, rows: [], logits: new Float32Array() };
  const scored = results.map(({ strength, rows, logits }) => {
    const all = new Float32Array(rows.length * classes);
    let at = 0;
    for (const part of logits) {
      all.set(part, at);
      at += part.length;
    }
    return {
      strength,
      rows,
      logits: all,
      nll: negativeLogLikelihood(all, rowsOf(targets, classes, rows), classes, multiLabel),
    };
  });
  const { nll: _, ...best } = scored.reduce((a, b) => (b.nll < a.nll ? b : a));
  return best;
}

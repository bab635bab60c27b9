// Scores for the AV-digits bench: heads on few labels over several draws, and retrieval by class.
import { cosineMatrix } from '../../src/engine/training/metrics/retrieval.ts';
import { Random } from '../../src/engine/training/random.ts';
import { trainHead } from '../../src/engine/training/head/trainHead.ts';
import type { Features } from './avDigitsFeatures.ts';

const spaces = ['audio', 'visual', 'both'] as const;
/** Share of the files whose labels are never used for fitting. */
const TEST = 1 / 3;

export interface Accuracy {
  mean: number;
  deviation: number;
}

/**
 * Held-out accuracy of the application's own head, split by file, mean and deviation over draws of files and labels.
 */
export async function headAccuracies(
  features: Features,
  labels: readonly number[],
  classes: number,
  { draws, perClass, seed }: { draws: number; perClass: readonly number[]; seed: number },
): Promise<Record<string, Record<string, Accuracy>>> {
  const scores = new Map<string, number[]>();
  for (let draw = 0; draw < draws; draw++) {
    const order = new Random(seed * 1000 + draw).shuffled(labels.map((_, i) => i));
    const test = order.slice(0, Math.round(labels.length * TEST));
    const pool = order.slice(test.length);
    for (const count of perClass) {
      const taken = new Array<number>(classes).fill(0);
      const train = pool.filter((i) => taken[labels[i]!]!++ < count);
      const rows = [...train, ...test];
      const targets = new Float32Array(rows.length * classes);
      rows.forEach((i, n) => (targets[n * classes + labels[i]!] = 1));
      for (const space of spaces) {
        const { dim, rows: all } = features[space];
        const chosen = new Float32Array(rows.length * dim);
        rows.forEach((i, n) => chosen.set(all.subarray(i * dim, (i + 1) * dim), n * dim));
        const { metrics } = await trainHead({
          features: chosen,
          dim,
          targets,
          classes,
          multiLabel: false,
          sources: rows,
          clipIds: rows.map((i) => i + 1),
          held: rows.map((_, n) => n >= train.length),
          seed: draw,
          maxIterations: 100,
          population: all,
          classList: Array.from({ length: classes }, (_, k) => ({ classId: k + 1, name: String(k) })),
        });
        const key = `${count === Infinity ? 'all' : count}|${space}`;
        scores.set(key, [...(scores.get(key) ?? []), metrics.accuracy!]);
      }
    }
  }
  const table: Record<string, Record<string, Accuracy>> = {};
  for (const [key, values] of scores) {
    const [count, space] = key.split('|') as [string, string];
    const mean = values.reduce((s, x) => s + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((s, x) => s + (x - mean) ** 2, 0) / Math.max(1, values.length - 1));
    (table[count] ??= {})[space] = { mean: Number(mean.toFixed(3)), deviation: Number(deviation.toFixed(3)) };
  }
  return table;
}

/**
 * How often the nearest clip of the other modality (the clip's own partner left out) is of the same class, both
 * directions.
 */
export function classRetrieval({ audio, visual }: Features, labels: readonly number[]): { a2v: number; v2a: number } {
  const count = labels.length;
  // Both clouds are centred: a cone effect of the embeddings would put every sound next to the same few pictures.
  const similarity = cosineMatrix(centred(audio.rows, audio.dim), centred(visual.rows, visual.dim), audio.dim);
  const share = (at: (q: number, k: number) => number): number => {
    let right = 0;
    for (let q = 0; q < count; q++) {
      let best = -1;
      for (let k = 0; k < count; k++) if (k !== q && (best < 0 || at(q, k) > at(q, best))) best = k;
      if (labels[best] === labels[q]) right++;
    }
    return Number((right / count).toFixed(3));
  };
  return { a2v: share((q, k) => similarity[q * count + k]!), v2a: share((q, k) => similarity[k * count + q]!) };
}

function centred(rows: Float32Array, dim: number): Float32Array {
  const mean = new Float64Array(dim);
  rows.forEach((x, i) => (mean[i % dim]! += (x * dim) / rows.length));
  return rows.map((x, i) => x - mean[i % dim]!);
}

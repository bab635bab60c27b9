// Do sound and picture belong together? cos(c_a, c_v) of each clip, and where it stands among shuffled pairs: the
// clip's own sound with strangers' pictures and its own picture with strangers' sounds. Low percentiles are suspects:
// dubbed, muted, mismatched.
import { breathe } from '../base/breathe.ts';
import { dot } from './layout/multiplyTransposed.ts';
import { pairedRows } from './neighbours/pairedRows.ts';
import type { PresentRows } from './neighbours/presentRows.ts';
import { randomStream } from '../base/randomStream.ts';

export interface Correspondence {
  clipIds: Int32Array;
  /** cos(c_a, c_v), -1..1. */
  scores: Float32Array;
  /** Share of shuffled pairs that fit less well, 0..100; NaN where there are no others to shuffle with. */
  percentiles: Float32Array;
}

/** Fewest strangers per clip and direction: a percentile is then good to about ±3 points. */
const fewestStrangers = 128;
/**
 * Products of one pass: up to here everyone is compared with everyone (all of 3,000 clips at 200 numbers each, in
 * seconds).
 */
const affordable = 2e9;

/** How many others each clip is held against. */
export const strangersFor = (rows: number, dim: number): number =>
  Math.max(0, Math.min(rows - 1, Math.max(fewestStrangers, Math.floor(affordable / (rows * dim)))));

export async function correspondence(
  audio: PresentRows,
  visual: PresentRows,
  seed = 1,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<Correspondence> {
  const { clipIds, audioRows, visualRows } = pairedRows(audio, visual);
  const rows = clipIds.length,
    dim = audio.dim;
  const scores = new Float32Array(rows),
    percentiles = new Float32Array(rows).fill(Number.NaN);
  const random = randomStream(seed);
  const strangers = strangersFor(rows, dim);
  const cosine = (a: number, v: number): number =>
    dot(audio.data, audioRows[a]! * dim, visual.data, visualRows[v]! * dim, dim);
  let lastBreath = Date.now();
  for (let i = 0; i < rows; i++) {
    const score = (scores[i] = cosine(i, i));
    if (rows > 1) percentiles[i] = 100 * shareBelow(score, i, strangersOf(i, rows, strangers, random), cosine);
    if (Date.now() - lastBreath > 50) {
      lastBreath = Date.now();
      onProgress?.(i + 1, rows);
      await breathe(signal);
    }
  }
  return { clipIds, scores, percentiles };
}

/** Everyone else where there is time, else a seeded draw. */
function* strangersOf(
  i: number,
  rows: number,
  strangers: number,
  random: { below(bound: number): number },
): Generator<number> {
  if (rows - 1 <= strangers) {
    for (let j = 0; j < rows; j++) if (j !== i) yield j;
    return;
  }
  for (let n = 0; n < strangers; n++) {
    const j = random.below(rows - 1);
    yield j < i ? j : j + 1;
  }
}

function shareBelow(
  score: number,
  i: number,
  others: Iterable<number>,
  cosine: (a: number, v: number) => number,
): number {
  let below = 0,
    total = 0;
  for (const j of others) {
    for (const shuffled of [cosine(i, j), cosine(j, i)]) {
      below += shuffled < score ? 1 : shuffled === score ? 0.5 : 0;
      total++;
    }
  }
  return below / total;
}

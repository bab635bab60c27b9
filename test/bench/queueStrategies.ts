// How the simulated person goes on: each strategy names the next clips to label, by the application's own queues.
import { divergence } from '../../src/engine/exploration/queues/labelQueues.ts';
import { uncertainty } from '../../src/engine/collection/query/uncertainty.ts';
import { argMax } from '../../src/engine/training/metrics/argMax.ts';
import { Random } from '../../src/engine/training/random.ts';
import type { CallContext } from '../../src/engine/workers/channel.ts';
import type { Fitted, SimulatedPool } from './simulatedPool.ts';

export interface Turn {
  pool: SimulatedPool;
  labelled: readonly number[];
  fitted: Fitted | null;
  limit: number;
  random: Random;
}
export type Strategy = (turn: Turn) => Promise<number[]>;

const context = { signal: new AbortController().signal, emit: () => undefined } as unknown as CallContext;
const unlabelled = ({ pool, labelled }: Turn): number[] => {
  const known = new Set(labelled);
  return pool.pool.filter((row) => !known.has(row));
};
const rowsOf = (found: readonly { clipId: number }[]): number[] => found.map(({ clipId }) => clipId - 1);

const random: Strategy = async (turn) => turn.random.shuffled(unlabelled(turn)).slice(0, turn.limit);

const diverse: Strategy = async ({ pool, labelled, limit }) =>
  rowsOf(await pool.queues.diverse({ matrix: pool.files.both, labelled: pool.said(labelled), limit }, context));

/** As the window: typical ones until there is a classifier, then its doubts. */
const uncertain: Strategy = async (turn) => {
  const { pool, labelled, fitted, limit } = turn;
  if (!fitted) return diverse(turn);
  const rows = unlabelled(turn);
  const p = pool.predict(fitted, rows);
  const values = Float32Array.from(rows, (_, n) =>
    uncertainty(p.subarray(n * pool.classes, (n + 1) * pool.classes), false),
  );
  return rowsOf(
    await pool.queues.uncertain(
      {
        matrix: pool.files.both,
        labelled: pool.said(labelled),
        uncertainties: { clipIds: Int32Array.from(rows, (row) => row + 1), values },
        limit,
      },
      context,
    ),
  );
};

/** Typical ones for the first four dozen, then doubts. */
const warmed: Strategy = (turn) => (turn.labelled.length < 48 ? diverse(turn) : uncertain(turn));

/** Doubts without regard to likeness: what the diversity of the batch is worth. */
const entropy: Strategy = async (turn) => {
  const { pool, fitted, limit } = turn;
  if (!fitted) return diverse(turn);
  const rows = unlabelled(turn);
  const p = pool.predict(fitted, rows);
  return rows
    .map((row, n) => ({ row, doubt: uncertainty(p.subarray(n * pool.classes, (n + 1) * pool.classes), false) }))
    .sort((a, b) => b.doubt - a.doubt || a.row - b.row)
    .slice(0, limit)
    .map(({ row }) => row);
};

/** BADGE (Ash et al., ICLR 2020): k-means++ on the gradients of the last layer, (p - onehot(argmax p)) ⊗ embedding. */
const badge: Strategy = async (turn) => {
  const { pool, fitted, limit } = turn;
  if (!fitted) return diverse(turn);
  const rows = unlabelled(turn);
  const p = pool.predict(fitted, rows);
  const { dim, values } = pool.rows('both', rows);
  const width = pool.classes;
  for (let n = 0; n < rows.length; n++) p[n * width + argMax(p, n * width, width)]! -= 1;
  const dot = (a: Float32Array, i: number, j: number, size: number): number => {
    let sum = 0;
    for (let t = 0; t < size; t++) sum += a[i * size + t]! * a[j * size + t]!;
    return sum;
  };
  const inner = (i: number, j: number): number => dot(p, i, j, width) * dot(values, i, j, dim);
  const own = rows.map((_, n) => inner(n, n));
  const nearest = [...own];
  const chosen: number[] = [];
  while (chosen.length < Math.min(limit, rows.length)) {
    const total = nearest.reduce((sum, x) => sum + x, 0);
    let at = chosen.length === 0 ? own.indexOf(Math.max(...own)) : -1;
    if (at < 0) {
      let left = turn.random.uniform() * total;
      at = nearest.findIndex((x) => (left -= x) <= 0 && x > 0);
      if (at < 0) at = nearest.indexOf(Math.max(...nearest));
    }
    chosen.push(at);
    nearest.forEach((x, n) => (nearest[n] = Math.max(0, Math.min(x, own[n]! + own[at]! - 2 * inner(n, at)))));
    nearest[at] = 0;
  }
  return chosen.map((n) => rows[n]!);
};

/**
 * Typical ones for the first two dozen; then clips on which the heads of sound and picture differ, filled up by doubts.
 */
const disagreement: Strategy = async (turn) => {
  const { pool, labelled, limit } = turn;
  if (labelled.length < 24) return diverse(turn);
  const [heard, seen] = [await pool.fit(labelled, 'audio'), await pool.fit(labelled, 'visual')];
  if (!heard || !seen) return diverse(turn);
  const rows = unlabelled(turn);
  const [a, v] = [pool.predict(heard, rows, 'audio'), pool.predict(seen, rows, 'visual')];
  const width = pool.classes;
  const found = rows
    .map((row, n) => ({
      row,
      score: argMax(a, n * width, width) === argMax(v, n * width, width) ? -1 : divergence(a, v, n, width),
    }))
    .filter(({ score }) => score >= 0)
    .sort((x, y) => y.score - x.score || x.row - y.row)
    .slice(0, limit)
    .map(({ row }) => row);
  if (found.length === limit) return found;
  return [...new Set([...found, ...(await uncertain({ ...turn, limit: 2 * limit }))])].slice(0, limit);
};

/** Typical ones for the first two dozen, then the class with the fewest labels. */
const rare: Strategy = async (turn) => {
  const { pool, labelled, limit } = turn;
  if (labelled.length < 24) return diverse(turn);
  const counts = Array.from(
    { length: pool.classes },
    (_, k) => labelled.filter((row) => pool.labelOf(row) === k).length,
  );
  const least = counts.reduce((best, n, k) => (n > 0 && (counts[best] === 0 || n < counts[best]!) ? k : best), 0);
  return rowsOf(
    await pool.queues.rare(
      { matrix: pool.files.both, labelled: pool.said(labelled), classIndex: least, limit },
      context,
    ),
  );
};

export const strategies: Record<string, Strategy> = {
  random: random,
  'typical and varied': diverse,
  'uncertain (entropy, MMR)': uncertain,
  'typical, then uncertain': warmed,
  'entropy alone': entropy,
  BADGE: badge,
  'sound ≠ picture': disagreement,
  'rare class': rare,
};
export { context as quietContext };

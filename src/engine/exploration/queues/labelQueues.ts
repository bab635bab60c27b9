// Queues that rest on the labels given so far: sound and picture that point to different classes, labels their
// surroundings contradict, and clips that look like a class of which there is too little.
import { leading, type LabelledRows, type Votes } from './labelVotes.ts';

export interface Disagreement {
  query: number;
  score: number;
  audio: { classIndex: number; share: number };
  visual: { classIndex: number; share: number };
}

/**
 * Jensen-Shannon divergence (0..1) between what the sound's and the picture's labelled neighbours say; largest first.
 * Queries that either side cannot judge, or on which both agree, are left out.
 */
export function disagreements(audio: Votes, visual: Votes, queries: number, classCount: number): Disagreement[] {
  const found: Disagreement[] = [];
  for (let query = 0; query < queries; query++) {
    if (audio.nearest[query] === Infinity || visual.nearest[query] === Infinity) continue;
    const heard = leading(audio.shares, query, classCount),
      seen = leading(visual.shares, query, classCount);
    if (heard.classIndex === seen.classIndex) continue;
    found.push({
      query,
      score: divergence(audio.shares, visual.shares, query, classCount),
      audio: heard,
      visual: seen,
    });
  }
  return found.sort((p, q) => q.score - p.score || p.query - q.query);
}

/** Jensen-Shannon divergence of two distributions, 0..1. */
export function divergence(p: Float32Array, q: Float32Array, row: number, classCount: number): number {
  let sum = 0;
  for (let c = 0; c < classCount; c++) {
    const x = p[row * classCount + c]!,
      y = q[row * classCount + c]!,
      middle = (x + y) / 2;
    if (x > 0) sum += (x * Math.log2(x / middle)) / 2;
    if (y > 0) sum += (y * Math.log2(y / middle)) / 2;
  }
  return Math.min(1, Math.max(0, sum));
}

export interface Suspicion {
  query: number;
  score: number;
  given: number;
  suggested: { classIndex: number; share: number };
}

/**
 * `votes` on the labelled rows themselves, own source left out. Score: share of the best other class less the share of the label given;
 * only where positive, largest first.
 */
export function mislabelled(votes: Votes, { rows, classes, classCount }: LabelledRows): Suspicion[] {
  const found: Suspicion[] = [];
  for (let query = 0; query < rows.length; query++) {
    const own = classes[query]!;
    if (own.length === 0 || votes.nearest[query] === Infinity) continue;
    const shareOf = (c: number): number => votes.shares[query * classCount + c]!;
    const given = own.reduce((weakest, c) => (shareOf(c) < shareOf(weakest) ? c : weakest));
    let suggested = { classIndex: -1, share: 0 };
    for (let c = 0; c < classCount; c++)
      if (!own.includes(c) && shareOf(c) > suggested.share) suggested = { classIndex: c, share: shareOf(c) };
    const score = suggested.share - shareOf(given);
    if (score > 0) found.push({ query, score, given, suggested });
  }
  return found.sort((p, q) => q.score - p.score || p.query - q.query);
}

/**
 * Closeness to the class (votes counted as if all classes had equally many labels) times closeness to any label of it;
 * largest first.
 * `nearestOfClass` [queries] is the distance to the nearest positive of the class.
 */
export function rareCandidates(
  votes: Votes,
  nearestOfClass: Float32Array,
  classIndex: number,
  counts: readonly number[],
): { query: number; score: number; share: number }[] {
  const classCount = counts.length;
  const finite = Array.from(nearestOfClass)
    .filter(Number.isFinite)
    .sort((p, q) => p - q);
  const scale = Math.max(finite[Math.floor(finite.length / 10)] ?? 1, 1e-9);
  return Array.from(nearestOfClass, (distance, query) => {
    let total = 0;
    for (let c = 0; c < classCount; c++)
      if (counts[c]! > 0) total += votes.shares[query * classCount + c]! / counts[c]!;
    const share = total > 0 ? votes.shares[query * classCount + classIndex]! / counts[classIndex]! / total : 0;
    return { query, share, score: (0.2 + 0.8 * share) * Math.exp(-((distance / scale) ** 2) / 2) };
  }).sort((p, q) => q.score - p.score || p.query - q.query);
}

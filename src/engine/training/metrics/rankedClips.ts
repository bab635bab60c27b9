// The clips behind the scores that ask only for an order (average precision, area under the ROC curve): the held-out
// clips by what a class is given in them, and those that stand on the wrong side of most others.

/** [clip, score, is one]. Highest first. */
export type RankedClip = [clipId: number, score: number, positive: boolean];
/** [clip, share of the clips of the other kind that it stands on the wrong side of]. Gravest first. */
export type Misranked = [clipId: number, share: number];

/**
 * All three as long as each other; lists hold at most `most`. The shares of the positives average to 1 - AUC, as do
 * those of the negatives.
 */
export function rankedClips(
  scores: readonly number[],
  positive: readonly boolean[],
  clipIds: readonly number[],
  most = 200,
): { ranked: RankedClip[]; misranked: Misranked[] } {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || clipIds[a]! - clipIds[b]!);
  const total = [positive.filter((one) => !one).length, positive.filter(Boolean).length];
  const shares = new Float64Array(scores.length);
  // Of each kind, how many stand above the group of equal scores that is looked at.
  const above = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    const level = [0, 0];
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) level[Number(positive[order[to++]!])]!++;
    for (const i of order.slice(from, to)) {
      const other = Number(!positive[i]);
      const higher = above[other]! + level[other]! / 2;
      const wrong = positive[i] ? higher : total[other]! - higher;
      shares[i] = total[other] ? wrong / total[other]! : 0;
    }
    above[0]! += level[0]!;
    above[1]! += level[1]!;
    from = to;
  }
  const worst = scores
    .map((_, i) => i)
    .filter((i) => shares[i]! > 0)
    .sort((a, b) => shares[b]! - shares[a]! || clipIds[a]! - clipIds[b]!);
  return {
    ranked: order.slice(0, most).map((i) => [clipIds[i]!, scores[i]!, positive[i]!]),
    misranked: worst.slice(0, most).map((i) => [clipIds[i]!, shares[i]!]),
  };
}

// Labels that a classifier contradicts with confidence, each clip judged by a fit that has not seen its file (confident
// learning, Northcutt et al., JAIR 2021): a class speaks against a label only where it is as sure as it usually is of
// its own clips.

/** `kind`: another class is likelier; the class given is not there; a class that was not given is there (the last two: several labels a clip). */
export interface Doubt {
  row: number;
  kind: 'other' | 'absent' | 'missing';
  given: number;
  suggested: { classIndex: number; probability: number };
  usual: number;
  score: number;
}

/**
 * `probabilities` and `targets` [rows, classes]; targets 1 present, 0 absent, NaN unknown. Score: how far the probabilities are on the
 * other side, 0..1; largest first.
 */
export function confidentDoubts(
  probabilities: Float32Array,
  targets: Float32Array,
  classes: number,
  multiLabel: boolean,
): Doubt[] {
  const rows = probabilities.length / classes;
  const usual = (k: number, present: boolean): number => {
    let sum = 0,
      count = 0;
    for (let row = 0; row < rows; row++) {
      const target = targets[row * classes + k]!;
      if (Number.isNaN(target) || target > 0.5 !== present) continue;
      sum += probabilities[row * classes + k]!;
      count++;
    }
    return count > 0 ? sum / count : Number.NaN;
  };
  const own = Array.from({ length: classes }, (_, k) => usual(k, true));
  const others = Array.from({ length: classes }, (_, k) => usual(k, false));
  const found: Doubt[] = [];
  for (let row = 0; row < rows; row++) {
    const p = (k: number): number => probabilities[row * classes + k]!;
    const target = (k: number): number => targets[row * classes + k]!;
    if (multiLabel) {
      for (let k = 0; k < classes; k++) {
        if (target(k) > 0.5 && p(k) <= others[k]!)
          found.push({
            row,
            kind: 'absent',
            given: k,
            suggested: { classIndex: k, probability: p(k) },
            usual: others[k]!,
            score: 1 - p(k),
          });
        else if (target(k) < 0.5 && p(k) >= own[k]!)
          found.push({
            row,
            kind: 'missing',
            given: k,
            suggested: { classIndex: k, probability: p(k) },
            usual: own[k]!,
            score: p(k),
          });
      }
      continue;
    }
    const given = Array.from({ length: classes }, (_, k) => k).find((k) => target(k) > 0.5);
    if (given === undefined) continue;
    let best = -1;
    for (let k = 0; k < classes; k++) if (k !== given && p(k) >= own[k]! && (best < 0 || p(k) > p(best))) best = k;
    if (best >= 0 && p(best) > p(given))
      found.push({
        row,
        kind: 'other',
        given,
        suggested: { classIndex: best, probability: p(best) },
        usual: own[best]!,
        score: p(best) - p(given),
      });
  }
  return found.sort((a, b) => b.score - a.score || a.row - b.row);
}

// Who was taken for whom, with the clips behind every cell.
import { argMax } from './argMax.ts';

export interface Confusion {
  counts: number[][];
  clips: Record<string, number[]>;
}

/** `counts[t][p]`: clips of true class t predicted as p; `clips["t,p"]`: their ids. Multi-label: every true class of a clip counts. */
export function confusion(
  p: ArrayLike<number>,
  targets: ArrayLike<number>,
  classes: number,
  clipIds: ArrayLike<number>,
): Confusion {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const clips: Record<string, number[]> = {};
  for (let n = 0; n < clipIds.length; n++) {
    const predicted = argMax(p, n * classes, classes);
    for (let truth = 0; truth < classes; truth++) {
      if (!(targets[n * classes + truth]! > 0.5)) continue;
      // Where several classes are true and the arg max is one of them, that one was found: no mistake to show for the
      // others.
      const shown = targets[n * classes + predicted]! > 0.5 ? truth : predicted;
      counts[truth]![shown]!++;
      (clips[`${truth},${shown}`] ??= []).push(clipIds[n]!);
    }
  }
  return { counts, clips };
}

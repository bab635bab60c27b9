// The clips behind the scores that are no counts: ranking (AP, AUC, d′), calibration, and what each modality alone
// takes for something else.
import { percentText } from '../../../../shared/percentText.ts';
import type { Metrics } from '../../../../shared/contract/model.ts';

type ClassMetric = Metrics['classes'][number];
/** In the order to show; why each is there. */
export interface ReasonedClips {
  clipIds: number[];
  reasons: ReadonlyMap<number, string>;
}

const reasoned = (rows: readonly (readonly [number, string])[]): ReasonedClips => ({
  clipIds: [...new Set(rows.map(([clipId]) => clipId))],
  reasons: new Map(rows.toReversed()),
});

/** Held-out clips by what the class is given in them, highest first. */
export const rankedClips = (name: string, ranked: ClassMetric['ranked']): ReasonedClips =>
  reasoned(
    (ranked ?? []).map(([clipId, score, positive], k) => [
      clipId,
      `${k + 1}. ${percentText(score)}, ${positive ? 'is' : 'not'} ${name}`,
    ]),
  );

const share = (positive: boolean, of: number, name: string): string =>
  positive ? `${name}, below ${percentText(of)} of the others` : `not ${name}, above ${percentText(of)} of its clips`;
/** The clips that keep a class's AUC below 1, gravest first. */
export function misrankedClips(
  { name, misranked, ranked }: ClassMetric,
  positives: ReadonlySet<number>,
): ReasonedClips {
  const isOne = new Map((ranked ?? []).map(([clipId, , positive]) => [clipId, positive]));
  return reasoned(
    (misranked ?? []).map(([clipId, of]) => [clipId, share(isOne.get(clipId) ?? positives.has(clipId), of, name)]),
  );
}

/** The same over all classes: each clip where it stands worst. @param positivesOf the held-out clips of class k */
export function misrankedOfAll({ classes }: Metrics, positivesOf: (k: number) => readonly number[]): ReasonedClips {
  const rows = classes.flatMap((one, k) => {
    const { reasons } = misrankedClips(one, new Set(positivesOf(k)));
    return (one.misranked ?? []).map(([clipId, of]) => ({ clipId, of, why: reasons.get(clipId)! }));
  });
  return reasoned(rows.sort((a, b) => b.of - a.of).map(({ clipId, why }) => [clipId, why] as const));
}

/** The answers whose stated probability is farthest from how often they were right, weighed by how many there are. */
export function leastCalibrated({ reliability }: Metrics): { title: string; clipIds: number[] } | null {
  const off = (bin: Metrics['reliability'][number]): number => bin.count * Math.abs(bin.confidence - bin.accuracy);
  const worst = reliability.filter((bin) => bin.clipIds?.length && off(bin) > 0).sort((a, b) => off(b) - off(a))[0];
  return worst
    ? {
        title: `Stated ${percentText(worst.confidence)}, right in ${percentText(worst.accuracy)}`,
        clipIds: worst.clipIds!,
      }
    : null;
}

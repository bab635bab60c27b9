// The figures of two compared models as the rows of a table.
import type { ModelComparison } from '../../../../../shared/contract/modelComparison.ts';
import { percentText } from '../../../../../shared/percentText.ts';

export interface ComparisonRow {
  name: string;
  hint: string;
  /** Of the one and of the other, 0..1; null where nothing was measured. */
  values: [number | null, number | null];
  /** What guessing would reach, where that is known. */
  chance: number | null;
}

const directions = [
  { key: 'a2v', text: 'Sound to picture' },
  { key: 'v2a', text: 'Picture to sound' },
] as const;
const ranks = [
  { key: 'r1', k: 1 },
  { key: 'r5', k: 5 },
  { key: 'r10', k: 10 },
] as const;

export function comparisonRows({ models: [one, other], retrieval, head }: ModelComparison): ComparisonRow[] {
  const found = retrieval
    ? directions.flatMap(({ key, text }) =>
        ranks.map(({ key: rank, k }) => ({
          name: `${text}, R@${k}`,
          hint: `Of ${retrieval.clips} clips, its own partner is among the first ${k}`,
          values: [one.retrieval?.[key][rank] ?? null, other.retrieval?.[key][rank] ?? null] as ComparisonRow['values'],
          chance: Math.min(1, k / retrieval.clips),
        })),
      )
    : [];
  const heads = head
    ? [
        ...(head.multiLabel
          ? []
          : [
              {
                name: 'Head, accuracy',
                hint: `Linear heads on ${head.clips} labelled clips; each clip is predicted by a head that has not seen its file`,
                values: [one.accuracy, other.accuracy] as ComparisonRow['values'],
                chance: null,
              },
            ]),
        {
          name: 'Head, mAP',
          hint: `Mean average precision over ${head.classes} classes, on the same clips and folds`,
          values: [one.mAP, other.mAP] as ComparisonRow['values'],
          chance: null,
        },
      ]
    : [];
  return [...found, ...heads];
}

/** Which of the two is ahead by more than its last shown digit; null where neither is. */
export function ahead([one, other]: ComparisonRow['values'], digits = 1): 0 | 1 | null {
  if (one === null || other === null || percentText(one, digits) === percentText(other, digits)) return null;
  return one > other ? 0 : 1;
}

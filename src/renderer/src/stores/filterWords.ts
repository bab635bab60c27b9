// What the clips are narrowed down by, in words: one entry for each criterion.
import { percentText } from '../../../shared/percentText.ts';
import type { ClipFilter } from '../../../shared/contract/clip.ts';

export interface FilterNames {
  className: (classId: number) => string;
  rootName: (rootId: number) => string;
}

const percent = ([low, high]: readonly [number, number]): string => `${Math.round(low * 100)}–${percentText(high)}`;

/** Each criterion in force with the field that removes it. */
export function filterWords(
  filter: ClipFilter,
  { className, rootName }: FilterNames,
): { field: keyof ClipFilter; text: string }[] {
  const words: [keyof ClipFilter, string | undefined][] = [
    ['query', filter.query],
    ['text', filter.text && `“${filter.text}”`],
    ['classIds', filter.classIds?.map(className).join(' or ')],
    [
      'predictedClassIds',
      filter.predictedClassIds &&
        `predicted ${filter.predictedClassIds.map((id) => (id === 0 ? 'nothing' : className(id))).join(' or ')}`,
    ],
    ['labelled', filter.labelled === undefined ? undefined : filter.labelled ? 'labelled' : 'not labelled yet'],
    ['uncertain', filter.uncertain === undefined ? undefined : filter.uncertain ? 'uncertain' : 'not uncertain'],
    [
      'mistaken',
      filter.mistaken && (filter.mistaken === 'sure' ? 'sure but wrong' : 'prediction disagrees with label'),
    ],
    ['confidence', filter.confidence && `confidence ${percent(filter.confidence)}`],
    ['rootIds', filter.rootIds && `from ${filter.rootIds.map(rootName).join(' or ')}`],
    ['kinds', filter.kinds?.join(' or ')],
    ['badges', filter.badges?.join(' or ')],
    ['clusters', filter.clusters && `cluster ${filter.clusters.map((cluster) => cluster + 1).join(' or ')}`],
    ['durationS', filter.durationS && `${filter.durationS[0]}–${filter.durationS[1]} s long`],
    [
      'mediaIds',
      filter.mediaIds && `of ${filter.mediaIds.length === 1 ? 'one file' : `${filter.mediaIds.length} files`}`,
    ],
    ['clipIds', filter.clipIds && 'of a list'],
    ['embedded', filter.embedded === undefined ? undefined : filter.embedded ? 'embedded' : 'not embedded'],
    ['scores', filter.scores && `${Object.keys(filter.scores).length} score range`],
  ];
  return words.flatMap(([field, text]) => (text ? [{ field, text }] : []));
}

// The expressions of `cavmae clips --where`: criteria joined by "and", as a filter of the contract.
//
//   label=dog and duration>3        kind=video and badge=silent        predicted=bell and confidence>=0.8
//   labelled   not labelled   uncertain   embedded   not embedded   name~kitchen   cluster=4   media=12   id=7
import { badge, mediaKind, type ClipFilter } from '../../shared/contract/clip.ts';
import { EngineError } from '../../shared/engineError.ts';

/** What names mean in this workspace. */
export interface NameTable {
  /** Class ids by name, lower case. */
  classes: ReadonlyMap<string, number[]>;
}

const longest = 1e9;
const bad = (why: string): EngineError =>
  new EngineError('BAD_INPUT', `--where: ${why}`, {
    field: 'where',
    hint: 'For example: label=dog and duration>3 and not embedded',
  });

type Range = [number, number];

function range(operator: string, text: string, most: number): Range {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) throw bad(`${text || 'nothing'} is not a number`);
  // The filter's bounds are inclusive: a strict sign moves them by the least step a float32 score has.
  const step = Math.max(1e-9, Math.abs(value) * 1e-7);
  if (operator === '>') return [value + step, most];
  if (operator === '>=') return [value, most];
  if (operator === '<') return [-most, value - step];
  if (operator === '<=') return [-most, value];
  return [value - step, value + step];
}

const meet = (a: Range | undefined, b: Range): Range => (a ? [Math.max(a[0], b[0]), Math.min(a[1], b[1])] : b);
const append = <T>(list: readonly T[] | undefined, ...more: T[]): T[] => [...(list ?? []), ...more];

function named<T extends string>(options: readonly T[], text: string, what: string): T {
  const found = options.find((option) => option === text);
  if (!found) throw bad(`there is no ${what} ${text}; there are ${options.join(', ')}`);
  return found;
}

function idOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw bad(`${text} is not a number of one`);
  return Number(text);
}

function classIds(names: NameTable, text: string): number[] {
  const ids = names.classes.get(text.toLowerCase());
  if (!ids) throw bad(`there is no class ${text}`);
  return ids;
}

function comparison(filter: ClipFilter, field: string, operator: string, text: string, names: NameTable): ClipFilter {
  if (operator === '~' && field !== 'name' && field !== 'text') throw bad(`${field}~ is not known; ~ is for name`);
  switch (field) {
    case 'name':
    case 'text':
      return { ...filter, text };
    case 'duration':
      return { ...filter, durationS: meet(filter.durationS, range(operator, text, longest)) };
    case 'confidence':
      return { ...filter, confidence: meet(filter.confidence, range(operator, text, 1)) };
  }
  if (operator !== '=') throw bad(`${field} can only be compared with =`);
  switch (field) {
    case 'label':
      return { ...filter, classIds: append(filter.classIds, ...classIds(names, text)) };
    case 'predicted':
      return { ...filter, predictedClassIds: append(filter.predictedClassIds, ...classIds(names, text)) };
    case 'badge':
      return { ...filter, badges: append(filter.badges, named(badge.options, text, 'badge')) };
    case 'kind':
      return { ...filter, kinds: append(filter.kinds, named(mediaKind.options, text, 'kind')) };
    case 'cluster':
      return { ...filter, clusters: append(filter.clusters, Math.trunc(Number(text))) };
    case 'media':
      return { ...filter, mediaIds: append(filter.mediaIds, idOf(text)) };
    case 'root':
      return { ...filter, rootIds: append(filter.rootIds, idOf(text)) };
    case 'id':
    case 'clip':
      return { ...filter, clipIds: append(filter.clipIds, idOf(text)) };
    default:
      throw bad(`${field} is not known`);
  }
}

const flags = ['labelled', 'embedded', 'uncertain'] as const;

/** @throws BAD_INPUT naming what was not understood. */
export function parseClipExpression(text: string, names: NameTable): ClipFilter {
  let filter: ClipFilter = {};
  for (const term of text
    .split(/\s+and\s+|\s*&&\s*/i)
    .map((part) => part.trim())
    .filter(Boolean)) {
    const flag = /^(not\s+|!)?(labelled|embedded|uncertain)$/i.exec(term);
    const parts = /^(\w+)\s*(>=|<=|=|>|<|~)\s*(?:"([^"]*)"|'([^']*)'|(.*))$/.exec(term);
    if (flag) filter = { ...filter, [flags.find((name) => name === flag[2]?.toLowerCase()) ?? 'labelled']: !flag[1] };
    else if (parts)
      filter = comparison(
        filter,
        (parts[1] ?? '').toLowerCase(),
        parts[2] ?? '=',
        parts[3] ?? parts[4] ?? parts[5] ?? '',
        names,
      );
    else throw bad(`"${term}" is not understood`);
  }
  return filter;
}

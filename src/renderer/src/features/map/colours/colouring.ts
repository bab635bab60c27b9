// From a column to colours: categories by their own or colour-blind-safe colours, scores in steps of viridis; unknown is grey.
import { categoricalColour, viridis } from '../../../theme/palettes.ts';

export interface Category {
  key: string | number | null;
  name: string;
  colour: string;
  count: number;
  sampleId: number | null;
}
export interface Colouring {
  kind: 'categories' | 'scale';
  /** Per point, which colour; 0 is unknown. */
  index: Uint16Array;
  colours: string[];
  /** Of `categories`: in the order of `colours`. Of `scale`: only the unknown. */
  categories: Category[];
  /** Of `scale`: the values at its ends. */
  range: [number, number] | null;
  /** Clips with a value. */
  known: number;
}
export type Column = ReadonlyMap<number, number | string | null>;
export interface Naming {
  name: (key: string | number) => string;
  colour?: (key: string | number) => string | undefined;
}

export const steps = 48;
const mostCategories = 24;

/** Colours points by category. Beyond 24 the rarest are gathered under "Other", and the legend says how many. */
export function colourByCategory(clipIds: Int32Array, column: Column, naming: Naming, idle: string): Colouring {
  const found = new Map<string | number, { count: number; sampleId: number }>();
  for (const clipId of clipIds) {
    const key = column.get(clipId);
    if (key === null || key === undefined) continue;
    const entry = found.get(key);
    if (entry) entry.count++;
    else found.set(key, { count: 1, sampleId: clipId });
  }
  const numeric = (key: string | number): number => (typeof key === 'number' ? key : 0);
  const all = [...found].sort((a, b) => b[1].count - a[1].count || numeric(a[0]) - numeric(b[0]));
  const kept = all
    .slice(0, all.length > mostCategories ? mostCategories - 1 : mostCategories)
    .sort((a, b) => numeric(a[0]) - numeric(b[0]) || String(a[0]).localeCompare(String(b[0])));
  const rest = all.slice(kept.length);
  const categories: Category[] = [{ key: null, name: 'None', colour: idle, count: 0, sampleId: null }];
  const place = new Map<string | number, number>();
  for (const [i, [key, { count, sampleId }]] of kept.entries()) {
    place.set(key, categories.length);
    categories.push({
      key,
      name: naming.name(key),
      colour: naming.colour?.(key) ?? categoricalColour(i),
      count,
      sampleId,
    });
  }
  if (rest.length) {
    for (const [key] of rest) place.set(key, categories.length);
    categories.push({
      key: 'other',
      name: `Other (${rest.length.toLocaleString('en')})`,
      colour: '#8a94a3',
      count: rest.reduce((sum, [, { count }]) => sum + count, 0),
      sampleId: null,
    });
  }
  const index = new Uint16Array(clipIds.length);
  let known = 0;
  for (let i = 0; i < clipIds.length; i++) {
    const key = column.get(clipIds[i]!);
    if (key === null || key === undefined) continue;
    index[i] = place.get(key)!;
    known++;
  }
  categories[0]!.count = clipIds.length - known;
  return {
    kind: 'categories',
    index,
    colours: categories.map((category) => category.colour),
    categories,
    range: null,
    known,
  };
}

/** Colours points by a score, from its smallest to its largest value, or between `ends`. */
export function colourByScale(
  clipIds: Int32Array,
  column: Column,
  idle: string,
  dark: boolean,
  ends: readonly [number, number] = [Infinity, -Infinity],
): Colouring {
  let [low, high, known] = [...ends, 0];
  for (const clipId of clipIds) {
    const value = column.get(clipId);
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    known++;
  }
  const span = high - low || 1;
  const index = Uint16Array.from(clipIds, (clipId) => {
    const value = column.get(clipId);
    return typeof value === 'number' && Number.isFinite(value)
      ? 1 + Math.min(steps - 1, Math.floor(((value - low) / span) * steps))
      : 0;
  });
  return {
    kind: 'scale',
    index,
    colours: [idle, ...Array.from({ length: steps }, (_, i) => viridis(i / (steps - 1), dark))],
    categories: [{ key: null, name: 'Not known', colour: idle, count: clipIds.length - known, sampleId: null }],
    range: known ? [low, high] : null,
    known,
  };
}

/** How many of the points that are among `clips` have each colour of a colouring. */
export function countsAmong(
  { index, colours }: Pick<Colouring, 'index' | 'colours'>,
  clipIds: Int32Array,
  clips: ReadonlySet<number>,
): Int32Array {
  const counts = new Int32Array(colours.length);
  for (let i = 0; i < clipIds.length; i++) if (clips.has(clipIds[i]!)) counts[index[i]!]! += 1;
  return counts;
}

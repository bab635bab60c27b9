// One value of metadata: read from text by the type of its column, or refused with the reason.
import type { MetadataType } from '../../../shared/contract/metadata.ts';
import { readTime, type TimeReading } from './localTime.ts';

export interface ReadValue {
  text: string;
  number: number | null;
}
export interface ValueProblem {
  problem: string;
}
export interface ValueColumn {
  key: string;
  type: MetadataType;
}

/** Longest text that is kept; the rest of a longer one would be lost, so it is refused. */
const longestText = 10_000;
const bounds: Record<string, number> = { latitude: 90, longitude: 180 };

/** Degrees, minutes and seconds with a letter of the compass: 52°31'12.5"N. */
function degrees(text: string): number {
  const match =
    /^([+-]?\d+(?:[.,]\d+)?)\s*°\s*(?:(\d+(?:[.,]\d+)?)\s*['′’]\s*)?(?:(\d+(?:[.,]\d+)?)\s*(?:["″”]|'')\s*)?([NSEWO])?$/i.exec(
      text,
    );
  if (!match) return Number.NaN;
  const [whole, minutes, seconds] = [match[1], match[2] ?? '0', match[3] ?? '0'].map((part) =>
    Number(part!.replace(',', '.')),
  ) as [number, number, number];
  const size = Math.abs(whole) + minutes / 60 + seconds / 3600;
  return whole < 0 || /[SW]/i.test(match[4] ?? '') ? -size : size;
}

/** A number as people write it, also with a decimal comma; NaN where it is none. */
export function readNumber(text: string): number {
  const plain = text.replaceAll(/[\u00a0\u202f\s]/g, '').replace('−', '-');
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  return /^[+-]?\d+,\d+$/.test(plain) ? Number(plain.replace(',', '.')) : Number.NaN;
}

/** The value that a text says, in the canonical form of its column's type. Empty text is no value and must not be given. */
export function readValue(column: ValueColumn, raw: string, reading: TimeReading = {}): ReadValue | ValueProblem {
  const text = raw.normalize('NFC').trim();
  if (text.length > longestText)
    return { problem: `the text has ${text.length} letters; at most ${longestText} are kept` };
  if (text.includes('\0')) return { problem: 'the text holds a null character' };
  if (column.type === 'datetime') return readTime(text, reading);
  if (column.type !== 'number') return { text, number: null };
  const limit = bounds[column.key];
  const value = limit === undefined ? readNumber(text) : [readNumber(text), degrees(text)].find(Number.isFinite);
  if (value === undefined || !Number.isFinite(value)) return { problem: `“${text}” is not a number` };
  if (limit !== undefined && Math.abs(value) > limit)
    return { problem: `${value} is no ${column.key}: it lies between -${limit} and ${limit}` };
  return { text: String(value), number: value };
}

/** The type that all of some texts have; text where they have none. Few different values that repeat are a category. */
export function guessType(texts: readonly string[], reading: TimeReading = {}): MetadataType {
  const given = texts.filter((text) => text.trim() !== '');
  if (given.length === 0) return 'text';
  if (given.every((text) => Number.isFinite(readNumber(text)))) return 'number';
  if (given.every((text) => !('problem' in readTime(text, { dayFirst: true, ...reading })))) return 'datetime';
  const different = new Set(given).size;
  return different <= 200 && different <= Math.max(2, given.length / 2) && given.every((text) => text.length <= 80)
    ? 'category'
    : 'text';
}

// Tests of a column of metadata, or of one that follows from the time, over all clips in memory.
import type { QueryField } from '../../../shared/query/queryFields.ts';
import { QueryError, type QueryTest } from '../../../shared/query/queryTree.ts';
import type { ClipMetadata } from '../metadata/clipMetadata.ts';
import { readTime } from '../metadata/localTime.ts';
import { foldText } from './clipNames.ts';

type Value = string | number | null;

/** Whether a value passes; never asked for null. */
type Passes = (value: string | number) => boolean;

const compared: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function numberTest({ operator, values }: QueryTest, whole: boolean): Passes {
  const [first = 0, second = 0] = values.map(Number);
  // Hour 6 is from 6:00 to 6:59; from 22 to 4 is over midnight.
  const exact = whole ? (value: number) => Math.floor(value) : (value: number) => value;
  if (operator === 'in') {
    const wanted = new Set(values.map(Number));
    return (value) => wanted.has(exact(Number(value)));
  }
  if (operator === 'between')
    return whole && first > second
      ? (value) => Number(value) >= first || Number(value) <= second
      : (value) => Number(value) >= first && Number(value) <= second;
  const passes = compared[operator]!;
  const sharp = operator === '=' || operator === '!=';
  return (value) => passes((sharp ? exact(Number(value)) : Number(value)) - first);
}

/** Natural order, so that tape 9 comes before tape 10. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function textTest({ operator, values }: QueryTest): Passes {
  const [first = '', second = ''] = values.map(foldText);
  const known = new Map<string, boolean>();
  const test = (text: string): boolean => {
    const value = foldText(text);
    if (operator === 'contains') return value.includes(first);
    if (operator === 'in') return values.some((one) => foldText(one) === value);
    if (operator === 'between') return collator.compare(value, first) >= 0 && collator.compare(value, second) <= 0;
    return operator === '=' || operator === '!='
      ? (value === first) === (operator === '=')
      : compared[operator]!(collator.compare(value, first));
  };
  return (value) => {
    const text = String(value);
    const passes = known.get(text) ?? test(text);
    known.set(text, passes);
    return passes;
  };
}

/** A date or time that is asked for: its wall clock as far as it is given, and the moment where it names a zone. */
function wanted(text: string, test: QueryTest, i: number): { wall: string; epochS: number | null } {
  if (/^\d{4}(-\d{2})?$/.test(text)) return { wall: text, epochS: null };
  const time = readTime(text);
  if ('problem' in time) throw new QueryError(time.problem, test.valuesAt[i] ?? test.at);
  const zoned = time.text.includes('T') && /(Z|[+-]\d{2}:\d{2}|\])$/.test(time.text);
  return { wall: time.text.slice(0, 19), epochS: zoned ? time.number : null };
}

const isoWall = (localS: number): string => new Date(localS * 1000).toISOString().slice(0, 19);

/** Of times as stored text, or of the time of each clip. A value without zone is compared by the clock of the place. */
function timeMask(test: QueryTest, field: QueryField, metadata: ClipMetadata): Uint8Array {
  const asked = test.values.map((text, i) => wanted(text, test, i));
  const ofClip = field.name === 'recorded_at' ? metadata.times() : null;
  const { values } = ofClip ? { values: [] as Value[] } : metadata.column(field.name);
  const n = ofClip ? ofClip.clipIds.length : values.length;
  const orderTo = (i: number, { wall, epochS }: (typeof asked)[number]): number => {
    const text = ofClip ? isoWall(ofClip.localS[i]!) : String(values[i]);
    if (epochS !== null) return (ofClip ? ofClip.epochS[i]! : Date.parse(text.replace(/\[.*$/, '')) / 1000) - epochS;
    const local = text.slice(0, wall.length);
    return local < wall ? -1 : local > wall ? 1 : 0;
  };
  const passes = (i: number): boolean => {
    if (test.operator === 'in') return asked.some((one) => orderTo(i, one) === 0);
    if (test.operator === 'between') return orderTo(i, asked[0]!) >= 0 && orderTo(i, asked[1]!) <= 0;
    return compared[test.operator]!(orderTo(i, asked[0]!));
  };
  const has = (i: number): boolean => (ofClip ? !Number.isNaN(ofClip.localS[i]!) : values[i] !== null);
  return maskOf(n, (i) => has(i) && passes(i));
}

/** A loop, since `Uint8Array.from` takes several times longer over 100,000 clips. */
function maskOf(n: number, passes: (i: number) => boolean): Uint8Array {
  const mask = new Uint8Array(n);
  for (let i = 0; i < n; i++) if (passes(i)) mask[i] = 1;
  return mask;
}

/** 1 where a clip passes, in the order of ids. A clip without the value passes no test but “is not set”. */
export function columnMask(test: QueryTest, field: QueryField, metadata: ClipMetadata): Uint8Array {
  const setness = test.operator === 'is set' || test.operator === 'is not set';
  if (field.type === 'datetime' && !setness) return timeMask(test, field, metadata);
  const { values } = metadata.column(field.name);
  if (setness) {
    const set = test.operator === 'is set';
    return maskOf(values.length, (i) => (values[i] !== null) === set);
  }
  const passes = field.type === 'number' ? numberTest(test, field.name === 'hour') : textTest(test);
  return maskOf(values.length, (i) => {
    const value = values[i]!;
    return value !== null && passes(value);
  });
}

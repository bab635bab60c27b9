// A pattern of the user's for file names: `{site}_{date}_{time}`, `{individual}/{YYYY}-{MM}-{DD} {*}`. Text outside braces stands for itself.
import { EngineError } from '../../../shared/engineError.ts';

/** Parts of a time, by the letters that people know from camera software. */
const timeParts: Record<string, { form: string; part: 'Y' | 'M' | 'D' | 'h' | 'm' | 's' | 'zone' | 'date' | 'time' }> =
  {
    YYYY: { form: String.raw`\d{4}`, part: 'Y' },
    MM: { form: String.raw`\d{2}`, part: 'M' },
    DD: { form: String.raw`\d{2}`, part: 'D' },
    hh: { form: String.raw`\d{2}`, part: 'h' },
    mm: { form: String.raw`\d{2}`, part: 'm' },
    ss: { form: String.raw`\d{2}`, part: 's' },
    zone: { form: String.raw`Z|[+-]\d{2}:?\d{2}`, part: 'zone' },
    date: { form: String.raw`\d{4}[-_.]?\d{2}[-_.]?\d{2}`, part: 'date' },
    time: { form: String.raw`\d{2}[-_.:h]?\d{2}(?:[-_.:m]?\d{2})?`, part: 'time' },
  };

export interface NamePattern {
  text: string;
  /** Columns that it fills. */
  columns: string[];
  /** Values by column; null where the path does not match. `path` is relative to its source, with forward slashes. */
  read(path: string): Record<string, string> | null;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const longest = 500;
/** Parts whose length is not known make matching slow where there are many. */
const mostFree = 5;

const bad = (why: string, at: number): EngineError =>
  new EngineError('BAD_INPUT', `the pattern ${why}, at character ${at + 1}`, {
    field: 'pattern',
    hint: 'For example: {site}_{date}_{time}, or {individual}/{YYYY}-{MM}-{DD}_{*}.',
  });

function timeOf(parts: ReadonlyMap<string, string>): string | undefined {
  const digits = (text: string | undefined): string => (text ?? '').replaceAll(/\D/g, '');
  const date = parts.get('date');
  const day = date ? digits(date) : `${parts.get('Y') ?? ''}${parts.get('M') ?? ''}${parts.get('D') ?? ''}`;
  if (day.length !== 8) return undefined;
  const time = parts.get('time');
  const clock = time ? digits(time) : `${parts.get('h') ?? ''}${parts.get('m') ?? ''}${parts.get('s') ?? ''}`;
  const ymd = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
  if (clock === '') return ymd;
  return `${ymd}T${clock.slice(0, 2)}:${clock.slice(2, 4) || '00'}:${clock.slice(4, 6) || '00'}${parts.get('zone') ?? ''}`;
}

/** Throws BAD_INPUT that names the place. `columnOf`: the column a name means, null where there is none. */
export function namePattern(text: string, columnOf: (name: string) => string | null): NamePattern {
  if (text.length > longest) throw bad(`is longer than ${longest} characters`, longest);
  const groups: { part?: string; column?: string }[] = [];
  let form = '';
  let end = 0;
  let free = 0;
  const plain = (from: number, to: number): void => {
    const stray = /[{}]/.exec(text.slice(from, to));
    if (stray) throw bad(`has a brace without its other one`, from + stray.index);
    form += escaped(text.slice(from, to));
  };
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    plain(end, match.index);
    end = match.index + match[0].length;
    const name = match[1]!.trim();
    const time = Object.hasOwn(timeParts, name) ? timeParts[name] : undefined;
    const column = time || name === '*' ? null : columnOf(name);
    if (!time && name !== '*' && column === null) throw bad(`names a column “${name}” that is not there`, match.index);
    form += time ? `(${time.form})` : name === '*' ? '[^/]*?' : '([^/]+?)';
    if (time) groups.push({ part: time.part });
    else if (column !== null) groups.push({ column });
    if (!time && ++free > mostFree) throw bad(`has more than ${mostFree} parts of unknown length`, match.index);
    if (!time && text.slice(0, match.index).endsWith('}') && !/\\d[^)]*\)$/.test(form.slice(0, form.lastIndexOf('('))))
      throw bad('has two parts with nothing between them', match.index);
  }
  plain(end, text.length);
  if (groups.length === 0) throw bad('fills no column: name one in braces', 0);
  const expression = new RegExp(`(?:^|/)${form}$`);
  const timed = groups.some(({ part }) => part !== undefined);
  return {
    text,
    columns: [...new Set([...(timed ? ['recorded_at'] : []), ...groups.flatMap(({ column }) => column ?? [])])],
    read(path) {
      const match = expression.exec(path.replace(/\.[^./]{1,8}$/, '')) ?? expression.exec(path);
      if (!match) return null;
      const parts = new Map<string, string>();
      const values: Record<string, string> = {};
      groups.forEach(({ part, column }, i) => {
        if (part !== undefined) parts.set(part, match[i + 1]!);
        else values[column!] = match[i + 1]!.trim();
      });
      const time = timeOf(parts);
      return { ...values, ...(time === undefined ? {} : { recorded_at: time }) };
    },
  };
}

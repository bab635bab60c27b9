// Dates and times as people and recorders write them, read into one form that keeps the wall clock of the place. Time zones and daylight
// saving by luxon and the time zone database of the runtime.
import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon';

/**
 * `text`: `2023-10-05T06:30:00+02:00[Europe/Berlin]`, without offset where the zone is not known, or a date alone. `number`: seconds since
 * 1970; of a time without zone as if it were UTC, of a date its beginning.
 */
export interface LocalTime {
  text: string;
  number: number;
}
export interface TimeProblem {
  problem: string;
}
/** `zone`: for times that name none. `dayFirst`: how 05/10/2023 is read; undefined: not at all where both ways are possible. */
export interface TimeReading {
  zone?: string | undefined;
  dayFirst?: boolean | undefined;
}

interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
const dateText = (wall: Pick<Wall, 'year' | 'month' | 'day'>): string =>
  `${pad(wall.year, 4)}-${pad(wall.month)}-${pad(wall.day)}`;
const clockText = ({ hour, minute, second, millisecond }: Wall): string =>
  `${pad(hour)}:${pad(minute)}:${pad(second)}${millisecond ? `.${pad(millisecond, 3)}` : ''}`;

/** A zone of the database ("Europe/Berlin"), "UTC", or an offset ("+02:00", "UTC+2"); null for anything else. */
export function zoneOf(name: string): Zone | null {
  const text = name.trim();
  if (/^(utc|gmt|z)$/i.test(text)) return FixedOffsetZone.utcInstance;
  const offset = /^(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(text);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    return minutes <= 14 * 60 ? FixedOffsetZone.instance(offset[1] === '-' ? -minutes : minutes) : null;
  }
  return text.includes('/') && IANAZone.isValidZone(text) ? IANAZone.create(text) : null;
}

const isDate = ({ year, month, day }: Wall): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= (DateTime.local(year, month).daysInMonth ?? 0);

const offsetText = (minutes: number): string =>
  minutes === 0
    ? 'Z'
    : `${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;

const zoned = (time: DateTime): LocalTime => {
  const { zone } = time;
  const name = zone instanceof IANAZone ? `[${zone.name}]` : '';
  return {
    text: `${dateText(time)}T${clockText(time)}${offsetText(time.offset)}${name}`,
    number: time.toMillis() / 1000,
  };
};

/** A wall clock in a zone. Times that do not exist there, or exist twice, are named. */
function inZone(wall: Wall, zone: Zone): LocalTime | TimeProblem {
  const time = DateTime.fromObject({ ...wall }, { zone });
  const said = `${dateText(wall)} ${clockText(wall)}`;
  if (time.hour !== wall.hour || time.minute !== wall.minute)
    return {
      problem: `${said} does not exist in ${zone.name}: clocks were put forward to ${clockText(time).slice(0, 5)}`,
    };
  const both = time.getPossibleOffsets();
  if (both.length > 1)
    return {
      problem: `${said} happened twice in ${zone.name}, at ${both.map(({ offset }) => offsetText(offset)).join(' and ')}: add the offset`,
    };
  return zoned(time);
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Year, month and day of a date as it is written; a problem where it can be read two ways. */
function dateParts(
  text: string,
  dayFirst: boolean | undefined,
): { parts: number[]; rest: string } | TimeProblem | null {
  const iso =
    /^(\d{4})([-/:.]?)(\d{2})\2(\d{2})(?!\d)/.exec(text) ?? /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?!\d)/.exec(text);
  if (iso) return { parts: [iso[1], iso[3], iso[4]].map(Number), rest: text.slice(iso[0].length) };
  const named =
    /^(?:[a-z]{3,9},?\s+)?(\d{1,2})[\s-]([a-z]{3})[a-z]*\.?,?[\s-](\d{4})/i.exec(text) ??
    /^()([a-z]{3})[a-z]*\.?\s(\d{1,2}),?\s(\d{4})/i.exec(text);
  const month = named ? months.indexOf(named[2]!.toLowerCase()) + 1 : 0;
  if (named && month > 0) {
    const [day, year] = named[1] === '' ? [named[3], named[4]] : [named[1], named[3]];
    return { parts: [Number(year), month, Number(day)], rest: text.slice(named[0].length) };
  }
  const short = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)/.exec(text);
  if (!short) return null;
  const [first, second, year] = [short[1], short[3], short[4]].map(Number) as [number, number, number];
  const rest = text.slice(short[0].length);
  if (short[2] === '.' || first > 12 || (dayFirst ?? false)) return { parts: [year, second, first], rest };
  if (second > 12 || dayFirst === false || first === second) return { parts: [year, first, second], rest };
  return { problem: `${text} can be read as day/month or month/day` };
}

/** `undefined` where no time follows. */
function clockParts(rest: string): { parts: number[]; zone: string } | undefined | null {
  if (rest.trim() === '') return undefined;
  const match =
    /^(?:[T\s_:-]|,\s)\s*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?\s*(.*)$/i.exec(
      rest,
    ) ?? /^[T\s_-]?(\d{2})(\d{2})(\d{2})?(?:[.,](\d{1,9}))?()\s*(.*)$/i.exec(rest);
  if (!match) return null;
  const [, hour, minute, second, fraction, half, zone] = match;
  let hours = Number(hour);
  if (half) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  const millisecond = Math.round(Number(`0.${fraction ?? 0}`) * 1000) % 1000;
  return { parts: [hours, Number(minute), Number(second ?? 0), millisecond], zone: (zone ?? '').trim() };
}

/** The zone written after a time: an offset, a name in brackets, or both. `undefined`: none; null: not understood. */
function writtenZone(text: string): { offset: Zone | null; name: Zone | null } | undefined | null {
  if (text === '') return undefined;
  const match =
    /^(z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)?\s*(?:[[(]([^\])]+)[\])]|([a-z_]+\/[\w/+-]+))?$/i.exec(text);
  if (!match) return null;
  const [, offset, bracketed, bare] = match;
  const zones = {
    offset: offset ? zoneOf(offset) : null,
    name: (bracketed ?? bare) ? zoneOf((bracketed ?? bare)!) : null,
  };
  return (offset && !zones.offset) || ((bracketed ?? bare) && !zones.name) ? null : zones;
}

/** Reads a date or time. The problem says what is impossible or can be read two ways. */
export function readTime(raw: string, { zone, dayFirst }: TimeReading = {}): LocalTime | TimeProblem {
  const text = raw.trim();
  if (/^\d{10}(\d{3})?$/.test(text))
    return zoned(DateTime.fromMillis(Number(text) * (text.length === 10 ? 1000 : 1), { zone: 'utc' }));
  const date = dateParts(text, dayFirst);
  if (!date) return { problem: `“${text}” is no date or time` };
  if ('problem' in date) return date;
  const clock = clockParts(date.rest);
  if (clock === null) return { problem: `“${text}” is no date or time` };
  const [year, month, day] = date.parts as [number, number, number];
  const [hour, minute, second, millisecond] = (clock?.parts ?? [0, 0, 0, 0]) as [number, number, number, number];
  const wall: Wall = { year, month, day, hour, minute, second, millisecond };
  if (!isDate(wall)) return { problem: `${dateText(wall)} is no day of the calendar` };
  if (hour > 23 || minute > 59 || second > 59) return { problem: `${clockText(wall)} is no time of day` };
  if (!clock) return { text: dateText(wall), number: Date.UTC(year, month - 1, day) / 1000 };
  const written = writtenZone(clock.zone);
  if (written === null) return { problem: `the time zone “${clock.zone}” is not known` };
  if (written) return inWrittenZone(wall, written);
  if (zone === undefined) return floating(wall);
  const other = zoneOf(zone);
  return other ? inZone(wall, other) : { problem: `the time zone “${zone}” is not known` };
}

const floating = (wall: Wall): LocalTime => ({
  text: `${dateText(wall)}T${clockText(wall)}`,
  number: Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.millisecond) / 1000,
});

function inWrittenZone(
  wall: Wall,
  { offset, name }: { offset: Zone | null; name: Zone | null },
): LocalTime | TimeProblem {
  if (!offset) return name ? inZone(wall, name) : floating(wall);
  const instant = DateTime.fromObject({ ...wall }, { zone: offset });
  if (!name) return zoned(instant);
  const there = instant.setZone(name);
  return there.offset === instant.offset
    ? zoned(there)
    : { problem: `${dateText(wall)} ${clockText(wall)} is not at ${offsetText(instant.offset)} in ${name.name}` };
}

/** A moment shown by the clocks of a zone. */
export const momentIn = (epochS: number, zone: Zone): LocalTime => zoned(DateTime.fromMillis(epochS * 1000, { zone }));

/** What a stored time tells of its zone. `offsetS` null: the zone is not known, or there is no time of day. */
export interface StoredTime {
  epochS: number;
  offsetS: number | null;
  zone: IANAZone | null;
  /** False for a date alone. */
  timed: boolean;
}

export function storedTime(text: string, epochS: number): StoredTime {
  const match = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(Z|[+-]\d{2}:\d{2})?(?:\[(.+)\])?)?$/.exec(text);
  const offset = match?.[1];
  const sign = offset?.startsWith('-') ? -1 : 1;
  const offsetS =
    offset === undefined
      ? null
      : offset === 'Z'
        ? 0
        : sign * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(4, 6)) * 60);
  return { epochS, offsetS, zone: match?.[2] ? IANAZone.create(match[2]) : null, timed: text.includes('T') };
}

/** Seconds between UTC and the clocks of the place, `afterS` seconds after a stored time: daylight saving may begin meanwhile. */
export const offsetAfter = ({ epochS, offsetS, zone }: StoredTime, afterS: number): number =>
  zone ? zone.offset((epochS + afterS) * 1000) * 60 : (offsetS ?? 0);

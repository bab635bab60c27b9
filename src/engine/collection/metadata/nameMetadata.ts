// Dates, sites and devices that recorders, phones and cameras write into file names, recognised without being told.

export interface NamedValues {
  /** As `readTime` reads it. */
  recorded_at?: string;
  site?: string;
  device?: string;
}

const stemOf = (name: string): string => name.replace(/\.[^.]{1,8}$/, '');
const inRange = (text: string, low: number, high: number): boolean => Number(text) >= low && Number(text) <= high;
const year = (text: string): boolean => inRange(text, 1970, 2099);
const isDay = (y: string, m: string, d: string): boolean =>
  year(y) &&
  inRange(m, 1, 12) &&
  Number(d) >= 1 &&
  Number(d) <= new Date(Date.UTC(Number(y), Number(m), 0)).getUTCDate();
const isClock = (h: string, m: string, s: string): boolean =>
  inRange(h, 0, 23) && inRange(m, 0, 59) && inRange(s, 0, 59);

interface FoundTime {
  text: string;
  before: string;
}

/** 20231005_063000, 2023-10-05T06-30-00, 20231005$063000, DJI_20231005063000: with fraction and zone where they follow. */
function fullTime(stem: string): FoundTime | null {
  const forms = [
    /(?<!\d)(\d{4})(\d{2})(\d{2})[_T$ -]?(\d{2})(\d{2})(\d{2})(?:[._]?(\d{3}))?(Z|[+-]\d{4})?(?!\d)/g,
    /(?<!\d)(\d{4})-(\d{2})-(\d{2})[_T -]+(\d{2})[-.:_h](\d{2})[-.:_m](\d{2})(?:[.,](\d{1,3}))?(Z|[+-]\d{2}:?\d{2})?(?!\d)/g,
    /(?<!\d)(\d{4})[_.](\d{2})[_.](\d{2})[_T -](\d{2})[_.](\d{2})[_.](\d{2})()(Z|[+-]\d{4})?(?!\d)/g,
  ];
  for (const form of forms)
    for (const match of stem.matchAll(form)) {
      const [, y, mo, d, h, mi, s, fraction, zone] = match as unknown as string[];
      if (!isDay(y!, mo!, d!) || !isClock(h!, mi!, s!)) continue;
      const text = `${y}-${mo}-${d}T${h}:${mi}:${s}${fraction ? `.${fraction.padEnd(3, '0')}` : ''}${zone ?? ''}`;
      return { text, before: stem.slice(0, match.index) };
    }
  return null;
}

function dayAlone(text: string): FoundTime | null {
  for (const match of text.matchAll(/(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)/g))
    if (isDay(match[1]!, match[3]!, match[4]!))
      return { text: `${match[1]}-${match[3]}-${match[4]}`, before: text.slice(0, match.index) };
  return null;
}

/** AudioMoth's first firmware named files by seconds since 1970 as eight hexadecimal digits. */
function hexTime(stem: string): FoundTime | null {
  if (!/^[0-9A-F]{8}$/.test(stem)) return null;
  const epochS = Number.parseInt(stem, 16);
  if (epochS < Date.UTC(2016) / 1000 || epochS > Date.UTC(2040) / 1000) return null;
  return { text: new Date(epochS * 1000).toISOString().replace('.000', ''), before: '' };
}

const phones =
  /^(PXL|VID|IMG|MVI|MOV|VIDEO|REC|AUDIO|Recording|Screen Recording|Screenrecorder|signal|WhatsApp (?:Video|Audio)|trim|PTT|AUD)$/i;
const devices: [RegExp, string][] = [
  [/^PXL_/, 'Pixel'],
  [/^DJI_/, 'DJI'],
  [/^(G[HXPL]\d{6}|GOPR\d{4}|GP\d{6})$/, 'GoPro'],
  [/^SM[23]?[A-Z]?\d?_?BAT/i, 'Song Meter'],
];

/** What stands before the time: a recorder's serial number, or a site. Channels (`_0+1`, `_A`) and what phones write are neither. */
function prefixValues(before: string): NamedValues {
  const prefix = before
    .replace(/[\s_$-]+$/, '')
    .replace(/_(?:0|1|0\+1|0-1|-|[AB])_?$/, '')
    .replace(/[\s_-]+$/, '');
  if (prefix === '' || phones.test(prefix) || /^(DJI|\d+)$/i.test(prefix)) return {};
  if (/^[0-9A-F]{16}$/i.test(prefix)) return { device: `AudioMoth ${prefix.toUpperCase()}` };
  return { site: prefix };
}

/** `path`: relative to the source, with forward slashes. A date may also stand in a folder's name. */
export function nameMetadata(path: string): NamedValues {
  const folders = path.split('/');
  const stem = stemOf(folders.pop() ?? '');
  const device = devices.find(([form]) => form.test(stem))?.[1];
  const values: NamedValues = device ? { device } : {};
  const time = fullTime(stem) ?? hexTime(stem);
  if (time) {
    // Pixel phones write UTC.
    const text = stem.startsWith('PXL_') && !/(Z|[+-]\d{2}:?\d{2})$/.test(time.text) ? `${time.text}Z` : time.text;
    return { recorded_at: text, ...prefixValues(time.before), ...values };
  }
  const day =
    dayAlone(stem) ??
    folders
      .toReversed()
      .map(dayAlone)
      .find((found) => found !== null) ??
    null;
  if (!day) return values;
  const clock = /^(?:.*[_-])?(\d{2})[-.:]?(\d{2})[-.:]?(\d{2})$/.exec(stem);
  const alone = !dayAlone(stem) && clock && isClock(clock[1]!, clock[2]!, clock[3]!);
  return { recorded_at: alone ? `${day.text}T${clock[1]}:${clock[2]}:${clock[3]}` : day.text, ...values };
}

// Praat TextGrids, long and short form. Praat reads both alike: numbers, strings and flags that stand alone, in order;
// the rest is comment.
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import {
  droppedFields,
  noEvent,
  type EventFileFormat,
  type ReadEvent,
  type ReadEvents,
  type WrittenRecording,
} from './eventRecord.ts';
import { readEventText, seconds } from './eventText.ts';
import { lanesOf, modalityOfTier, tierName } from './lanes.ts';

type Token = { kind: 'number'; value: number } | { kind: 'string'; value: string } | { kind: 'flag'; value: string };

/** Free-standing numbers, quoted strings and <flags> of a Praat text file. */
export function praatTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /"((?:[^"]|"")*)"|<([a-z]+)>|![^\n\r]*|[^\s"!]+/gi;
  for (const match of text.matchAll(pattern)) {
    if (match[1] !== undefined) tokens.push({ kind: 'string', value: match[1].replaceAll('""', '"') });
    else if (match[2] !== undefined) tokens.push({ kind: 'flag', value: match[2] });
    else if (/^[-+]?\d+(\.\d*)?(e[-+]?\d+)?$/i.test(match[0])) tokens.push({ kind: 'number', value: Number(match[0]) });
  }
  return tokens;
}

class TokenReader {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly file: string;

  constructor(tokens: readonly Token[], file: string) {
    this.tokens = tokens;
    this.file = file;
  }

  number(what: string): number {
    const token = this.next(what);
    if (token.kind !== 'number') throw this.broken(what);
    return token.value;
  }

  string(what: string): string {
    const token = this.next(what);
    if (token.kind !== 'string') throw this.broken(what);
    return token.value;
  }

  flag(what: string): void {
    if (this.next(what).kind !== 'flag') throw this.broken(what);
  }

  private next(what: string): Token {
    const token = this.tokens[this.at++];
    if (!token) throw this.broken(what);
    return token;
  }

  private broken(what: string): EngineError {
    return new EngineError('BAD_INPUT', `${this.file} is damaged: ${what} is missing at value ${this.at}`, {
      path: this.file,
      hint: 'Save it again in Praat as a text file.',
    });
  }
}

async function read(file: string): Promise<ReadEvents> {
  const text = await readEventText(file);
  const reader = new TokenReader(praatTokens(text), file);
  const notGrid = new EngineError('BAD_INPUT', `${file} is not a TextGrid in text form`, {
    path: file,
    hint: 'In Praat choose Save as text file or Save as short text file.',
  });
  if (
    !/^\uFEFF?\s*File type/.test(text) ||
    reader.string('the file type') !== 'ooTextFile' ||
    reader.string('the object class') !== 'TextGrid'
  )
    throw notGrid;
  reader.number('the start time');
  reader.number('the end time');
  reader.flag('the tiers flag');
  const events: ReadEvent[] = [];
  const bad: ReadEvents['bad'] = [];
  const tiers = reader.number('the number of tiers');
  for (let tier = 0; tier < tiers; tier++) {
    const kind = reader.string('a tier class');
    const name = reader.string('a tier name');
    reader.number('the start of a tier');
    reader.number('the end of a tier');
    const modality = modalityOfTier(name);
    for (let n = reader.number('the size of a tier'); n > 0; n--) {
      const onsetS = reader.number('a time');
      const offsetS = kind === 'IntervalTier' ? reader.number('an end time') : null;
      const label = reader.string('a text').trim();
      // Praat fills what is not marked with empty intervals.
      if (label === '' && offsetS !== null) continue;
      if (label === '' && modality)
        bad.push({ line: 0, reason: `the point at ${onsetS} s of tier ${name} has no text` });
      else events.push({ ...noEvent, line: 0, path: null, onsetS, offsetS, label: label || name, modality });
    }
  }
  return { events, bad, recordings: [path.basename(file, path.extname(file))], lost: [] };
}

interface Tier {
  name: string;
  points: boolean;
  events: WrittenRecording['events'];
}

function tiersOf(recording: WrittenRecording): Tier[] {
  return (['heard', 'seen', 'both'] as const).flatMap((modality) => {
    const events = recording.events.filter((event) => event.modality === modality);
    const points = events.filter(({ offsetS }) => offsetS === null).toSorted((a, b) => a.onsetS - b.onsetS);
    const lanes = lanesOf(
      events.filter(({ offsetS }) => offsetS !== null),
      0,
    );
    const tiers: Tier[] = lanes.map((lane, k) => ({ name: tierName(modality, k), points: false, events: lane }));
    return points.length > 0
      ? [...tiers, { name: tierName(modality, lanes.length), points: true, events: points }]
      : tiers;
  });
}

/** [onset, offset or null, text] with the empty intervals that Praat wants between. */
function filled({ points, events }: Tier, endS: number): [number, number | null, string][] {
  if (points) return events.map((event) => [event.onsetS, null, event.class]);
  const rows: [number, number, string][] = [];
  let at = 0;
  for (const event of events) {
    if (event.onsetS > at + 1e-9) rows.push([at, event.onsetS, '']);
    rows.push([event.onsetS, event.offsetS!, event.class]);
    at = event.offsetS!;
  }
  if (at < endS) rows.push([at, endS, '']);
  return rows;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function write(recordings: readonly WrittenRecording[], { short }: { short: boolean }) {
  const recording = recordings[0]!;
  const tiers = tiersOf(recording);
  const endS = Math.max(recording.durationS, ...recording.events.map(({ onsetS, offsetS }) => offsetS ?? onsetS));
  const end = seconds(endS);
  const lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', ''];
  const put = (indent: number, name: string, value: string): void =>
    void lines.push(short ? value : `${'    '.repeat(indent)}${name} = ${value} `);
  put(0, 'xmin', '0');
  put(0, 'xmax', end);
  lines.push(short ? '<exists>' : 'tiers? <exists> ');
  put(0, 'size', String(tiers.length));
  if (!short) lines.push('item []: ');
  for (const [k, tier] of tiers.entries()) {
    if (!short) lines.push(`    item [${k + 1}]:`);
    put(2, 'class', quoted(tier.points ? 'TextTier' : 'IntervalTier'));
    put(2, 'name', quoted(tier.name));
    put(2, 'xmin', '0');
    put(2, 'xmax', end);
    const rows = filled(tier, endS);
    put(2, tier.points ? 'points: size' : 'intervals: size', String(rows.length));
    for (const [n, [onsetS, offsetS, text]] of rows.entries()) {
      if (!short) lines.push(`        ${tier.points ? 'points' : 'intervals'} [${n + 1}]:`);
      put(3, offsetS === null ? 'number' : 'xmin', seconds(onsetS));
      if (offsetS !== null) put(3, 'xmax', seconds(offsetS));
      put(3, offsetS === null ? 'mark' : 'text', quoted(text));
    }
  }
  return { text: `${lines.join('\n')}\n`, lost: droppedFields(recordings, { modality: true }) };
}

export const praatTextGrid: EventFileFormat = {
  format: 'textgrid',
  extension: '.TextGrid',
  holds: 'recording',
  read,
  write,
};

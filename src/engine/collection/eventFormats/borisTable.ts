// BORIS tables: “tabular events” (a row per start, stop or point) and “aggregated events” (a row per event), after any
// number of header lines.
import { EngineError } from '../../../shared/engineError.ts';
import { delimiterOf } from '../labels/safeCsv.ts';
import { droppedFields, Losses, noEvent, type ReadEvents, type Written, type WrittenRecording } from './eventRecord.ts';
import { eachRow, headOf, numberOf, seconds } from './eventText.ts';
import { columnNamed } from './tableColumns.ts';

interface Columns {
  observation: number;
  media: number;
  subject: number;
  behaviour: number;
  modifier: number;
  comment: number;
  type: number;
  time: number;
  start: number;
  stop: number;
}

function columnsOf(header: readonly string[]): Columns {
  const at = (...names: string[]) => columnNamed(header, names);
  return {
    observation: at('Observation id'),
    media: at('Media file name', 'Media file', 'Media file path', 'Source'),
    subject: at('Subject'),
    behaviour: at('Behavior', 'Behaviour'),
    modifier: at('Modifiers', 'Modifier 1', 'Modifier #1'),
    comment: at('Comment', 'Comment start'),
    type: at('Behavior type', 'Status', 'Type'),
    time: at('Time'),
    start: at('Start (s)', 'Start'),
    stop: at('Stop (s)', 'Stop'),
  };
}
const usable = (columns: Columns): boolean => columns.behaviour >= 0 && (columns.start >= 0 || columns.time >= 0);

export async function readBorisTable(file: string): Promise<ReadEvents> {
  const head = await headOf(file, 60);
  const at = head.findIndex((line) => usable(columnsOf(line.split(delimiterOf(line)))));
  if (at < 0)
    throw new EngineError(
      'BAD_INPUT',
      `${file} is neither a BORIS project nor one of its event tables: no row names the columns Behavior and Start (s) or Time`,
      {
        path: file,
      },
    );
  const found: ReadEvents = { events: [], bad: [], recordings: [], lost: [] };
  const losses = new Losses();
  const recordings = new Set<string>();
  const started = new Map<string, { line: number; onsetS: number; label: string; path: string }>();
  let columns: Columns | null = null;
  await eachRow(
    file,
    { delimiter: delimiterOf(head[at]!), skip: at },
    ({ line, cells }) => {
      if (!columns) {
        columns = columnsOf(cells);
        return;
      }
      const at = columns;
      const cell = (name: keyof Columns): string => (at[name] >= 0 ? (cells[at[name]] ?? '').trim() : '');
      const label = cell('behaviour');
      const recording =
        cell('media')
          .replace(/^player #?\d+:\s*/i, '')
          .split(';')[0]!
          .trim() || cell('observation');
      if (label === '' || recording === '')
        return void found.bad.push({ line, reason: 'the row names no behaviour or no media file' });
      recordings.add(recording);
      for (const name of ['subject', 'modifier', 'comment'] as const)
        if (cell(name) && cell(name) !== 'No focal subject') losses.add(`${name}s`);
      const onsetS = numberOf(cell(at.start >= 0 ? 'start' : 'time'));
      if (Number.isNaN(onsetS)) return void found.bad.push({ line, reason: 'the time is not a number of seconds' });
      const event = { ...noEvent, line, path: recording, onsetS, offsetS: null, label };
      if (at.start >= 0) {
        const stopS = numberOf(cell('stop'));
        const point = /point/i.test(cell('type')) || Number.isNaN(stopS);
        return void found.events.push({ ...event, offsetS: point ? null : stopS });
      }
      const status = cell('type').toUpperCase();
      const key = JSON.stringify([cell('observation'), cell('subject'), label, cell('modifier')]);
      if (status.includes('START')) started.set(key, event);
      else if (status.includes('STOP')) {
        const from = started.get(key);
        started.delete(key);
        if (!from) return void found.bad.push({ line, reason: `${label} stops without a start` });
        found.events.push({ ...event, onsetS: from.onsetS, offsetS: onsetS, line: from.line });
      } else found.events.push(event);
    },
    found.bad,
  );
  for (const { line, label } of started.values()) found.bad.push({ line, reason: `${label} starts and never stops` });
  return { ...found, recordings: [...recordings], lost: losses.list() };
}

export function writeBorisTable(recordings: readonly WrittenRecording[], delimiter: string): Written {
  const header = [
    'Observation id',
    'Observation date',
    'Description',
    'Media duration (s)',
    'Media file name',
    'Subject',
    'Behavior',
    'Behavioral category',
    'Behavior type',
    'Start (s)',
    'Stop (s)',
    'Duration (s)',
    'Comment start',
    'Comment stop',
  ];
  const clean = (text: string): string => (/["\t\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = recordings.flatMap(({ path: file, durationS, events }) =>
    events.map((event) => {
      const stopS = event.offsetS ?? event.onsetS;
      return [
        file,
        '',
        '',
        seconds(durationS),
        file,
        '',
        event.class,
        '',
        event.offsetS === null ? 'POINT' : 'STATE',
        seconds(event.onsetS),
        seconds(stopS),
        seconds(stopS - event.onsetS),
        '',
        '',
      ].map(clean);
    }),
  );
  return {
    text: `${[header, ...rows].map((row) => row.join(delimiter)).join('\n')}\n`,
    lost: droppedFields(recordings, {}),
  };
}

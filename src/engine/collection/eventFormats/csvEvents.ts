// Plain CSV: file, onset_s, offset_s, label, modality, and where a file has them low_hz, high_hz, value, annotator.
import { labelValue, labelValues } from '../../../shared/contract/labelValue.ts';
import { eventModality } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { delimiterOf, writeCsv } from '../labels/safeCsv.ts';
import {
  droppedFields,
  type EventFileFormat,
  type ReadEvent,
  type ReadEvents,
  type WrittenRecording,
} from './eventRecord.ts';
import { eachRow, frequencyOf, headOf, numberOf } from './eventText.ts';
import { columnNamed } from './tableColumns.ts';

const header = ['file', 'onset_s', 'offset_s', 'label', 'modality', 'low_hz', 'high_hz', 'value', 'annotator'] as const;
const names: Record<(typeof header)[number], string[]> = {
  file: ['file', 'path', 'filename', 'file name', 'recording', 'audio file', 'video'],
  onset_s: ['onset_s', 'onset', 'start_s', 'start', 'begin', 'start time', 'begin time', 'begin time (s)', 'start (s)'],
  offset_s: ['offset_s', 'offset', 'end_s', 'end', 'stop', 'end time', 'end time (s)', 'end (s)'],
  label: ['label', 'class', 'event_label', 'event', 'species', 'category', 'annotation'],
  modality: ['modality', 'heard or seen'],
  low_hz: ['low_hz', 'low', 'low freq', 'low freq (hz)', 'fmin'],
  high_hz: ['high_hz', 'high', 'high freq', 'high freq (hz)', 'fmax'],
  value: ['value'],
  annotator: ['annotator', 'observer'],
};

type Columns = Record<(typeof header)[number], number>;

/** @throws BAD_INPUT naming the columns that are missing */
function columnsOf(file: string, cells: readonly string[]): Columns {
  const columns = Object.fromEntries(header.map((name) => [name, columnNamed(cells, names[name])])) as Columns;
  const missing = (['file', 'onset_s', 'label'] as const).filter((name) => columns[name] === -1);
  if (missing.length === 0) return columns;
  throw new EngineError(
    'BAD_INPUT',
    `${file} has no column ${missing.join(', ')}; its columns are ${cells.join(', ')}`,
    { path: file, hint: `The first row must name the columns: ${header.slice(0, 5).join(', ')}.` },
  );
}

/** The event of a row, or why it is none. */
function eventOf(line: number, cells: readonly string[], at: Columns): ReadEvent | string {
  const cell = (name: (typeof header)[number]): string => (at[name] >= 0 ? (cells[at[name]] ?? '').trim() : '');
  const path = cell('file');
  if (path === '') return 'the row names no file';
  const onsetS = numberOf(cell('onset_s'));
  if (Number.isNaN(onsetS)) return `the onset “${cell('onset_s')}” is not a number of seconds`;
  const end = cell('offset_s');
  const offsetS = end === '' ? null : numberOf(end);
  if (Number.isNaN(offsetS)) return `the offset “${end}” is not a number of seconds`;
  const label = cell('label');
  if (label === '') return 'the row has no label';
  const told = cell('modality').toLowerCase();
  const modality = told === '' ? null : eventModality.safeParse(told);
  if (modality && !modality.success) return `the modality “${told}” is none of heard, seen, both`;
  const value = labelValue.safeParse(cell('value').toLowerCase() || 'positive');
  if (!value.success) return `the value “${cell('value')}” is none of ${labelValues.join(', ')}`;
  return {
    line,
    path,
    onsetS,
    offsetS,
    label,
    modality: modality?.data ?? null,
    value: value.data,
    lowHz: frequencyOf(cell('low_hz')),
    highHz: frequencyOf(cell('high_hz')),
    annotator: cell('annotator') || null,
  };
}

async function read(file: string): Promise<ReadEvents> {
  const [first = ''] = await headOf(file, 1);
  const found: ReadEvents = { events: [], bad: [], recordings: [], lost: [] };
  const recordings = new Set<string>();
  let columns: Columns | null = null;
  await eachRow(
    file,
    { delimiter: delimiterOf(first) },
    ({ line, cells }) => {
      if (!columns) {
        columns = columnsOf(file, cells);
        const used = new Set(Object.values(columns));
        found.lost.push(...cells.filter((_, k) => !used.has(k)).map((name) => `column ${name}`));
        return;
      }
      const event = eventOf(line, cells, columns);
      if (typeof event === 'string') return void found.bad.push({ line, reason: event });
      if (event.path !== null) recordings.add(event.path);
      found.events.push(event);
    },
    found.bad,
  );
  return { ...found, recordings: [...recordings] };
}

function write(recordings: readonly WrittenRecording[]) {
  const rows = recordings.flatMap(({ path, events }) =>
    events.map((event) => [
      path,
      event.onsetS,
      event.offsetS,
      event.class,
      event.modality,
      event.lowHz,
      event.highHz,
      event.value,
      event.annotator,
    ]),
  );
  return {
    text: writeCsv([[...header], ...rows]),
    lost: droppedFields(recordings, { band: true, modality: true, value: true, annotator: true }),
  };
}

export const csvEvents: EventFileFormat = { format: 'csv', extension: '.csv', holds: 'collection', read, write };

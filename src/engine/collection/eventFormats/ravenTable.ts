// Raven selection tables: tab-separated, a row per selection and view, several sound files in one table with offsets of
// their own.
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { neutralise } from '../labels/safeCsv.ts';
import {
  droppedFields,
  Losses,
  noEvent,
  type EventFileFormat,
  type ReadEvents,
  type WrittenRecording,
} from './eventRecord.ts';
import { eachRow, frequencyOf, numberOf, seconds } from './eventText.ts';
import { columnNamed } from './tableColumns.ts';

/** Columns that Raven makes by itself; what is left are annotations. */
const measured =
  /^(selection|view|channel|begin|end|low|high|delta|file offset|peak|max|min|avg|center|energy|inband|length|q\d|agg|rms|leq|sel|occupancy|dur)/i;
const labels = ['Annotation', 'Species', 'Label', 'Class', 'Call', 'Call Type', 'Type', 'Tags', 'ID'];

interface Columns {
  selection: number;
  view: number;
  begin: number;
  end: number;
  low: number;
  high: number;
  file: number;
  offset: number;
  label: number;
}

function columnsOf(file: string, header: readonly string[], losses: Losses): Columns {
  const at = (...names: string[]) => columnNamed(header, names);
  const columns: Columns = {
    selection: at('Selection'),
    view: at('View'),
    begin: at('Begin Time (s)', 'Begin Time'),
    end: at('End Time (s)', 'End Time'),
    low: at('Low Freq (Hz)', 'Low Frequency (Hz)'),
    high: at('High Freq (Hz)', 'High Frequency (Hz)'),
    file: at('Begin Path', 'Begin File'),
    offset: at('File Offset (s)', 'File Offset'),
    label: at(...labels),
  };
  if (columns.begin < 0 || columns.end < 0)
    throw new EngineError(
      'BAD_INPUT',
      `${file} is not a Raven selection table: it has no columns Begin Time (s) and End Time (s)`,
      {
        path: file,
        hint: 'In Raven choose File, Save Selection Table.',
      },
    );
  if (columns.label < 0) columns.label = header.findIndex((name) => name.trim() !== '' && !measured.test(name.trim()));
  for (const [k, name] of header.entries())
    if (!Object.values(columns).includes(k) && !/^(channel|modality)$/i.test(name.trim()))
      losses.add(`column ${name.trim()}`);
  return columns;
}

/** Raven names tables after their sound: `night.Table.1.selections.txt` is of `night`. */
const soundOf = (file: string): string =>
  path.basename(file).replace(/(\.Table\.\d+)?(\.selections)?\.(txt|tsv|csv)$/i, '');

async function read(file: string): Promise<ReadEvents> {
  const found: ReadEvents = { events: [], bad: [], recordings: [], lost: [] };
  const losses = new Losses();
  const recordings = new Set<string>();
  /** Raven writes a row for the waveform and one for the spectrogram of the same selection. */
  const seen = new Set<string>();
  let columns: Columns | null = null;
  let modality = -1;
  await eachRow(
    file,
    { delimiter: '\t', quotes: false },
    ({ line, cells }) => {
      if (!columns) {
        columns = columnsOf(file, cells, losses);
        modality = columnNamed(cells, ['Modality']);
        return;
      }
      const cell = (column: number): string => (column >= 0 ? (cells[column] ?? '').trim() : '');
      const key = `${cell(columns.selection)} ${cell(columns.begin)}`;
      if (columns.selection >= 0 && columns.view >= 0) {
        if (seen.has(key)) return;
        seen.add(key);
      }
      const begin = numberOf(cell(columns.begin));
      const end = numberOf(cell(columns.end));
      if (Number.isNaN(begin) || Number.isNaN(end))
        return void found.bad.push({
          line,
          reason: `the times “${cell(columns.begin)}” and “${cell(columns.end)}” are not seconds`,
        });
      const inFile = numberOf(cell(columns.offset));
      const onsetS = Number.isNaN(inFile) ? begin : inFile;
      const label = cell(columns.label);
      if (label === '') return void found.bad.push({ line, reason: 'the selection has no annotation' });
      const recording = cell(columns.file) || soundOf(file);
      recordings.add(recording);
      const told = cell(modality).toLowerCase();
      found.events.push({
        ...noEvent,
        line,
        path: recording,
        onsetS,
        offsetS: onsetS + (end - begin),
        label,
        modality: told === 'heard' || told === 'seen' || told === 'both' ? told : null,
        lowHz: frequencyOf(cell(columns.low)),
        highHz: frequencyOf(cell(columns.high)),
      });
    },
    found.bad,
  );
  return { ...found, recordings: [...recordings], lost: losses.list().map((text) => text.replace(/ \(\d+\)$/, '')) };
}

function write(recordings: readonly WrittenRecording[]) {
  const rows: (string | number)[][] = [
    [
      'Selection',
      'View',
      'Channel',
      'Begin Time (s)',
      'End Time (s)',
      'Low Freq (Hz)',
      'High Freq (Hz)',
      'Begin Path',
      'File Offset (s)',
      'Modality',
      'Annotation',
    ],
  ];
  // Raven opens several files as one long sound: Begin Time counts from the first, File Offset from the file itself.
  let before = 0;
  let points = 0;
  for (const { path: file, durationS, events } of recordings) {
    for (const event of events) {
      if (event.offsetS === null) points++;
      const end = event.offsetS ?? event.onsetS + 0.001;
      rows.push([
        rows.length,
        'Spectrogram 1',
        1,
        seconds(before + event.onsetS),
        seconds(before + end),
        event.lowHz ?? -1,
        event.highHz ?? -1,
        file,
        seconds(event.onsetS),
        event.modality,
        neutralise(event.class.replaceAll(/[\t\r\n]+/g, ' ')),
      ]);
    }
    before += durationS;
  }
  const lost = droppedFields(recordings, { band: true, modality: true });
  if (points > 0) lost.push(`point events become a millisecond long (${points})`);
  return { text: `${rows.map((row) => row.join('\t')).join('\n')}\n`, lost };
}

export const ravenTable: EventFileFormat = { format: 'raven', extension: '.txt', holds: 'collection', read, write };

// Plain CSV: file, onset_s, offset_s, label, modality, and where a file has them low_hz, high_hz, value, annotator.
import { eventModality } from '../../../shared/contract/event.ts';
import { annotationValue } from '../../../shared/contract/annotation.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { delimiterOf, writeCsv } from '../labels/safeCsv.ts';
import { droppedFields, Losses, type EventFileFormat, type ReadEvents, type WrittenRecording } from './eventRecord.ts';
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

async function read(file: string): Promise<ReadEvents> {
  const [first = ''] = await headOf(file, 1);
  const delimiter = delimiterOf(first);
  const found: ReadEvents = { events: [], bad: [], recordings: [], lost: [] };
  const losses = new Losses();
  const recordings = new Set<string>();
  let columns: Record<string, number> | null = null;
  await eachRow(
    file,
    { delimiter },
    ({ line, cells }) => {
      if (!columns) {
        columns = Object.fromEntries(header.map((name) => [name, columnNamed(cells, names[name])]));
        const missing = (['file', 'onset_s', 'label'] as const).filter((name) => columns![name] === -1);
        if (missing.length > 0)
          throw new EngineError('BAD_INPUT', `${file} has no column ${missing.join(', ')}; its columns are ${cells.join(', ')}`, {
            path: file,
            hint: `The first row must name the columns: ${header.slice(0, 5).join(', ')}.`,
          });
        const used = new Set(Object.values(columns));
        for (const [k, name] of cells.entries()) if (!used.has(k)) losses.add(`column ${name}`);
        return;
      }
      const at = columns;
      const cell = (name: (typeof header)[number]): string | undefined => (at[name]! >= 0 ? cells[at[name]!] : undefined);
      const path = (cell('file') ?? '').trim();
      if (path === '') return void found.bad.push({ line, reason: 'the row names no file' });
      recordings.add(path);
      const onsetS = numberOf(cell('onset_s'));
      if (Number.isNaN(onsetS)) return void found.bad.push({ line, reason: `the onset “${cell('onset_s') ?? ''}” is not a number of seconds` });
      const end = (cell('offset_s') ?? '').trim();
      const offsetS = end === '' ? null : numberOf(end);
      if (Number.isNaN(offsetS)) return void found.bad.push({ line, reason: `the offset “${end}” is not a number of seconds` });
      const label = (cell('label') ?? '').trim();
      if (label === '') return void found.bad.push({ line, reason: 'the row has no label' });
      const told = (cell('modality') ?? '').trim().toLowerCase();
      const modality = told === '' ? null : eventModality.safeParse(told);
      if (modality && !modality.success) return void found.bad.push({ line, reason: `the modality “${told}” is none of heard, seen, both` });
      const value = annotationValue.safeParse((cell('value') ?? '').trim().toLowerCase() || 'positive');
      if (!value.success) return void found.bad.push({ line, reason: `the value “${cell('value')}” is none of positive, negative, uncertain` });
      found.events.push({
        line,
        path,
        onsetS,
        offsetS,
        label,
        modality: modality?.data ?? null,
        value: value.data,
        lowHz: frequencyOf(cell('low_hz')),
        highHz: frequencyOf(cell('high_hz')),
        annotator: (cell('annotator') ?? '').trim() || null,
      });
    },
    found.bad,
  );
  return { ...found, recordings: [...recordings], lost: losses.list().map((text) => text.replace(/ \(\d+\)$/, '')) };
}

function write(recordings: readonly WrittenRecording[]) {
  const rows = recordings.flatMap(({ path, events }) =>
    events.map((event) => [path, event.onsetS, event.offsetS, event.class, event.modality, event.lowHz, event.highHz, event.value, event.annotator]),
  );
  return {
    text: writeCsv([[...header], ...rows]),
    lost: droppedFields(recordings, { band: true, modality: true, value: true, annotator: true }),
  };
}

export const csvEvents: EventFileFormat = { format: 'csv', extension: '.csv', holds: 'collection', read, write };

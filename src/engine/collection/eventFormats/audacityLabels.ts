// Audacity label tracks: start, end and label separated by tabs, and after it, where a label has one, a line “\ low
// high”.
import path from 'node:path';
import {
  droppedFields,
  noEvent,
  type EventFileFormat,
  type ReadEvent,
  type ReadEvents,
  type WrittenRecording,
} from './eventRecord.ts';
import { frequencyOf, numberOf, readEventText, seconds } from './eventText.ts';

async function read(file: string): Promise<ReadEvents> {
  const text = await readEventText(file);
  const events: ReadEvent[] = [];
  const bad: ReadEvents['bad'] = [];
  for (const [i, row] of text.split(/\r\n|\n|\r/).entries()) {
    if (row.trim() === '') continue;
    const cells = row.split('\t');
    if (cells[0] === '\\') {
      const last = events.at(-1);
      if (last) Object.assign(last, { lowHz: frequencyOf(cells[1]), highHz: frequencyOf(cells[2]) });
      else bad.push({ line: i + 1, reason: 'a frequency line without a label before it' });
      continue;
    }
    const [onsetS, end] = [numberOf(cells[0]), numberOf(cells[1])];
    const label = cells.slice(2).join('\t').trim();
    if (Number.isNaN(onsetS) || Number.isNaN(end))
      bad.push({ line: i + 1, reason: `“${row.slice(0, 60)}” does not begin with two times` });
    else if (label === '') bad.push({ line: i + 1, reason: 'the label has no text' });
    else events.push({ ...noEvent, line: i + 1, path: null, onsetS, offsetS: end === onsetS ? null : end, label });
  }
  const name = path.basename(file, path.extname(file));
  return { events, bad, recordings: [name], lost: [] };
}

function write(recordings: readonly WrittenRecording[]) {
  const lines = recordings.flatMap(({ events }) =>
    events.flatMap((event) => {
      const label = event.class.replaceAll(/[\t\r\n]+/g, ' ');
      const line = `${event.onsetS.toFixed(6)}\t${(event.offsetS ?? event.onsetS).toFixed(6)}\t${label}`;
      if (event.lowHz === null && event.highHz === null) return [line];
      return [line, `\\\t${seconds(event.lowHz ?? -1)}\t${seconds(event.highHz ?? -1)}`];
    }),
  );
  return { text: lines.length ? `${lines.join('\n')}\n` : '', lost: droppedFields(recordings, { band: true }) };
}

export const audacityLabels: EventFileFormat = {
  format: 'audacity',
  extension: '.txt',
  holds: 'recording',
  read,
  write,
};

// AudioSet segments (https://research.google.com/audioset/download.html): three comment lines, then YTID, start, end, "mid,mid,…".
import { collect } from './labelFields.ts';
import { midsOf, readClassList, writeClassList } from './classList.ts';
import type { LabelFormat, Unmatched, WrittenRecord } from './labelRecord.ts';
import { readCsv, writeCsv } from './safeCsv.ts';
import { readText, writeWhole } from './textFile.ts';

/** Three decimals as published, more only where needed. */
const decimal = (value: number): string => (Number(value.toFixed(3)) === value ? value.toFixed(3) : String(value));

/** Labels of each clip together, in the order of the records. */
export function byClip(records: readonly WrittenRecord[]): WrittenRecord[][] {
  const clips = new Map<number, WrittenRecord[]>();
  for (const record of records) clips.set(record.clipId, [...(clips.get(record.clipId) ?? []), record]);
  return [...clips.values()];
}

export const audiosetCsv: LabelFormat = {
  fileName: 'segments.csv',
  positivesOnly: true,
  read(file) {
    const names = readClassList(file);
    const bad: Unmatched[] = [];
    const { rows, bad: broken } = readCsv(readText(file), { comments: true });
    const lines = rows.flatMap(({ line, cells: [path, start, end, ...labels] }) => {
      // Written without quotes by some, the labels are then cells of their own.
      const mids = labels
        .join(',')
        .split(',')
        .map((mid) => mid.trim())
        .filter(Boolean);
      if (mids.length === 0) bad.push({ line, reason: 'no label' });
      return mids.map((mid) => ({
        line,
        raw: { path: path ?? '', start: start ?? '', end: end ?? '', label: names.get(mid) ?? mid },
      }));
    });
    return { naming: 'recording', ...collect(lines, [...broken, ...bad]) };
  },
  write(file, records, classes) {
    const mids = midsOf(classes);
    const clips = byClip(records);
    const rows = clips.map((labels) => {
      const { stem, startS, endS } = labels[0] as WrittenRecord;
      return [stem, decimal(startS), decimal(endS), labels.map(({ label }) => mids.get(label) as string).join(',')];
    });
    const comments = [
      '# Segments csv written by CAV-MAE Studio',
      `# num_ytids=${new Set(records.map(({ mediaId }) => mediaId)).size}, num_segs=${clips.length}, num_unique_labels=${new Set(records.map(({ label }) => label)).size}, num_positive_labels=${records.length}`,
      '# YTID, start_seconds, end_seconds, positive_labels',
    ];
    return [writeWhole(file, `${comments.join('\n')}\n${writeCsv(rows)}`), writeClassList(file, classes)];
  },
};

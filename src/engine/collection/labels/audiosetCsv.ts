// AudioSet segments (https://research.google.com/audioset/download.html): three comment lines, then YTID, start, end,
// "mid,mid,…".
import { collect, type RawLine } from './labelFields.ts';
import { midsOf, readClassList, writeClassList } from './classList.ts';
import type { LabelFormat, Unmatched, WrittenRecord } from './labelRecord.ts';
import { csvRows, writeCsv } from './safeCsv.ts';
import { writeWhole } from './textFile.ts';

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
  async read(file) {
    const names = await readClassList(file);
    const bad: Unmatched[] = [];
    async function* lines(): AsyncGenerator<RawLine, void, void> {
      for await (const { line, cells } of csvRows(file, bad, { comments: true })) {
        const [path = '', start = '', end = '', ...labels] = cells;
        // Written without quotes by some, the labels are then cells of their own.
        const mids = labels
          .join(',')
          .split(',')
          .map((mid) => mid.trim())
          .filter(Boolean);
        if (mids.length === 0) bad.push({ line, reason: 'no label' });
        for (const mid of mids) yield { line, raw: { path, start, end, label: names.get(mid) ?? mid } };
      }
    }
    return { naming: 'recording', ...(await collect(lines(), bad)) };
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

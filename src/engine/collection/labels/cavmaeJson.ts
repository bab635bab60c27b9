// The reference's data file (cav-mae `src/dataloader.py`): { data: [{ video_id, wav, video_path, labels: "mid,mid" }] }
// with a class list.
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { byClip } from './audiosetCsv.ts';
import { midsOf, readClassList, writeClassList } from './classList.ts';
import { collect } from './labelFields.ts';
import type { LabelFormat, Unmatched, WrittenRecord } from './labelRecord.ts';
import { readText, writeWhole } from './textFile.ts';

/** `start` and `end` are ours: a window of a longer file, which the reference would want cut. */
interface Datum {
  video_id?: string;
  wav?: string;
  video_path?: string;
  labels?: string;
  start?: number;
  end?: number;
}

const asText = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : '';

export const cavmaeJson: LabelFormat = {
  fileName: 'datafile.json',
  positivesOnly: true,
  async read(file) {
    let data: Datum[] | undefined;
    try {
      data = (JSON.parse(await readText(file)) as { data?: Datum[] }).data;
    } catch (thrown) {
      if (thrown instanceof EngineError) throw thrown;
      throw new EngineError(
        'BAD_INPUT',
        `${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        { path: file },
        thrown,
      );
    }
    if (!Array.isArray(data)) throw new EngineError('BAD_INPUT', `${file} has no "data" list`, { path: file });
    const names = await readClassList(file);
    const bad: Unmatched[] = [];
    const lines = data.flatMap((datum, i) => {
      const line = i + 1;
      const mids = asText(datum?.labels)
        .split(',')
        .map((mid) => mid.trim())
        .filter(Boolean);
      if (mids.length === 0) bad.push({ line, reason: 'no labels' });
      return mids.map((mid) => ({
        line,
        raw: {
          path: asText(datum.wav) || asText(datum.video_id),
          start: asText(datum.start),
          end: asText(datum.end),
          label: names.get(mid) ?? mid,
        },
      }));
    });
    return { naming: 'recording', ...(await collect(lines, bad)) };
  },
  write(file, records, classes) {
    const mids = midsOf(classes);
    const data = byClip(records).map((labels): Datum => {
      const { stem, absolutePath, startS, endS, whole } = labels[0] as WrittenRecord;
      return {
        video_id: stem,
        wav: absolutePath,
        video_path: path.dirname(absolutePath),
        labels: labels.map(({ label }) => mids.get(label) as string).join(','),
        ...(whole ? {} : { start: startS, end: endS }),
      };
    });
    return [writeWhole(file, `${JSON.stringify({ data }, null, 1)}\n`), writeClassList(file, classes)];
  },
};

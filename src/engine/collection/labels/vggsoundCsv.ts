// VGGSound (https://www.robots.ox.ac.uk/~vgg/data/vggsound): no header; YouTube id, start second, label, split.
// Segments last 10 s.
import { collect, type RawLine } from './labelFields.ts';
import type { LabelFormat, Unmatched } from './labelRecord.ts';
import { csvRows, writeCsv } from './safeCsv.ts';
import { writeWhole } from './textFile.ts';

const segmentS = 10;

export const vggsoundCsv: LabelFormat = {
  fileName: 'vggsound.csv',
  positivesOnly: true,
  async read(file) {
    const bad: Unmatched[] = [];
    async function* lines(): AsyncGenerator<RawLine, void, void> {
      for await (const { line, cells } of csvRows(file, bad)) {
        const [path = '', start = '', label = ''] = cells;
        const from = Number(start);
        const end = Number.isFinite(from) && start.trim() ? String(from + segmentS) : '';
        yield { line, raw: { path, start, end, label } };
      }
    }
    return { naming: 'recording', ...(await collect(lines(), bad)) };
  },
  write(file, records) {
    return [writeWhole(file, writeCsv(records.map(({ stem, startS, label }) => [stem, startS, label, 'train'])))];
  },
};

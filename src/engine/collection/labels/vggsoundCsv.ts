// VGGSound (https://www.robots.ox.ac.uk/~vgg/data/vggsound): no header; YouTube id, start second, label, split. Segments last 10 s.
import { collect } from './labelFields.ts';
import type { LabelFormat } from './labelRecord.ts';
import { readCsv, writeCsv } from './safeCsv.ts';
import { readText, writeWhole } from './textFile.ts';

const segmentS = 10;

export const vggsoundCsv: LabelFormat = {
  fileName: 'vggsound.csv',
  positivesOnly: true,
  read(file) {
    const { rows, bad } = readCsv(readText(file));
    const lines = rows.map(({ line, cells: [path, start, label] }) => {
      const from = Number(start);
      return {
        line,
        raw: {
          path: path ?? '',
          start: start ?? '',
          end: Number.isFinite(from) && start?.trim() ? String(from + segmentS) : '',
          label: label ?? '',
        },
      };
    });
    return { naming: 'recording', ...collect(lines, bad) };
  },
  write(file, records) {
    return [writeWhole(file, writeCsv(records.map(({ stem, startS, label }) => [stem, startS, label, 'train'])))];
  },
};

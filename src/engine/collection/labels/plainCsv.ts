// Plain CSV: a header, then path, start, end, label and what else there is. Header names may be mapped.
import type { LabelField as Field } from '../../../shared/contract/annotation.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { collect, fieldColumns } from './labelFields.ts';
import type { LabelFormat } from './labelRecord.ts';
import { delimiterOf, readCsv, writeCsv } from './safeCsv.ts';
import { readText, writeWhole } from './textFile.ts';

export const plainCsv: LabelFormat = {
  fileName: 'labels.csv',
  positivesOnly: false,
  read(file, { columns: mapper }) {
    const text = readText(file);
    const {
      rows: [header, ...rows],
      bad,
    } = readCsv(text, { delimiter: delimiterOf(text) });
    if (!header) throw new EngineError('BAD_INPUT', `${file} is empty`, { path: file });
    const columns = fieldColumns(header.cells, mapper);
    if (columns.path === undefined || columns.label === undefined) {
      const lacking = columns.path === undefined ? 'path' : 'label';
      throw new EngineError(
        'BAD_INPUT',
        `no column of ${file} is known as its ${lacking}; its columns are ${header.cells.join(', ')}`,
        { path: file, field: 'columns', hint: `Name it, as in columns: { ${lacking}: "${header.cells[0]}" }.` },
      );
    }
    const fields = Object.entries(columns) as [Field, number][];
    return {
      naming: 'path',
      ...collect(
        rows.map(({ line, cells }) => ({
          line,
          raw: Object.fromEntries(fields.map(([field, at]) => [field, cells[at] ?? ''])),
        })),
        bad,
      ),
    };
  },
  write(file, records) {
    const header = ['path', 'start', 'end', 'label', 'value', 'presence', 'source', 'schema'];
    return [
      writeWhole(
        file,
        writeCsv([
          header,
          ...records.map((r) => [r.path, r.startS, r.endS, r.label, r.value, r.presence, r.source, r.schema]),
        ]),
      ),
    ];
  },
};

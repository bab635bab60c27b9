// Plain CSV: a header, then path, start, end, label and what else there is. Header names may be mapped.
import type { LabelField as Field } from '../../../shared/contract/annotation.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { collect, fieldColumns, type RawLine } from './labelFields.ts';
import type { LabelFormat, Unmatched } from './labelRecord.ts';
import { csvRows, delimiterOf, writeCsv } from './safeCsv.ts';
import { writeWhole } from './textFile.ts';

/** Which column holds what. Throws BAD_INPUT where the path or the label has none. */
function fieldsOf(file: string, header: string[], mapper: Record<string, string>): [Field, number][] {
  const columns = fieldColumns(header, mapper);
  if (columns.path === undefined || columns.label === undefined) {
    const lacking = columns.path === undefined ? 'path' : 'label';
    throw new EngineError(
      'BAD_INPUT',
      `no column of ${file} is known as its ${lacking}; its columns are ${header.join(', ')}`,
      { path: file, field: 'columns', hint: `Name it, as in columns: { ${lacking}: "${header[0]}" }.` },
    );
  }
  return Object.entries(columns) as [Field, number][];
}

export const plainCsv: LabelFormat = {
  fileName: 'labels.csv',
  positivesOnly: false,
  async read(file, { columns: mapper }) {
    const bad: Unmatched[] = [];
    const rows = csvRows(file, bad, (beginning) => ({ delimiter: delimiterOf(beginning) }));
    const header = await rows.next();
    if (header.done) throw new EngineError('BAD_INPUT', `${file} is empty`, { path: file });
    const fields = fieldsOf(file, header.value.cells, mapper);
    async function* lines(): AsyncGenerator<RawLine, void, void> {
      for await (const { line, cells } of rows)
        yield { line, raw: Object.fromEntries(fields.map(([field, at]) => [field, cells[at] ?? ''])) };
    }
    return { naming: 'path', ...(await collect(lines(), bad)) };
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

// Labels as Apache Parquet, one row per annotation with the names of plain CSV.
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { LabelFormat } from './labelRecord.ts';
import { writeWhole } from './textFile.ts';

export const parquetLabels: LabelFormat = {
  fileName: 'labels.parquet',
  positivesOnly: false,
  read: null,
  write(file, records) {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'path', data: records.map((r) => r.path), type: 'STRING' },
        { name: 'start', data: records.map((r) => r.startS), type: 'DOUBLE' },
        { name: 'end', data: records.map((r) => r.endS), type: 'DOUBLE' },
        { name: 'label', data: records.map((r) => r.label), type: 'STRING' },
        { name: 'value', data: records.map((r) => r.value), type: 'STRING' },
        { name: 'presence', data: records.map((r) => r.presence), type: 'STRING', nullable: true },
        { name: 'source', data: records.map((r) => r.source), type: 'STRING' },
        { name: 'schema', data: records.map((r) => r.schema), type: 'STRING' },
        { name: 'clip', data: records.map((r) => r.clipId), type: 'INT32' },
      ],
    });
    return [writeWhole(file, new Uint8Array(bytes))];
  },
};

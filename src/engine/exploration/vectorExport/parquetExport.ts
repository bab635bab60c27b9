// Embeddings as one Parquet file: a row per clip, a list of floats per space (null where the clip lacks it), a row
// group per piece.
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { readVectorRows } from '../../base/vectorRows.ts';
import { GrowingFile } from './growingFile.ts';
import type { ExportPiece, ExportPlan, VectorExport } from './vectorExport.ts';

const scalar = (name: string, type: 'INT32' | 'DOUBLE') => ({ name, type, repetition_type: 'REQUIRED' as const });
const list = (name: string) => [
  { name, repetition_type: 'OPTIONAL' as const, converted_type: 'LIST' as const, num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
  { name: 'element', type: 'FLOAT' as const, repetition_type: 'REQUIRED' as const },
];

const schemaOf = ({ spaces }: ExportPlan) => [
  { name: 'root', num_children: 4 + spaces.length },
  scalar('clip', 'INT32'),
  { name: 'path', type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type: 'REQUIRED' as const },
  scalar('start_s', 'DOUBLE'),
  scalar('end_s', 'DOUBLE'),
  ...spaces.flatMap(list),
];

export class ParquetExport implements VectorExport {
  private readonly plan: ExportPlan;
  private readonly file: GrowingFile;
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;

  private constructor(plan: ExportPlan, file: GrowingFile) {
    this.plan = plan;
    this.file = file;
    const kvMetadata = [{ key: 'model', value: plan.modelId }];
    this.writer = new ParquetWriter({ writer: this.bytes, schema: schemaOf(plan), kvMetadata });
  }

  /** @throws EngineError for a place that cannot be written */
  static async begin(plan: ExportPlan): Promise<ParquetExport> {
    return new ParquetExport(plan, await GrowingFile.begin(plan.path));
  }

  async append({ clips, vectors }: ExportPiece): Promise<void> {
    const { spaces, dim } = this.plan;
    const columns = [];
    for (const space of spaces) {
      const rows = await readVectorRows(vectors[space]!);
      const data = clips.map((_, i) =>
        Number.isNaN(rows[i * dim]!) ? null : Array.from(rows.subarray(i * dim, (i + 1) * dim)),
      );
      columns.push({ name: space, data });
    }
    await this.writer.write({
      columnData: [
        { name: 'clip', data: clips.map(({ id }) => id) },
        { name: 'path', data: clips.map(({ path }) => path) },
        { name: 'start_s', data: clips.map(({ startS }) => startS) },
        { name: 'end_s', data: clips.map(({ endS }) => endS) },
        ...columns,
      ],
      rowGroupSize: clips.length,
    });
    await this.flush();
  }

  /** The writer's offsets go on counting; its buffer begins anew. */
  private async flush(): Promise<void> {
    await this.file.append(this.bytes.getBytes());
    this.bytes.index = 0;
  }

  async finish(): Promise<string[]> {
    await this.writer.finish();
    await this.flush();
    return [await this.file.finish()];
  }

  abort(): Promise<void> {
    return this.file.abort();
  }
}

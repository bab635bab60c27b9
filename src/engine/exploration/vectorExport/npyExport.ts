// Embeddings as NumPy matrices: a folder with `<space>.npy` [clips, dim] and `clips.csv`, whose lines are the rows; one
// space may go to a .npy file of that name.
import { dirname, extname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { Space } from '../../../shared/contract/model.ts';
import { npyHeader } from '../../../shared/wire/npy.ts';
import { readVectorRows } from '../../base/vectorRows.ts';
import { GrowingFile } from './growingFile.ts';
import type { ExportPiece, ExportPlan, VectorExport } from './vectorExport.ts';

export class NpyExport implements VectorExport {
  private readonly matrices: [Space, GrowingFile][];
  private readonly table: GrowingFile;

  private constructor(matrices: [Space, GrowingFile][], table: GrowingFile) {
    this.matrices = matrices;
    this.table = table;
  }

  /** @throws EngineError for a place that cannot be written */
  static async begin({ path, spaces, count, dim }: ExportPlan): Promise<NpyExport> {
    const single = extname(path) === '.npy' && spaces.length === 1;
    const folder = single ? dirname(path) : path;
    const matrices: [Space, GrowingFile][] = [];
    for (const space of spaces) {
      const file = await GrowingFile.begin(single ? path : join(folder, `${space}.npy`));
      await file.append(npyHeader('<f4', [count, dim]));
      matrices.push([space, file]);
    }
    const table = await GrowingFile.begin(single ? path.replace(/\.npy$/, '.clips.csv') : join(folder, 'clips.csv'));
    await table.append(Buffer.from(stringify([['clip', 'path', 'start_s', 'end_s']])));
    return new NpyExport(matrices, table);
  }

  async append({ clips, vectors }: ExportPiece): Promise<void> {
    for (const [space, file] of this.matrices) {
      const rows = await readVectorRows(vectors[space]!);
      await file.append(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
    }
    const lines = clips.map(({ id, path, startS, endS }) => [id, path, startS, endS]);
    await this.table.append(Buffer.from(stringify(lines, { escape_formulas: true })));
  }

  async finish(): Promise<string[]> {
    const files: string[] = [];
    for (const [, file] of this.matrices) files.push(await file.finish());
    return [...files, await this.table.finish()];
  }

  async abort(): Promise<void> {
    for (const [, file] of this.matrices) await file.abort();
    await this.table.abort();
  }
}

// Handlers of the projection worker for exports of embeddings. The worker reads vectors and writes files, so that
// neither passes through the host.
import { EngineError } from '../../shared/engineError.ts';
import { NpyExport } from '../exploration/vectorExport/npyExport.ts';
import { ParquetExport } from '../exploration/vectorExport/parquetExport.ts';
import type { ExportPiece, ExportPlan, VectorExport } from '../exploration/vectorExport/vectorExport.ts';

const open = new Map<number, VectorExport>();
let count = 0;

function exportOf(exportId: number): VectorExport {
  const found = open.get(exportId);
  if (!found)
    throw new EngineError('INTERNAL', 'the process that wrote the export ended', { hint: 'Start the export again.' });
  return found;
}

export const exportHandlers = {
  /** @returns names the export until it is finished or aborted */
  beginExport: async (plan: ExportPlan): Promise<number> => {
    const begun = await (plan.format === 'npy' ? NpyExport : ParquetExport).begin(plan);
    open.set(++count, begun);
    return count;
  },
  appendExport: async ({ exportId, piece }: { exportId: number; piece: ExportPiece }): Promise<void> =>
    exportOf(exportId).append(piece),
  finishExport: async ({ exportId }: { exportId: number }): Promise<string[]> => {
    const files = await exportOf(exportId).finish();
    open.delete(exportId);
    return files;
  },
  /** Removes what was written; nothing where there is no such export. */
  abortExport: async ({ exportId }: { exportId: number }): Promise<void> => {
    await open.get(exportId)?.abort();
    open.delete(exportId);
  },
};

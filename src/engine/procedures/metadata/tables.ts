// Tables of metadata in and out.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { exportTable } from '../../collection/metadata/table/exportTable.ts';
import { importTable } from '../../collection/metadata/table/importTable.ts';
import { inspectTable } from '../../collection/metadata/table/tableFile.ts';
import type { EngineContext } from '../engineContext.ts';
import { publishMetadata } from './publishMetadata.ts';

export function createTableProcedures(context: EngineContext) {
  const { workspace } = context;
  const os = implement(contract.metadata);
  return {
    inspect: os.inspect.handler(async ({ input }) => {
      const table = await inspectTable(input.path);
      const known = table.columns.flatMap((name): [string, string][] => {
        const column = workspace.metadata.find(name);
        return column ? [[name, column.key]] : [];
      });
      return { ...table, targets: Object.fromEntries(known) };
    }),
    import: os.import.handler(async ({ input }) => {
      const report = await importTable(workspace, input);
      if (report.step !== null) publishMetadata(context, null);
      return report;
    }),
    export: os.export.handler(({ input }) => {
      const mediaIds = input.clipIds && [...new Set(workspace.clips.many(input.clipIds).map(({ mediaId }) => mediaId))];
      return exportTable(workspace, input.path, input.format, mediaIds ?? null);
    }),
  };
}

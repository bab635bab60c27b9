// Embeddings out of the workspace: NumPy matrices with a table of their clips, or one Parquet file with a list column per space. The
// projection worker reads the vectors and writes the files; the host tells it, piece by piece, which clips and where their vectors lie.
import type { JobParams, JobResult } from '../../../shared/contract/jobKinds.ts';
import type { Space } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { embeddedClips, embeddingSetOf, placesOfClips, type EmbeddingSetRef } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';

export type ExportEmbeddingsParams = JobParams<'export'>;
export type ExportResult = JobResult<'export'>;

/** Clips read and written at a time; a row group of Parquet, whose values become JavaScript numbers while it is encoded. */
const pieceClips = { npy: 4096, parquet: 1024 };

export interface EmbeddingsFile {
  path: string;
  format: 'npy' | 'parquet';
  spaces: Space[];
  signal: AbortSignal;
  progress?(progress: { done: number; total: number }): void;
}

/** Writes the vectors of clips that are embedded, piece by piece. Returns the files. */
export async function writeEmbeddings(
  context: EngineContext,
  set: EmbeddingSetRef,
  clipIds: readonly number[],
  { path, format, spaces, signal, progress }: EmbeddingsFile,
): Promise<string[]> {
  const { workspace, projection } = context;
  const plan = { path, format, spaces, count: clipIds.length, dim: set.dim, modelId: set.modelId };
  const exportId = await projection.calls.beginExport(plan);
  try {
    for (let from = 0; from < clipIds.length; from += pieceClips[format]) {
      signal.throwIfAborted();
      const ids = clipIds.slice(from, from + pieceClips[format]);
      const clips = workspace.clips
        .many(ids)
        .map(({ id, absolutePath, startS, endS }) => ({ id, path: absolutePath, startS, endS }));
      await projection.calls.appendExport({ exportId, piece: { clips, vectors: placesOfClips(context, set, ids) } });
      progress?.({ done: from + ids.length, total: clipIds.length });
    }
    return await projection.calls.finishExport({ exportId });
  } catch (thrown) {
    await projection.calls.abortExport({ exportId }).catch(() => {});
    throw thrown;
  }
}

function exportAll(
  context: EngineContext,
  { params, signal, progress }: JobContext<ExportEmbeddingsParams, null>,
): Promise<string[]> {
  const set = embeddingSetOf(context);
  const embedded = embeddedClips(context, set);
  const only = params.clipIds && new Set(params.clipIds);
  const clipIds = only ? embedded.filter((clipId) => only.has(clipId)) : embedded;
  if (clipIds.length === 0)
    throw new EngineError('BAD_INPUT', 'none of these clips is embedded', { hint: 'Embed the collection first.' });
  return writeEmbeddings(context, set, clipIds, { ...params, signal, progress });
}

/** Exports the collection's present embedding set. */
export const createExportEmbeddingsRunner = (
  context: EngineContext,
): JobRunner<ExportEmbeddingsParams, null, ExportResult> => ({
  lane: 'io',
  run: async (job) => ({ files: await exportAll(context, job) }),
});

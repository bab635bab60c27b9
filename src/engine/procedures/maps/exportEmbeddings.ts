// Embeddings out of the workspace: NumPy matrices with a table of their clips, or one Parquet file with a list column per space. The
// projection worker reads the vectors and writes the files; the host tells it, piece by piece, which clips and where their vectors lie.
import { EngineError } from '../../../shared/engineError.ts';
import type { JobParams, JobResult } from '../../../shared/contract/jobKinds.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { embeddedClips, embeddingSetOf, placesOfClips } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';

export type ExportEmbeddingsParams = JobParams<'export'>;
export type ExportResult = JobResult<'export'>;

/** Clips read and written at a time; a row group of Parquet, whose values become JavaScript numbers while it is encoded. */
const pieceClips = { npy: 4096, parquet: 1024 };

/** @throws EngineError BAD_INPUT where clips were chosen and none of them is embedded */
function clipsToExport(
  context: EngineContext,
  set: ReturnType<typeof embeddingSetOf>,
  chosen: readonly number[] | undefined,
): number[] {
  const embedded = embeddedClips(context, set);
  if (!chosen) return embedded;
  const wanted = new Set(chosen);
  const clipIds = embedded.filter((clipId) => wanted.has(clipId));
  if (clipIds.length === 0)
    throw new EngineError('BAD_INPUT', 'none of the chosen clips is embedded', {
      field: 'clipIds',
      hint: 'Embed them first, or choose others.',
    });
  return clipIds;
}

async function exportAll(
  context: EngineContext,
  { params, signal, progress }: JobContext<ExportEmbeddingsParams, null>,
): Promise<string[]> {
  const { workspace, projection } = context;
  const set = embeddingSetOf(context);
  const { path, format, spaces } = params;
  const clipIds = clipsToExport(context, set, params.clipIds);
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
      progress({ done: from + ids.length, total: clipIds.length });
    }
    return await projection.calls.finishExport({ exportId });
  } catch (thrown) {
    await projection.calls.abortExport({ exportId }).catch(() => {});
    throw thrown;
  }
}

/** Exports the collection's present embedding set. */
export const createExportEmbeddingsRunner = (
  context: EngineContext,
): JobRunner<ExportEmbeddingsParams, null, ExportResult> => ({
  lane: 'io',
  run: async (job) => ({ files: await exportAll(context, job) }),
});

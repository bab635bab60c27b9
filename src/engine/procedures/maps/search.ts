// Search by example, retrieval between sound and picture, correspondence, and what to label next.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { SharedAnswers } from '../../base/sharedAnswers.ts';
import type { ScoredClips } from '../../exploration/neighbours/similarClips.ts';
import { alignedRetrieval, isSyncModel } from './alignedRetrieval.ts';
import { embedFile } from './embedFile.ts';
import { embeddingSetOf } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { schemaLabels } from '../labels/labelledClips.ts';
import { labelQueue } from '../labels/labelQueue.ts';
import { matrixFile } from './matrixFiles.ts';

/** Contract row per clip; clips removed meanwhile are left out. */
function scoredRows(
  { workspace }: EngineContext,
  { clipIds, scores }: ScoredClips,
): { clipId: number; path: string; score: number }[] {
  const paths = new Map(workspace.clips.many([...clipIds]).map((clip) => [clip.id, clip.absolutePath]));
  return Array.from(clipIds, (clipId, i) => ({ clipId, path: paths.get(clipId), score: scores[i]! })).filter(
    (row): row is { clipId: number; path: string; score: number } => row.path !== undefined,
  );
}

export function createSearchProcedures(context: EngineContext) {
  const { workspace, jobs, projection } = context;
  const os = implement(contract.search);
  const queues = new SharedAnswers<Awaited<ReturnType<typeof labelQueue>>>();
  return {
    similar: os.similar.handler(
      async ({ input: { positives, negatives, file, space, blend, k, filter, exact }, signal }) => {
        if (positives.length === 0 && file === undefined)
          throw new EngineError('BAD_INPUT', 'there is nothing to search by', {
            field: 'positives',
            hint: 'Give a clip or a file as an example.',
          });
        const set = embeddingSetOf(context);
        const vectors = file === undefined ? null : await embedFile(context, set, file, signal);
        const part = (of: 'joint' | 'audio' | 'visual', weight: number) => ({
          matrix: matrixFile(context, set.setId, of),
          weight,
          vector: vectors?.[of],
        });
        const parts = blend === undefined ? [part(space, 1)] : [part('audio', 1 - blend), part('visual', blend)];
        const among =
          filter === undefined || Object.keys(filter).length === 0
            ? undefined
            : Int32Array.from(workspace.clips.ids(filter));
        return scoredRows(
          context,
          await projection.calls.similar({ parts, positives, negatives, k, among, exact }, signal ? { signal } : {}),
        );
      },
    ),

    retrieve: os.retrieve.handler(async ({ input: { clipId, file, direction, k, exact }, signal }) => {
      const set = embeddingSetOf(context);
      const [from, to] = direction === 'a2v' ? (['audio', 'visual'] as const) : (['visual', 'audio'] as const);
      if (clipId === undefined && file === undefined)
        throw new EngineError('BAD_INPUT', 'there is nothing to search by', {
          field: 'clipId',
          hint: 'Give a clip or a file.',
        });
      const query =
        clipId === undefined
          ? { vector: await outsideVector(context, set, file!, from, signal) }
          : { matrix: matrixFile(context, set.setId, from), clipId };
      return scoredRows(
        context,
        await projection.calls.retrieve(
          { from: query, to: matrixFile(context, set.setId, to), k, exact },
          signal ? { signal } : {},
        ),
      );
    }),

    retrievalEvaluation: os.retrievalEvaluation.handler(async ({ input, signal }) => {
      const set = embeddingSetOf(context, input.modelId);
      const { setId } = set;
      if (input.strategy ?? (await isSyncModel(context, set.modelId)))
        return alignedRetrieval(context, set, input.strategy ?? 'diagonal_mean', signal);
      return projection.calls.retrievalEvaluation(
        { audio: matrixFile(context, setId, 'audio'), visual: matrixFile(context, setId, 'visual'), seed: 1 },
        signal ? { signal } : {},
      );
    }),

    correspondence: os.correspondence.handler(() => {
      embeddingSetOf(context);
      return { jobId: jobs.add('correspondence', 'Compare sound with picture', {}) };
    }),

    // Several windows ask for the same queue after each label; it takes the worker a second in a large collection.
    queue: os.queue.handler(({ input, signal }) =>
      queues.ask(`${workspace.version()} ${JSON.stringify(input)}`, signal, (own) => labelQueue(context, input, own)),
    ),

    propagate: os.propagate.handler(async ({ input, signal }) => {
      const { labelled, classes, multiLabel } = schemaLabels(context, input.schemaId);
      if (!labelled.positive.includes(1))
        throw new EngineError('BAD_INPUT', 'no clip is labelled in this schema yet', {
          field: 'schemaId',
          hint: 'Label a few clips of each class first.',
        });
      const { setId } = embeddingSetOf(context);
      const found = await projection.calls.propagate(
        { matrix: matrixFile(context, setId, 'joint'), labelled, multiLabel, limit: input.limit },
        signal ? { signal } : {},
      );
      return found.map(({ clipId, classIndex, share }) => ({
        clipId,
        classId: classes[classIndex]!.classId,
        probability: share,
      }));
    }),
  };
}

async function outsideVector(
  context: EngineContext,
  set: ReturnType<typeof embeddingSetOf>,
  file: string,
  from: 'audio' | 'visual',
  signal?: AbortSignal,
): Promise<Float32Array> {
  const vector = (await embedFile(context, set, file, signal))[from];
  if (Number.isNaN(vector[0]!))
    throw new EngineError('BAD_INPUT', `${file} has no ${from === 'audio' ? 'sound' : 'picture'} to search by`, {
      path: file,
    });
  return vector;
}

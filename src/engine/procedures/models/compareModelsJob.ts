// The job that compares two models over the clips that both have embedded: shared neighbours, retrieval, heads on the same labels.
import { setImmediate as breathe } from 'node:timers/promises';
import type { JobParams } from '../../../shared/contract/jobKinds.ts';
import type { ModelComparison } from '../../../shared/contract/modelComparison.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { EngineContext } from '../engineContext.ts';
import { alignedDraw, alignedRetrieval, isSyncModel } from '../maps/alignedRetrieval.ts';
import { embeddingSetOf, type EmbeddingSetRef } from '../maps/embeddingRows.ts';
import { matrixFile } from '../maps/matrixFiles.ts';
import { compareHeads } from './compareHeads.ts';
import { storedModelIdOf } from './currentModel.ts';
import { keepComparison } from './keptComparisons.ts';

type CompareParams = JobParams<'compareModels'>;
type Pair<T> = [T, T];

const leastShown = 24;
/** Scores written at a time: the host answers others in between. */
const scoresAtOnce = 5000;
/** Progress is told in steps of a hundred: neighbours take most of the time. */
const steps = { neighbours: 60, retrieval: 20, heads: 20 };

/** @throws EngineError BAD_INPUT where one has embedded nothing here, or both are the same */
export function comparedSets(context: EngineContext, { modelId, otherId }: Pick<CompareParams, 'modelId' | 'otherId'>) {
  const ids = [storedModelIdOf(context, modelId), storedModelIdOf(context, otherId)] as const;
  if (ids[0] === ids[1])
    throw new EngineError('BAD_INPUT', 'a model is not compared with itself', {
      field: 'otherId',
      hint: 'Choose two different models.',
    });
  return ids.map((id) => embeddingSetOf(context, id)) as Pair<EmbeddingSetRef>;
}

export const createCompareModelsRunner = (context: EngineContext): JobRunner<CompareParams, null, ModelComparison> => ({
  lane: 'projection',
  run: (job) => compareModels(context, job),
});

async function compareModels(
  context: EngineContext,
  { params, signal, progress }: JobContext<CompareParams, null>,
): Promise<ModelComparison> {
  const sets = comparedSets(context, params);
  const total = steps.neighbours + steps.retrieval + steps.heads;
  progress({ done: 0, total, note: 'neighbours' });
  const near = await context.projection.calls.commonNeighbours(
    {
      one: matrixFile(context, sets[0].setId, 'joint'),
      other: matrixFile(context, sets[1].setId, 'joint'),
      k: params.k,
    },
    { signal, onEvent: ({ share }) => progress({ done: steps.neighbours * share, total, note: 'neighbours' }) },
  );
  progress({ done: steps.neighbours, total, note: 'retrieval' });
  const retrieval = await compareRetrieval(context, sets, near.clipIds, signal);
  progress({ done: steps.neighbours + steps.retrieval, total, note: 'heads on the labels' });
  const heads = await compareHeads(context, sets, near.clipIds, params.schemaId, signal);
  await storeShares(context, sets, near.clipIds, near.shares, signal);
  const [one, other] = ([0, 1] as const).map((i) => ({
    modelId: [params.modelId, params.otherId][i]!,
    setId: sets[i].setId,
    retrieval: retrieval.scores[i],
    accuracy: heads.accuracy[i],
    mAP: heads.mAP[i],
  }));
  const comparison: ModelComparison = {
    models: [one!, other!],
    clips: near.clipIds.length,
    ...summaryOf(near),
    retrieval: retrieval.measured,
    head: heads.head,
    headReason: heads.reason,
    comparedAt: new Date().toISOString(),
  };
  keepComparison(context, comparison);
  context.events.publish({ type: 'columnsChanged', columns: ['commonNeighbours'] });
  progress({ done: total, total });
  return comparison;
}

function summaryOf({
  clipIds,
  shares,
  neighbours,
}: {
  clipIds: Int32Array;
  shares: Float32Array;
  neighbours: number;
}): Pick<ModelComparison, 'neighbours' | 'shared' | 'histogram' | 'least'> {
  const histogram = Array.from({ length: neighbours + 1 }, () => 0);
  for (const share of shares) histogram[Math.round(share * neighbours)]! += 1;
  const least = Array.from(clipIds.keys())
    .sort((a, b) => shares[a]! - shares[b]! || clipIds[a]! - clipIds[b]!)
    .slice(0, leastShown)
    .map((i) => ({ clipId: clipIds[i]!, share: shares[i]! }));
  return { neighbours, shared: shares.reduce((sum, x) => sum + x, 0) / shares.length, histogram, least };
}

/**
 * Both are measured on the same clips. A CAV-MAE Sync is compared frame by frame, as it is published, which takes computing: then both
 * are measured on an even draw.
 */
async function compareRetrieval(
  context: EngineContext,
  sets: Pair<EmbeddingSetRef>,
  clipIds: Int32Array,
  signal: AbortSignal,
): Promise<{ scores: Pair<ModelComparison['models'][0]['retrieval']>; measured: ModelComparison['retrieval'] }> {
  const { workspace, projection } = context;
  const has = (space: 'audio' | 'visual'): Set<number>[] =>
    sets.map(({ setId }) => new Set(workspace.vectors.present(setId, space, [...clipIds])));
  const present = [...has('audio'), ...has('visual')];
  const both = [...clipIds].filter((clipId) => present.every((ids) => ids.has(clipId)));
  if (both.length === 0) return { scores: [null, null], measured: null };
  const sync = await Promise.all(sets.map(({ modelId }) => isSyncModel(context, modelId).catch(() => false)));
  const among = sync.includes(true) ? alignedDraw(both) : both;
  const scores: ModelComparison['models'][0]['retrieval'][] = [];
  let compared = among.length;
  for (const [i, set] of sets.entries()) {
    const { a2v, v2a, clips } = sync[i]
      ? await alignedRetrieval(context, set, 'diagonal_mean', signal, among)
      : await projection.calls.retrievalEvaluation(
          {
            audio: matrixFile(context, set.setId, 'audio'),
            visual: matrixFile(context, set.setId, 'visual'),
            seed: 1,
            among: Int32Array.from(among),
          },
          { signal },
        );
    scores.push({ a2v, v2a });
    compared = clips;
  }
  return { scores: scores as Pair<(typeof scores)[0]>, measured: { clips: compared, of: both.length } };
}

/** The column belongs to both models: whichever is current shows it. */
async function storeShares(
  { workspace }: EngineContext,
  sets: Pair<EmbeddingSetRef>,
  clipIds: Int32Array,
  shares: Float32Array,
  signal: AbortSignal,
): Promise<void> {
  for (const { modelId } of sets) {
    workspace.clips.clearScores('commonNeighbours', modelId);
    for (let from = 0; from < clipIds.length; from += scoresAtOnce) {
      const part = clipIds.subarray(from, from + scoresAtOnce);
      workspace.clips.setScores(
        'commonNeighbours',
        new Map(Array.from(part, (clipId, i) => [clipId, shares[from + i]!])),
        modelId,
      );
      await breathe();
      signal.throwIfAborted();
    }
  }
}

// Linear heads on two models' embeddings of the same labelled clips, in the same folds by source file: every clip is judged by a head that has
// not seen its recording.
import type { ModelComparison } from '../../../shared/contract/modelComparison.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { checkTrainable, trainingData, type TrainingData } from '../../training/data/trainingData.ts';
import type { CrossPredictResult } from '../../training/head/crossPredict.ts';
import { argMax } from '../../training/metrics/argMax.ts';
import { averagePrecision } from '../../training/metrics/ranking.ts';
import type { EngineContext } from '../engineContext.ts';
import { embeddedClips, evenSample, type EmbeddingSetRef } from '../maps/embeddingRows.ts';

type Pair<T> = [T, T];

export interface ComparedHeads {
  accuracy: Pair<number | null>;
  mAP: Pair<number | null>;
  head: ModelComparison['head'];
  reason: string | null;
}

const seed = 1;
/** More teach a linear head little and take minutes. */
const mostClips = 10_000;
const mostShown = 200;
const nothing = (reason: string): ComparedHeads => ({ accuracy: [null, null], mAP: [null, null], head: null, reason });

/** @param clipIds embedded with both @param schemaId the schema with most labelled clips where left out */
export async function compareHeads(
  context: EngineContext,
  sets: Pair<EmbeddingSetRef>,
  clipIds: Int32Array,
  schemaId: number | undefined,
  signal: AbortSignal,
): Promise<ComparedHeads> {
  const schema = schemaId ?? mostLabelled(context);
  if (schema === null) return nothing('no clip is labelled');
  const data = labelledData(context, clipIds, schema);
  try {
    checkTrainable(data);
  } catch (thrown) {
    return nothing(EngineError.from(thrown).message);
  }
  const [one, other] = [await judged(context, sets[0], data, signal), await judged(context, sets[1], data, signal)];
  if (one.rows.length === 0) return nothing('every class is labelled in one file only: none can be held out');
  const width = data.classes.length;
  const right = (found: CrossPredictResult): boolean[] =>
    found.rows.map((row, i) => data.targets[row * width + argMax(found.probabilities, i * width, width)]! > 0.5);
  const [oneRight, otherRight] = [right(one), right(other)];
  const clipsWhere = (test: (i: number) => boolean): number[] =>
    one.rows.filter((_, i) => test(i)).map((row) => data.clipIds[row]!);
  const share = (hits: readonly boolean[]): number | null =>
    data.multiLabel ? null : hits.filter(Boolean).length / hits.length;
  return {
    accuracy: [share(oneRight), share(otherRight)],
    mAP: [meanPrecision(one, data), meanPrecision(other, data)],
    head: {
      schemaId: schema,
      clips: one.rows.length,
      classes: width,
      multiLabel: data.multiLabel,
      only: data.multiLabel
        ? [[], []]
        : [
            clipsWhere((i) => oneRight[i]! && !otherRight[i]!).slice(0, mostShown),
            clipsWhere((i) => !oneRight[i]! && otherRight[i]!).slice(0, mostShown),
          ],
    },
    reason: null,
  };
}

function mostLabelled({ workspace }: EngineContext): number | null {
  const counts = workspace.schemas
    .list()
    .map(({ id }) => ({ id, clips: new Set(workspace.annotations.labelled(id).map(({ clipId }) => clipId)).size }))
    .filter(({ clips }) => clips > 0)
    .toSorted((a, b) => b.clips - a.clips || a.id - b.id);
  return counts[0]?.id ?? null;
}

function labelledData({ workspace }: EngineContext, clipIds: Int32Array, schemaId: number): TrainingData {
  const common = new Set(clipIds);
  const annotations = workspace.annotations.labelled(schemaId).filter(({ clipId }) => common.has(clipId));
  const ids = [...new Set(annotations.map(({ clipId }) => clipId))].toSorted((a, b) => a - b);
  return trainingData(annotations, workspace.annotations.classes(schemaId), {
    multiLabel: workspace.annotations.multiLabel(schemaId),
    testShare: 0,
    seed,
    onlyClips: new Set(evenSample(ids, mostClips)),
  });
}

/** The folds depend on labels and files alone, so that both models are judged on the same. */
async function judged(
  context: EngineContext,
  set: EmbeddingSetRef,
  { clipIds, targets, classes, sources, multiLabel }: TrainingData,
  signal: AbortSignal,
): Promise<CrossPredictResult> {
  const { vectors } = context.workspace;
  return context.compute.calls.crossPredict(
    {
      dim: set.dim,
      features: vectors.places(set.setId, 'joint', clipIds),
      population: vectors.places(set.setId, 'joint', evenSample(embeddedClips(context, set))),
      targets,
      classes: classes.length,
      sources,
      multiLabel,
      seed,
    },
    { signal },
  );
}

function meanPrecision({ rows, probabilities }: CrossPredictResult, { targets, classes }: TrainingData): number | null {
  const width = classes.length;
  const each = classes.flatMap((_, k) => {
    const known = rows.flatMap((row, i) => (Number.isNaN(targets[row * width + k]!) ? [] : [[row, i] as const]));
    return (
      averagePrecision(
        known.map(([, i]) => probabilities[i * width + k]!),
        known.map(([row]) => Number(targets[row * width + k]! > 0.5)),
      ) ?? []
    );
  });
  return each.length ? each.reduce((sum, x) => sum + x, 0) / each.length : null;
}

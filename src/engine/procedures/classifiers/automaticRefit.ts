// The automatic refit: a head on cached embeddings of everything labelled so far, cross-validated, predicted, and only
// then put in the place of the one before, so that the window never shows nothing. A classifier that a person chose
// stays in use.
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { finetunePreset } from '../../training/presets/presets.ts';
import { checkTrainable, classCounts, trainingData, type TrainingData } from '../../training/data/trainingData.ts';
import { embeddedClips, embeddingSetOf, evenSample, placesOfClips } from '../maps/embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { trainedClipsKey } from './trainedClips.ts';
import {
  addPoint,
  automaticName,
  changeRecord,
  classifierOfFile,
  isAutomatic,
  isKept,
  readCard,
  readRecord,
  refitFile,
  writeCard,
} from './learningRecord.ts';
import { predictAndStore } from './predictJob.ts';

export type RefitParams = JobParams<'refit'>;
export type RefitState = JobState<'refit'>;
type RefitResult = JobResult<'refit'>;

const presetId = 'head';
const seed = 1;
const chunkSize = 2000;
/** Classes with at least `leastClips` clips, of which there must be two: fewer teach nothing worth showing. */
const leastClips = 3;

/** What a refit would learn from: every label, nothing held out, clips that are embedded. */
export function refitData({ workspace }: Pick<EngineContext, 'workspace'>, schemaId: number): TrainingData {
  const set = embeddingSetOf({ workspace } as EngineContext);
  const annotations = workspace.annotations.labelled(schemaId);
  const ids = [...new Set(annotations.map(({ clipId }) => clipId))];
  const onlyClips = new Set(workspace.vectors.present(set.setId, 'joint', ids));
  return trainingData(annotations, workspace.annotations.classes(schemaId), {
    multiLabel: workspace.annotations.multiLabel(schemaId),
    testShare: 0,
    seed,
    onlyClips,
  });
}

/** Why no refit can run yet, in words; null when one can. */
export function refitWaitsFor(context: Pick<EngineContext, 'workspace'>, schemaId: number): string | null {
  const set = context.workspace.vectors.current();
  if (!set) return 'The clips are not embedded yet.';
  // Asked after every label: with thousands of them, what a refit would learn from takes too long to gather.
  if (context.workspace.annotations.learnable(schemaId, set.setId, leastClips) >= 2) return null;
  const data = refitData(context, schemaId);
  const enough = classCounts(data).filter(({ train }) => train >= leastClips).length;
  if (enough < 2) return `Label at least ${leastClips} clips of each of two classes.`;
  try {
    checkTrainable(data);
  } catch (thrown) {
    return EngineError.from(thrown).message;
  }
  return null;
}

/** Refits that start by themselves. */
export const createRefitRunner = (context: EngineContext): JobRunner<RefitParams, RefitState, RefitResult> => ({
  lane: 'compute',
  run: (job) => runRefit(context, job),
});

async function runRefit(context: EngineContext, job: JobContext<RefitParams, RefitState>): Promise<RefitResult> {
  const { workspace, events } = context;
  const { schemaId } = job.params;
  const file = refitFile(context, schemaId, job.jobId);
  // Killed after it was stored: it is there, and is not trained twice.
  const classifierId = classifierOfFile(context, file) ?? (await train(context, job, file));
  const classifier = workspace.classifiers.get(classifierId)!;
  const current = workspace.classifiers.current();
  const used = current === null || current === classifierId || isAutomatic(context, current);
  if (used) {
    await predictEverything(context, job, classifier);
    workspace.classifiers.use(classifierId);
  }
  for (const { id } of workspace.classifiers
    .list()
    .filter((one) => one.schemaId === schemaId && one.id !== classifierId && isAutomatic(context, one.id))) {
    workspace.classifiers.remove(id);
    workspace.settings.set(trainedClipsKey(id), null);
  }
  changeRecord(context, schemaId, { automaticId: classifierId });
  events.publish({ type: 'classifiersChanged' });
  if (used) events.publish({ type: 'predictionsChanged', classifierId });
  return { classifierId, metrics: classifier.metrics, used, quiet: true };
}

async function train(
  context: EngineContext,
  { jobId, params: { schemaId }, signal, progress }: JobContext<RefitParams, RefitState>,
  file: string,
): Promise<number> {
  const { workspace } = context;
  changeRecord(context, schemaId, {
    seq: workspace.annotations.changedSince(schemaId, readRecord(context, schemaId).seq).seq,
  });
  const set = embeddingSetOf(context);
  const data = refitData(context, schemaId);
  checkTrainable(data);
  const preset = finetunePreset(presetId, 'head');
  if (!isKept(file)) {
    const labelled = placesOfClips(context, set, data.clipIds);
    const population = placesOfClips(context, set, evenSample(embeddedClips(context, set)));
    const features = (space: 'joint' | 'audio' | 'visual') => ({
      dim: set.dim,
      labelled: labelled[space],
      population: population[space],
    });
    const { metrics, iterations } = await context.compute.calls.trainHead(
      {
        mode: 'multimodal',
        multiLabel: data.multiLabel,
        classes: data.classes,
        clipIds: data.clipIds,
        sources: data.sources,
        targets: data.targets,
        held: data.held,
        seed,
        maxIterations: preset.values.epochs,
        modelId: set.modelId,
        file,
        features: { joint: features('joint'), audio: features('audio'), visual: features('visual') },
      },
      { signal, onEvent: () => progress({ done: 0, note: `Fitting ${data.clipIds.length} labelled clips` }) },
    );
    writeCard(file, {
      modelId: set.modelId,
      classes: data.classes,
      metrics: { ...metrics, warnings: [...data.warnings, ...metrics.warnings] },
      epochs: iterations,
      trainedClips: data.clipIds,
    });
  }
  const card = readCard(file);
  addPoint(context, schemaId, {
    id: jobId,
    at: new Date().toISOString(),
    labels: card.trainedClips.length,
    classes: card.classes.length,
    accuracy: card.metrics.accuracy,
    mAP: card.metrics.mAP,
  });
  return createFromCard(context, schemaId, file, automaticName);
}

/** A classifier row for kept weights. */
export function createFromCard(
  { workspace }: Pick<EngineContext, 'workspace'>,
  schemaId: number,
  file: string,
  name: string,
): number {
  const { trainedClips, ...card } = readCard(file);
  const classifierId = workspace.classifiers.create(
    { ...card, name, schemaId, mode: 'multimodal', depth: 'head', preset: presetId, seed },
    file,
  );
  workspace.settings.set(trainedClipsKey(classifierId), trainedClips);
  return classifierId;
}

async function predictEverything(
  context: EngineContext,
  job: JobContext<RefitParams, RefitState>,
  classifier: NonNullable<ReturnType<EngineContext['workspace']['classifiers']['get']>>,
): Promise<void> {
  const all = embeddedClips(context, embeddingSetOf(context, classifier.modelId));
  const todo = all.filter((clipId) => clipId > (job.state?.after ?? 0));
  for (let from = 0; from < todo.length; from += chunkSize) {
    job.signal.throwIfAborted();
    const clipIds = todo.slice(from, from + chunkSize);
    await predictAndStore(context, classifier, clipIds, job);
    job.saveState({ after: clipIds.at(-1)! });
    job.progress({ done: all.length - todo.length + from + clipIds.length, total: all.length, note: 'Predicting' });
  }
}

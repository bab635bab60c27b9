// The finetune job: labels and inputs → a classifier with its scores, stored; predictions over the collection follow as a job of their own.
import type { Metrics } from '../../../shared/contract/model.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { spaceOfMode } from '../../training/head/classifierSpaces.ts';
import { checkTrainable, trainingData, type TrainingData } from '../../training/data/trainingData.ts';
import { embeddedClips, embeddingSetOf, evenSample, placesOfClips } from '../maps/embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { trainDeeper } from './finetuneLayers.ts';
import type { FinetuneMode, FinetuneParams, FinetuneResult, Trained } from './finetuneParams.ts';
import { runJournal } from './runJournal.ts';
import { isBetterFounded } from './betterFounded.ts';
import { trainedClipsKey } from './trainedClips.ts';

/** Labelled clips that a mode and depth can use, and the model they are used with. Throws BAD_INPUT where none is embedded. */
export function usableClips(
  context: EngineContext,
  mode: FinetuneMode,
  depth: FinetuneParams['depth'],
  modelId?: string,
): { clipIds: Set<number>; modelId: string } {
  const { workspace } = context;
  if (depth !== 'head') {
    const lacks =
      mode === 'audioonly' ? ['no-sound'] : mode === 'videoonly' ? ['no-picture'] : ['no-sound', 'no-picture'];
    const clips = workspace.clips.many(workspace.clips.ids());
    return {
      clipIds: new Set(
        clips.filter((clip) => !clip.badges.some((badge) => lacks.includes(badge))).map((clip) => clip.id),
      ),
      modelId: modelId ?? workspace.vectors.scoredModelId() ?? workspace.vectors.modelId(),
    };
  }
  const set = embeddingSetOf(context, modelId);
  const ids = embeddedClips(context, set);
  return { clipIds: new Set(workspace.vectors.present(set.setId, spaceOfMode[mode], ids)), modelId: set.modelId };
}

/** Trainings that a person starts. */
export const createFinetuneRunner = (context: EngineContext): JobRunner<FinetuneParams, null, FinetuneResult> => ({
  lane: 'compute',
  run: (job) => runFinetune(context, job),
});

async function runFinetune(context: EngineContext, job: JobContext<FinetuneParams, null>): Promise<FinetuneResult> {
  const { workspace, events, jobs } = context;
  const { runId, schemaId, mode, depth, values, seed, modelId, name, preset, predict } = job.params;
  // Killed between storing the classifier and ending the job: it is there, and is not trained twice.
  const stored = workspace.runs.get(runId)?.classifierId;
  const before = stored ? workspace.classifiers.get(stored) : null;
  if (before) {
    // What was told last before the kill may be less.
    job.progress({ done: before.epochs, total: before.epochs });
    return { classifierId: before.id, metrics: before.metrics };
  }
  const data = trainingData(workspace.annotations.labelled(schemaId), workspace.annotations.classes(schemaId), {
    multiLabel: workspace.annotations.multiLabel(schemaId),
    testShare: values.testShare,
    seed,
    holdOut: values.holdOut,
    onlyClips: usableClips(context, mode, depth, modelId).clipIds,
  });
  try {
    checkTrainable(data);
    const file = `${workspace.folder('classifiers')}/run-${runId}.safetensors`;
    const train = depth === 'head' ? trainOnEmbeddings : trainDeeper;
    const { metrics: measured, epochs } = await train(context, job, data, file);
    const metrics: Metrics = {
      ...measured,
      ...(values.holdOut === 'time' && { holdOut: 'time' as const }),
      warnings: [...data.warnings, ...measured.warnings],
    };
    const inUse = workspace.classifiers.list().find(({ current }) => current) ?? null;
    const keeps = isBetterFounded(inUse, { schemaId, metrics });
    // At once: a kill in between would leave a classifier that its run does not know, or one that never predicts.
    const classifierId = workspace.atomically(() => {
      const made = workspace.classifiers.create(
        { name, schemaId, modelId, mode, depth, preset, seed, epochs, classes: data.classes, metrics },
        file,
      );
      workspace.runs.update(runId, { status: 'done', classifierId: made });
      workspace.settings.set(
        trainedClipsKey(made),
        data.clipIds.filter((_, n) => !data.held[n]),
      );
      if (!keeps) workspace.classifiers.use(made);
      if (predict) jobs.add('predict', `Predict with “${name}”`, { classifierId: made });
      return made;
    });
    events.publish({ type: 'classifiersChanged' });
    if (keeps && inUse)
      events.publish({
        type: 'notice',
        level: 'warning',
        message: `“${name}” is stored, and “${inUse.name}” stays in use: the new one was measured on ${metrics.testCount} clips only, the other on ${inUse.metrics.testCount}.`,
        hint: 'Choose it under Classifiers in Train if you want its predictions all the same.',
      });
    return { classifierId, metrics };
  } catch (thrown) {
    if (!job.signal.aborted) workspace.runs.update(runId, { status: 'failed' });
    throw thrown;
  }
}

async function trainOnEmbeddings(
  context: EngineContext,
  { params, signal, progress }: JobContext<FinetuneParams, null>,
  data: TrainingData,
  file: string,
): Promise<Trained> {
  const set = embeddingSetOf(context, params.modelId);
  const labelled = placesOfClips(context, set, data.clipIds);
  const population = placesOfClips(context, set, evenSample(embeddedClips(context, set)));
  const features = (space: 'joint' | 'audio' | 'visual') => ({
    dim: set.dim,
    labelled: labelled[space],
    population: population[space],
  });
  const journal = runJournal(context, params.runId);
  const { metrics, iterations } = await context.compute.calls.trainHead(
    {
      mode: params.mode,
      multiLabel: data.multiLabel,
      classes: data.classes,
      clipIds: data.clipIds,
      sources: data.sources,
      targets: data.targets,
      held: data.held,
      seed: params.seed,
      maxIterations: params.values.epochs,
      modelId: params.modelId,
      file,
      features: { joint: features('joint'), audio: features('audio'), visual: features('visual') },
    },
    {
      signal,
      onEvent: (point) => {
        journal.add(point);
        progress({ done: point.step, total: params.values.epochs });
      },
    },
  );
  journal.flush();
  progress({ done: iterations, total: iterations });
  return { metrics, epochs: iterations };
}

// Classifiers: which there are, which one is in use, thresholds, predictions, evaluation and export.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { Classifier } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { siblingFile } from '../../training/head/classifierSpaces.ts';
import { precisionRecall } from '../../training/metrics/thresholds.ts';
import { evaluateClassifier } from './classifierEvaluation.ts';
import { exportClassifier } from './classifierExport.ts';
import { compareSides, storedSide } from './compareClassifiers.ts';
import type { EngineContext } from '../engineContext.ts';
import { askFolder, askStored, predictFiles } from './predictFiles.ts';
import type { PredictParams } from './predictJob.ts';
import { exportPredictions } from './predictionExport.ts';

export function createClassifiersProcedures(context: EngineContext) {
  const os = implement(contract.classifiers);
  const { workspace, events, jobs } = context;
  const get = (classifierId: number): Classifier & { checkpointFile: string } => {
    const classifier = workspace.classifiers.get(classifierId);
    if (!classifier)
      throw new EngineError('NOT_FOUND', `there is no classifier ${classifierId}`, { field: 'classifierId' });
    return classifier;
  };
  const shown = (classifierId: number): Classifier => {
    const { checkpointFile: _, ...classifier } = get(classifierId);
    return classifier;
  };

  return {
    list: os.list.handler(() => workspace.classifiers.list()),
    get: os.get.handler(({ input }) => shown(input.classifierId)),

    use: os.use.handler(({ input }) => {
      workspace.classifiers.use(input.classifierId);
      events.publish({ type: 'classifiersChanged' });
      if (input.classifierId !== null) events.publish({ type: 'predictionsChanged', classifierId: input.classifierId });
      return {};
    }),

    rename: os.rename.handler(({ input }) => {
      workspace.classifiers.update(input.classifierId, { name: input.name });
      events.publish({ type: 'classifiersChanged' });
      return shown(input.classifierId);
    }),

    remove: os.remove.handler(({ input }) => {
      const { checkpointFile } = get(input.classifierId);
      workspace.classifiers.remove(input.classifierId);
      for (const space of ['joint', 'audio', 'visual'] as const) workspace.discard(siblingFile(checkpointFile, space));
      events.publish({ type: 'classifiersChanged' });
      return {};
    }),

    /** Precision and recall follow the threshold, from the stored predictions of the held-out clips. */
    setThreshold: os.setThreshold.handler(({ input }) => {
      const { metrics, classes } = get(input.classifierId);
      const k = classes.findIndex(({ classId }) => classId === input.classId);
      if (k < 0)
        throw new EngineError('NOT_FOUND', `the classifier has no class ${input.classId}`, { field: 'classId' });
      const positives = new Set(
        Object.entries(metrics.confusionClips).flatMap(([cell, clipIds]) => (cell.startsWith(`${k},`) ? clipIds : [])),
      );
      const tested = [...new Set(Object.values(metrics.confusionClips).flat())];
      const { clipIds, probabilities } = workspace.classifiers.predictions(input.classifierId, tested);
      const scores = Array.from(clipIds, (_, n) => probabilities[n * classes.length + k]!);
      const measured =
        clipIds.length === tested.length && tested.length > 0
          ? precisionRecall(
              scores,
              Array.from(clipIds, (id) => positives.has(id)),
              input.threshold,
            )
          : {};
      const changed = metrics.classes.map((metric) =>
        metric.classId === input.classId ? { ...metric, threshold: input.threshold, ...measured } : metric,
      );
      workspace.classifiers.update(input.classifierId, { metrics: { ...metrics, classes: changed } });
      events.publish({ type: 'classifiersChanged' });
      if (workspace.classifiers.current() === input.classifierId)
        events.publish({ type: 'predictionsChanged', classifierId: input.classifierId });
      return shown(input.classifierId);
    }),

    predict: os.predict.handler(({ input }) => {
      const { name } = get(input.classifierId);
      return { jobId: jobs.add('predict', `Predict with “${name}”`, input satisfies PredictParams) };
    }),

    predictFiles: os.predictFiles.handler(async ({ input: { classifierId, folder, paths }, signal }) =>
      predictFiles(
        context,
        folder === undefined ? askStored(context, get(classifierId!)) : await askFolder(folder),
        paths,
        signal,
      ),
    ),

    predictions: os.predictions.handler(({ input }) => {
      const { classes } = get(input.classifierId);
      const { clipIds, probabilities } = workspace.classifiers.predictions(input.classifierId, input.clipIds);
      return Array.from(clipIds.subarray(input.offset, input.offset + input.limit), (clipId, i) => ({
        clipId,
        probabilities: classes.map(({ classId }, k) => ({
          classId,
          probability: probabilities[(input.offset + i) * classes.length + k]!,
        })),
      }));
    }),

    compare: os.compare.handler(({ input }) => {
      const { schemaId } = get(input.classifierId);
      if (get(input.otherId).schemaId !== schemaId)
        throw new EngineError('BAD_INPUT', 'the classifiers belong to different schemas', { field: 'otherId' });
      return compareSides(
        context,
        schemaId,
        storedSide(context, input.classifierId),
        storedSide(context, input.otherId),
      );
    }),
    evaluate: os.evaluate.handler(({ input, signal }) =>
      evaluateClassifier(context, get(input.classifierId), input.labels, signal ?? new AbortController().signal),
    ),
    export: os.export.handler(async ({ input }) => ({
      files: await exportClassifier(context, get(input.classifierId), input.path, input.format),
    })),
    exportPredictions: os.exportPredictions.handler(async ({ input }) => ({
      files: await exportPredictions(context, get(input.classifierId), input.path, input.format, input.clipIds),
    })),
  };
}

// The loop of labelling and learning: how the automatic classifier of a schema stands, on or off, refit now, go back to
// an earlier one.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { createFromCard, refitWaitsFor } from './automaticRefit.ts';
import { compareSides, keptSide } from './compareClassifiers.ts';
import type { EngineContext } from '../engineContext.ts';
import {
  automaticEnabled,
  automaticName,
  classifierOfFile,
  enableAutomatic,
  isAutomatic,
  isKept,
  readRecord,
  refitEvery,
  refitFile,
} from './learningRecord.ts';
import { activeRefit, queueRefit, refitWhatIsDue } from './refitWatch.ts';

export function createLearningProcedures(context: EngineContext) {
  const os = implement(contract.learning);
  const { workspace, events, jobs } = context;
  return {
    state: os.state.handler(({ input: { schemaId } }) => {
      const { seq, points, automaticId } = readRecord(context, schemaId);
      const present = automaticId !== null && isAutomatic(context, automaticId) ? automaticId : null;
      const byFile = new Map(
        workspace.classifiers
          .list()
          .filter((one) => one.schemaId === schemaId)
          .map(({ id }) => [workspace.classifiers.get(id)!.checkpointFile, id]),
      );
      return {
        enabled: automaticEnabled(context),
        every: refitEvery,
        pending: workspace.annotations.changedSince(schemaId, seq).clips,
        waiting: refitWaitsFor(context, schemaId),
        jobId: activeRefit(context, schemaId),
        automaticId: present,
        inUse: present !== null && workspace.classifiers.current() === present,
        points: points.map((point) => {
          const file = refitFile(context, schemaId, point.id);
          return { ...point, restorable: isKept(file), classifierId: byFile.get(file) ?? null };
        }),
      };
    }),

    setAutomatic: os.setAutomatic.handler(({ input: { enabled } }) => {
      enableAutomatic(context, enabled);
      refitWhatIsDue(context);
      return {};
    }),

    refit: os.refit.handler(({ input: { schemaId } }) => {
      const why = refitWaitsFor(context, schemaId);
      if (why) throw new EngineError('BAD_INPUT', why, { field: 'schemaId' });
      return { jobId: queueRefit(context, schemaId) };
    }),

    compare: os.compare.handler(async ({ input: { schemaId, pointId, otherId }, signal }) => {
      const kept = (id: number): string => {
        const file = refitFile(context, schemaId, id);
        if (!isKept(file))
          throw new EngineError('NOT_FOUND', 'the classifier of this point is not kept any more', { field: 'pointId' });
        return file;
      };
      return compareSides(
        context,
        schemaId,
        await keptSide(context, kept(pointId), signal),
        await keptSide(context, kept(otherId), signal),
      );
    }),

    restore: os.restore.handler(({ input: { schemaId, pointId } }) => {
      const point = readRecord(context, schemaId).points.find(({ id }) => id === pointId);
      const file = refitFile(context, schemaId, pointId);
      if (!point || !isKept(file))
        throw new EngineError('NOT_FOUND', 'the classifier of this point is not kept any more', { field: 'pointId' });
      const classifierId =
        classifierOfFile(context, file) ??
        createFromCard(context, schemaId, file, `${automaticName}, ${point.labels} labels`);
      workspace.classifiers.use(classifierId);
      events.publish({ type: 'classifiersChanged' });
      const predicted = workspace.classifiers.predictions(classifierId).clipIds.length > 0;
      if (predicted) events.publish({ type: 'predictionsChanged', classifierId });
      const { name } = workspace.classifiers.get(classifierId)!;
      return {
        classifierId,
        jobId: predicted ? null : jobs.add('predict', `Predict with “${name}”`, { classifierId }),
      };
    }),
  };
}

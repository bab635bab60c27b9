// Finetuning a classifier: presets, what training would see, start and stop.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { allPresets, finetunePreset } from '../../training/presets/presets.ts';
import { checkTrainable, classCounts, trainingData } from '../../training/data/trainingData.ts';
import type { EngineContext } from '../engineContext.ts';
import { usableClips } from './finetuneJob.ts';
import type { FinetuneParams } from './finetuneParams.ts';

/** Heads and last layers learn from stored vectors and tokens, which no augmentation reaches. @throws EngineError BAD_INPUT */
function refuseAugmentation(depth: string, options: Record<string, unknown> | undefined): void {
  for (const field of ['mixup', 'freqMask', 'timeMask', 'noise'])
    if (options?.[field])
      throw new EngineError('BAD_INPUT', `${field} has no effect at depth ${depth}: its inputs are computed once`, {
        field,
        hint: `Leave ${field} out, or train at depth full.`,
      });
}

export function createFinetuneProcedures(context: EngineContext) {
  const os = implement(contract.finetune);
  const { workspace, jobs } = context;
  return {
    presets: os.presets.handler(() => allPresets.map((preset) => ({ ...preset, values: { ...preset.values } }))),

    preview: os.preview.handler(({ input }) => {
      const { schemaId, testShare, seed, holdOut } = input;
      const labelled = workspace.annotations.labelled(schemaId);
      const data = trainingData(labelled, workspace.annotations.classes(schemaId), {
        multiLabel: workspace.annotations.multiLabel(schemaId),
        testShare,
        seed,
        holdOut,
      });
      const warnings = [...data.warnings];
      let canTrain = true;
      try {
        checkTrainable(data);
      } catch (thrown) {
        canTrain = false;
        warnings.unshift(EngineError.from(thrown).message);
      }
      const recordings = new Set(labelled.map(({ mediaId }) => mediaId)).size;
      return { recordings, classes: classCounts(data), warnings, canTrain };
    }),

    start: os.start.handler(({ input }) => {
      const preset = finetunePreset(input.preset, input.depth);
      const values = { ...preset.values, ...input.options };
      if (input.depth !== 'full') refuseAugmentation(input.depth, input.options);
      // What cannot work is said now, not by a job that fails a minute later.
      const usable = usableClips(context, input.mode, input.depth, input.modelId);
      checkTrainable(
        trainingData(workspace.annotations.labelled(input.schemaId), workspace.annotations.classes(input.schemaId), {
          multiLabel: workspace.annotations.multiLabel(input.schemaId),
          testShare: values.testShare,
          seed: input.seed,
          holdOut: values.holdOut,
          onlyClips: usable.clipIds,
        }),
      );
      const title = input.name ?? `Classifier ${workspace.classifiers.list().length + 1}`;
      return workspace.atomically(() => {
        const runId = workspace.runs.create({
          kind: 'finetune',
          title,
          preset: preset.id,
          options: { ...values, depth: input.depth, mode: input.mode, seed: input.seed, schemaId: input.schemaId },
          modelId: usable.modelId,
        });
        const params: FinetuneParams = {
          runId,
          schemaId: input.schemaId,
          mode: input.mode,
          depth: input.depth,
          preset: preset.id,
          values,
          seed: input.seed,
          modelId: usable.modelId,
          name: title,
          predict: input.predict,
        };
        const jobId = jobs.add('finetune', `Train “${title}”`, params);
        workspace.runs.update(runId, { jobId });
        return { jobId, runId };
      });
    }),

    /** A deeper training ends after its present step and keeps the best it has; anything else is cancelled. */
    stop: os.stop.handler(async ({ input }) => {
      const run = workspace.runs.get(input.runId);
      if (!run) throw new EngineError('NOT_FOUND', `there is no run ${input.runId}`);
      if (run.jobId === null) return {};
      const status = jobs.get(run.jobId)?.status;
      if (
        status === 'running' &&
        run.kind === 'finetune' &&
        run.options.depth !== 'head' &&
        run.curve.some((point) => point.valLoss !== undefined)
      )
        await context.compute.calls.stopFinetune({ runId: run.id });
      else if (status === 'running' || status === 'paused' || status === 'queued') jobs.cancel(run.jobId);
      return {};
    }),
  };
}

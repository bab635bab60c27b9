// Pretraining and continued pretraining on the collection's own clips.
import { implement } from '@orpc/server';
import { z } from 'zod';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { hearsSound, seesPictures } from '../../model/config.ts';
import { pretrainPreset } from '../../training/presets/presets.ts';
import type { EngineContext } from '../engineContext.ts';
import { modelOrCurrent } from '../models/currentModel.ts';
import { pretrainStart, refuseUnusedOptions } from './pretrainStart.ts';
import type { PretrainParams } from './pretrainJob.ts';

/** What a person may change of a recipe; bounds keep a slip from costing a night. */
const options = z
  .object({
    learningRate: z.number().positive().max(1),
    batchSize: z.number().int().min(1).max(4096),
    epochs: z.number().int().min(1).max(10_000),
    warmupSteps: z.number().min(0).max(100_000),
    finalRate: z.number().min(0).max(1),
    weightDecay: z.number().min(0).max(1),
    maskRatioA: z.number().min(0.05).max(0.95),
    maskRatioV: z.number().min(0.05).max(0.95),
    maskMode: z.enum(['unstructured', 'time', 'freq', 'tf']),
    maeLossWeight: z.number().min(0).max(100),
    contrastLossWeight: z.number().min(0).max(100),
    bidirect: z.boolean(),
    contrastGroup: z.number().int().min(0).max(4096),
    startTemperature: z.number().min(0.01).max(10),
    startCentring: z.number().min(0).max(1),
    noise: z.boolean(),
    jitter: z.boolean(),
    mirror: z.boolean(),
    colourJitter: z.boolean(),
    heldOutShare: z.number().min(0).max(0.5),
    checkpointEvery: z.number().int().min(1).max(100_000),
  })
  .partial()
  .strict();

export function createPretrainProcedures(context: EngineContext) {
  const router = implement(contract.pretrain);
  const { workspace, jobs } = context;
  return {
    start: router.start.handler(async ({ input }) => {
      const preset = pretrainPreset(input.preset);
      const changed = options.safeParse(input.options ?? {});
      if (!changed.success)
        throw new EngineError('BAD_INPUT', `pretraining options: ${z.prettifyError(changed.error)}`, {
          field: String(changed.error.issues[0]?.path[0] ?? 'options'),
        });
      const values = { ...preset.values, ...changed.data };
      const start = await pretrainStart(context, input.modelId ?? null, input);
      const { variant } = start.config;
      refuseUnusedOptions(variant, changed.data);
      const lacks = [
        ...(hearsSound(start.config) ? ['no-sound'] : []),
        ...(seesPictures(start.config) ? ['no-picture'] : []),
      ];
      const clipIds = workspace.clips
        .many(input.clipIds ?? workspace.clips.ids())
        .filter((clip) => !clip.badges.some((badge) => lacks.includes(badge)))
        .map((clip) => clip.id);
      if (clipIds.length < 2)
        throw new EngineError('BAD_INPUT', `only ${clipIds.length} clips have what the variant ${variant} looks at`, {
          hint: 'Import more clips with sound and picture.',
        });
      const name = input.name ?? `${variant} ${start.size}, ${clipIds.length} clips`;
      return workspace.atomically(() => {
        const runId = workspace.runs.create({
          kind: 'pretrain',
          title: name,
          preset: preset.id,
          options: {
            ...values,
            variant,
            size: start.size,
            ...input.config,
            seed: input.seed,
            steps: input.steps ?? null,
            clips: clipIds.length,
          },
          modelId: input.modelId ?? null,
        });
        const params: PretrainParams = {
          runId,
          modelId: input.modelId ?? null,
          variant,
          size: input.size ?? 'small',
          config: input.config,
          values,
          seed: input.seed,
          steps: input.steps,
          name,
          clipIds,
        };
        const jobId = jobs.add('pretrain', `Pretrain “${name}”`, params);
        workspace.runs.update(runId, { jobId });
        return { jobId, runId };
      });
    }),

    distil: router.distil.handler(async ({ input }) => {
      const modelId = modelOrCurrent(context, input.modelId);
      const teacher = await pretrainStart(context, modelId, {});
      const { config: student } = await pretrainStart(context, null, { size: input.size });
      if (!hearsSound(teacher.config) || !seesPictures(teacher.config))
        throw new EngineError('BAD_INPUT', `a model of variant ${teacher.config.variant} knows one modality only`, {
          field: 'modelId',
          hint: 'Distil a model that hears and sees.',
        });
      const clipIds = workspace.clips
        .many(input.clipIds ?? workspace.clips.ids())
        .filter(({ badges }) => !badges.includes('no-sound') && !badges.includes('no-picture'))
        .map((clip) => clip.id);
      if (clipIds.length < 4)
        throw new EngineError('BAD_INPUT', `only ${clipIds.length} clips have both sound and picture`, {
          hint: 'Import more clips with sound and picture.',
        });
      const { size, steps, seed } = input;
      const name = input.name ?? `${modelId} distilled, ${student.embedDim} wide`;
      return workspace.atomically(() => {
        const runId = workspace.runs.create({
          kind: 'pretrain',
          title: name,
          preset: 'distil',
          options: { size, steps, seed, clips: clipIds.length },
          modelId,
        });
        const jobId = jobs.add('distil', `Distil “${name}”`, { runId, modelId, size, seed, steps, name, clipIds });
        workspace.runs.update(runId, { jobId });
        return { jobId, runId };
      });
    }),
  };
}

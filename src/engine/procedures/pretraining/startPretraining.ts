// Starts pretraining, or continued pretraining, on the clips that have what the variant looks at.
import type { InferContractRouterInputs } from '@orpc/contract';
import { z } from 'zod';
import type { Contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { hearsSound, seesPictures, type CavMaeConfig } from '../../model/config.ts';
import { pretrainPreset } from '../../training/presets/presets.ts';
import type { EngineContext } from '../engineContext.ts';
import type { PretrainParams } from './pretrainJob.ts';
import { pretrainStart, refuseUnusedOptions } from './pretrainStart.ts';

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

/** @throws EngineError BAD_INPUT naming the option */
function checkedOptions(input: unknown) {
  const changed = options.safeParse(input ?? {});
  if (changed.success) return changed.data;
  throw new EngineError('BAD_INPUT', `pretraining options: ${z.prettifyError(changed.error)}`, {
    field: String(changed.error.issues[0]?.path[0] ?? 'options'),
  });
}

/**
 * Ids of the clips that have what a model of this configuration looks at.
 * @throws EngineError BAD_INPUT for fewer than two
 */
function trainableClips(
  { workspace }: EngineContext,
  config: CavMaeConfig,
  asked: readonly number[] | undefined,
): number[] {
  const lacks = [...(hearsSound(config) ? ['no-sound'] : []), ...(seesPictures(config) ? ['no-picture'] : [])];
  const clipIds = workspace.clips
    .many(asked ?? workspace.clips.ids())
    .filter((clip) => !clip.badges.some((badge) => lacks.includes(badge)))
    .map((clip) => clip.id);
  if (clipIds.length >= 2) return clipIds;
  throw new EngineError('BAD_INPUT', `only ${clipIds.length} clips have what the variant ${config.variant} looks at`, {
    hint: 'Import more clips with sound and picture.',
  });
}

/** With the defaults of the contract filled in. */
type Input = InferContractRouterInputs<Contract>['pretrain']['start'] & { preset: string; seed: number };

export async function startPretraining(
  context: EngineContext,
  input: Input,
): Promise<{ jobId: number; runId: number }> {
  const { workspace, jobs } = context;
  const preset = pretrainPreset(input.preset);
  const changed = checkedOptions(input.options);
  const values = { ...preset.values, ...changed };
  const start = await pretrainStart(context, input.modelId ?? null, input);
  const { variant } = start.config;
  refuseUnusedOptions(variant, changed);
  const clipIds = trainableClips(context, start.config, input.clipIds);
  const name = input.name ?? `${variant} ${start.size}, ${clipIds.length} clips`;
  const modelId = input.modelId ?? null;
  const { config, seed, steps } = input;
  return workspace.atomically(() => {
    const facts = { variant, size: start.size, ...config, seed, steps: steps ?? null, clips: clipIds.length };
    const runId = workspace.runs.create({
      kind: 'pretrain',
      title: name,
      preset: preset.id,
      options: { ...values, ...facts },
      modelId,
    });
    const size = input.size ?? 'small';
    const params: PretrainParams = { runId, modelId, variant, size, config, values, seed, steps, name, clipIds };
    const jobId = jobs.add('pretrain', `Pretrain “${name}”`, params);
    workspace.runs.update(runId, { jobId });
    return { jobId, runId };
  });
}

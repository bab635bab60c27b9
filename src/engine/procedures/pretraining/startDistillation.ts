// Starts the distillation of a model into a small one, on clips that have both sound and picture.
import type { InferContractRouterInputs } from '@orpc/contract';
import type { Contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { hearsSound, seesPictures } from '../../model/config.ts';
import type { EngineContext } from '../engineContext.ts';
import { modelOrCurrent } from '../models/currentModel.ts';
import { pretrainStart } from './pretrainStart.ts';

/** With the defaults of the contract filled in. */
type Input = InferContractRouterInputs<Contract>['pretrain']['distil'] & { size: string; steps: number; seed: number };

export async function startDistillation(
  context: EngineContext,
  input: Input,
): Promise<{ jobId: number; runId: number }> {
  const { workspace, jobs } = context;
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
}

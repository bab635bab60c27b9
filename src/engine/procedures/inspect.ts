// Inspecting what the model makes of a clip: reconstructions, sound sources, loss against mask ratio, anomaly scores.
import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { encodeSafetensors, type Tensor } from '../../shared/wire/safetensors.ts';
import { resolveModel } from '../checkpoint/catalogue.ts';
import { configOfSize, gridA, gridV } from '../model/config.ts';
import { drawMask, type Mask } from '../model/masking.ts';
import type { ReconstructedPart } from '../inference/reconstruct.ts';
import { inputOfClip } from './clipInputs.ts';
import type { EngineContext } from './engineContext.ts';
import { createErrorScoresRunner, type ErrorScoresParams } from './errorScoresJob.ts';
import { maskRatioSweep } from './maskRatioSweep.ts';

let answers = 0;
const paperGrids = configOfSize('base');
const removed = ({ mask }: Mask): number[] => [...mask.keys()].filter((patch) => mask[patch] === 1);

/** The tensors of one modality under the names of the contract's `reconstruction`. */
function tensorsOf(part: ReconstructedPart | null, stream: 'A' | 'V', shape: number[]): Record<string, Tensor> {
  if (!part) return {};
  const vector = (data: Float32Array): Tensor => ({ shape: [data.length], data });
  return { [`original${stream}`]: { shape, data: part.original }, [`pred${stream}`]: { shape, data: part.prediction }, [`mask${stream}`]: vector(part.mask), [`error${stream}`]: vector(part.error) };
}

export function createInspectProcedures(context: EngineContext) {
  const os = implement(contract.inspect);
  const { workspace, compute, data, jobs } = context;
  const options = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
  return {
    reconstruct: os.reconstruct.handler(async ({ input: { clipId, modelId, frame, mask }, signal }) => {
      const { path } = await inputOfClip(context, clipId, signal);
      const { a, v, perPatchStatistics, audioLength, imgSize, milliseconds } = await compute.calls.reconstruct({ model: resolveModel(workspace, modelId), input: path, frame, mask }, options(signal));
      const bytes = encodeSafetensors({ ...tensorsOf(a, 'A', [audioLength, 128]), ...tensorsOf(v, 'V', [3, imgSize, imgSize]) });
      return { dataUrl: data.put(`reconstructions/${clipId}-${++answers}.safetensors`, bytes), lossA: a?.loss ?? null, lossV: v?.loss ?? null, perPatchStatistics, modelId, frame, milliseconds };
    }),

    drawMask: os.drawMask.handler(({ input: { mode, ratioA, ratioV, seed, handA = [], handV = [] } }) => {
      if (mode === 'hand') return { handA, handV };
      return { handA: removed(drawMask(mode, ratioA, 1, gridA(paperGrids), seed, 'a')), handV: removed(drawMask('unstructured', ratioV, 1, gridV(paperGrids), seed, 'v')) };
    }),

    localise: os.localise.handler(async ({ input: { clipId, modelId }, signal }) => {
      const { path } = await inputOfClip(context, clipId, signal);
      const { frames, audio } = await compute.calls.localise({ model: resolveModel(workspace, modelId), input: path }, options(signal));
      return { dataUrl: data.put(`localisations/${clipId}-${++answers}.safetensors`, encodeSafetensors({ frames, audio })) };
    }),

    sweep: os.sweep.handler(({ input: { clipId, modelId, ratios, seed }, signal }) => maskRatioSweep(context, resolveModel(workspace, modelId), clipId, ratios, seed, signal)),

    errorScores: os.errorScores.handler(({ input }) => {
      resolveModel(workspace, input.modelId);
      return { jobId: jobs.add('reconstructionError', 'Score clips by reconstruction error', input satisfies ErrorScoresParams) };
    }),
  };
}

export function registerInspectJobs(context: EngineContext): void {
  context.jobs.register('reconstructionError', createErrorScoresRunner(context));
}

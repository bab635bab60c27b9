// Inspecting what the model makes of a clip: reconstructions, attention, sound sources, loss against mask ratio,
// anomaly scores, exports.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../../shared/wire/safetensors.ts';
import { readFile } from 'node:fs/promises';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { configOfSize, gridA, gridV, MEL_BINS, PATCH } from '../../model/config.ts';
import { drawMask, type Mask } from '../../model/masking.ts';
import type { ReconstructedPart } from '../../inference/reconstruct.ts';
import type { EngineContext } from '../engineContext.ts';
import { modelOrCurrent } from '../models/currentModel.ts';
import { createErrorScoresRunner, errorFrame, errorMasks, type ErrorScoresParams } from './errorScoresJob.ts';
import { createGalleryRunner, type GalleryParams } from './galleryJob.ts';
import { maskAnimation } from './maskAnimation.ts';
import { createMaskSweepRunner, maskRatioSweep, type CollectionSweepParams } from './maskRatioSweep.ts';
import { inputOfSubject } from '../inputs/subjectInputs.ts';

let answers = 0;
const paper = configOfSize('base');
const removed = ({ mask }: Mask): number[] => [...mask.keys()].filter((patch) => mask[patch] === 1);

/** The tensors of one modality under the names of the contract's `reconstruction`. */
function tensorsOf(part: ReconstructedPart | null, stream: 'A' | 'V', shape: number[]): Record<string, Tensor> {
  if (!part) return {};
  const vector = (data: Float32Array): Tensor => ({ shape: [data.length], data });
  return {
    [`original${stream}`]: { shape, data: part.original },
    [`pred${stream}`]: { shape, data: part.prediction },
    [`mask${stream}`]: vector(part.mask),
    [`error${stream}`]: vector(part.error),
  };
}

export function createInspectProcedures(context: EngineContext) {
  const os = implement(contract.inspect);
  const { workspace, compute, data, jobs } = context;
  const options = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
  const putTensors = (what: string, tensors: Record<string, Tensor>): string =>
    data.put(`${what}/${++answers}.safetensors`, encodeSafetensors(tensors));
  /** The id of the model that a request names, or of the current one, and where its weights are. */
  const modelOf = (wished: string | undefined): { modelId: string; model: string } => {
    const modelId = modelOrCurrent(context, wished);
    return { modelId, model: resolveModel(workspace, modelId) };
  };
  return {
    reconstruct: os.reconstruct.handler(async ({ input: { modelId: wished, frame, mask, ...subject }, signal }) => {
      const { modelId, model } = modelOf(wished);
      const { path } = await inputOfSubject(context, subject, signal);
      const { a, v, perPatchStatistics, audioLength, imgSize, milliseconds } = await compute.calls.reconstruct(
        { model, input: path, frame, mask },
        options(signal),
      );
      const dataUrl = putTensors('reconstructions', {
        ...tensorsOf(a, 'A', [audioLength, 128]),
        ...tensorsOf(v, 'V', [3, imgSize, imgSize]),
      });
      return {
        dataUrl,
        lossA: a?.loss ?? null,
        lossV: v?.loss ?? null,
        perPatchStatistics,
        modelId,
        frame,
        milliseconds,
      };
    }),

    input: os.input.handler(async ({ input: { imgSize, ...subject }, signal }) => {
      const { path, name } = await inputOfSubject(context, subject, signal);
      const { fbank, frames } = decodeSafetensors(await readFile(path)).tensors;
      const fitted =
        frames && imgSize !== undefined && frames.shape[1] !== imgSize
          ? await compute.calls.fittedFrames({ input: path, imgSize }, options(signal))
          : frames;
      return {
        dataUrl: putTensors('inputs', { ...(fbank ? { fbank } : {}), ...(fitted ? { frames: fitted } : {}) }),
        name,
        sound: fbank !== undefined,
        picture: frames !== undefined,
      };
    }),

    drawMask: os.drawMask.handler(
      ({ input: { mode, ratioA, ratioV, seed, handA = [], handV = [], audioLength, imgSize } }) => {
        const grids = { ...paper, audioLength, imgSize };
        if (mode === 'hand') return { handA, handV };
        return {
          handA: removed(drawMask(mode, ratioA, 1, gridA(grids), seed, 'a')),
          handV: removed(drawMask('unstructured', ratioV, 1, gridV(grids), seed, 'v')),
        };
      },
    ),

    localise: os.localise.handler(async ({ input: { modelId, ...subject }, signal }) => {
      const { path } = await inputOfSubject(context, subject, signal);
      const { frames, audio } = await compute.calls.localise(
        { model: modelOf(modelId).model, input: path },
        options(signal),
      );
      return { dataUrl: putTensors('localisations', { frames, audio }) };
    }),

    attention: os.attention.handler(async ({ input: { modelId, frame, stream, layer, head, ...subject }, signal }) => {
      const { path } = await inputOfSubject(context, subject, signal);
      const { weights, tokensA, tokensV, layers, heads } = await compute.calls.attention(
        { model: modelOf(modelId).model, input: path, frame, stream, layer, head },
        options(signal),
      );
      return {
        dataUrl: putTensors('attention', { weights: { shape: [tokensA + tokensV, tokensA + tokensV], data: weights } }),
        tokensA,
        tokensV,
        layers,
        heads,
      };
    }),

    sweep: os.sweep.handler(({ input: { modelId, ratios, seed, ...subject }, signal }) =>
      maskRatioSweep(context, modelOf(modelId).model, subject, ratios, seed, signal),
    ),

    collectionSweep: os.collectionSweep.handler(({ input }) => {
      const params = { ...input, modelId: modelOf(input.modelId).modelId } satisfies CollectionSweepParams;
      return { jobId: jobs.add('maskSweep', 'Sweep the mask over the collection', params) };
    }),

    animation: os.animation.handler(async ({ input: { modelId, clipId, file, ...request }, signal }) => {
      const { path, name } = await inputOfSubject(context, { clipId, file }, signal);
      const bytes = await maskAnimation(context, { model: modelOf(modelId).model, input: path, ...request }, signal);
      return {
        dataUrl: data.put(`animations/${++answers}.${request.format}`, bytes),
        name: `${name.replace(/\.[^.]*$/, '')}-mask-sweep.${request.format}`,
      };
    }),

    gallery: os.gallery.handler(({ input }) => {
      const params = { ...input, modelId: modelOf(input.modelId).modelId } satisfies GalleryParams;
      const title = `Gallery of ${input.clipIds.length} clip${input.clipIds.length === 1 ? '' : 's'}`;
      return { jobId: jobs.add('gallery', title, params) };
    }),

    errorMap: os.errorMap.handler(async ({ input: { modelId: wished, masks, ...subject }, signal }) => {
      const modelId = modelOrCurrent(context, wished);
      const kept = subject.clipId === undefined ? null : workspace.errorMaps.get(subject.clipId, modelId);
      const stored = kept !== null && kept.masks >= masks;
      const { path } = stored ? { path: '' } : await inputOfSubject(context, subject, signal);
      const { audio, visual } = stored
        ? kept
        : await compute.calls.errorMaps(
            { model: modelOf(modelId).model, input: path, frame: errorFrame, masks: errorMasks(masks) },
            options(signal),
          );
      const grid = (
        name: string,
        rows: (patches: number) => number,
        data: Float32Array | null,
      ): Record<string, Tensor> =>
        data ? { [name]: { shape: [rows(data.length), data.length / rows(data.length)], data } } : {};
      return {
        dataUrl: putTensors('errors', {
          ...grid('audio', () => MEL_BINS / PATCH, audio),
          ...grid('visual', Math.sqrt, visual),
        }),
        modelId,
        masks: stored ? kept.masks : masks,
        stored,
      };
    }),

    errorScores: os.errorScores.handler(({ input }) => {
      const params = { ...input, modelId: modelOf(input.modelId).modelId } satisfies ErrorScoresParams;
      return { jobId: jobs.add('reconstructionError', 'Score clips by reconstruction error', params) };
    }),
  };
}

export function registerInspectJobs(context: EngineContext): void {
  context.jobs.register('reconstructionError', createErrorScoresRunner(context));
  context.jobs.register('maskSweep', createMaskSweepRunner(context));
  context.jobs.register('gallery', createGalleryRunner(context));
}

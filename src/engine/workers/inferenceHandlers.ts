// What the compute worker does with clips: embeddings, reconstructions, where a sound comes from.
import type { ClassifierMode } from '../../shared/contract/modes.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Device, ExtractionChoice, Precision } from '../../shared/contract/extraction.ts';
import { attentionOfClip, type AttentionRequest } from '../inference/attention.ts';
import { errorMapsOfClip } from '../inference/errorMap.ts';
import { framePixels } from '../inference/clipInput.ts';
import { embedAlignedFrames, type AlignedVectors } from '../inference/embed.ts';
import { alignedScores } from '../exploration/neighbours/alignedSimilarity.ts';
import type { AlignedStrategy } from '../../shared/contract/model.ts';
import { classifyClip, type Activation } from '../inference/classify.ts';
import { localiseClip } from '../inference/localise.ts';
import { reconstructClip, reconstructionLosses, type MaskRequest } from '../inference/reconstruct.ts';
import { breathe } from '../base/breathe.ts';
import type { CallContext } from './channel.ts';
import { forInputGroups, forInputs, type InputFailure } from './forInputs.ts';
import { chooseExtractionFor, type ChooseRequest } from './chooseExtraction.ts';
import { withEncoder, type EncoderRequest } from './openEncoder.ts';
import { withModel } from './openModel.ts';
import { readClipInput } from './readClipInput.ts';

/** `model`: a checkpoint's path, or `random:<size>:<seed>`. `inputs`: paths of clip input files. */
export interface EmbedRequest {
  model: string;
  inputs: string[];
  frames: number;
}
/** Rows [inputs.length, dim] in the order of `inputs`; NaN where a clip has no such modality or failed. */
export interface EmbedResult {
  dim: number;
  joint: Float32Array;
  audio: Float32Array;
  visual: Float32Array;
  failed: InputFailure[];
  /** What computed the last of them, and why that is not what was asked for. */
  device: Device;
  precision: Precision;
  notice: string | null;
}
/** `graphs`: a folder for the model's graphs, without which onnxruntime is not used. `extraction` goes before the environment's wish. */
export type ExtractionRequest = EncoderRequest;

const spaces = ['joint', 'audio', 'visual'] as const;

export const inferenceHandlers = {
  /** An event per finished clip. */
  embed: (
    request: EmbedRequest & ExtractionRequest,
    { signal, emit }: CallContext<{ done: number }>,
  ): Promise<EmbedResult> =>
    withEncoder(request.model, request, async (encoder) => {
      const { dim, groupSize, kindOf, embed } = encoder;
      const { inputs, frames } = request;
      const rows = () => new Float32Array(inputs.length * dim).fill(NaN);
      const result = { dim, joint: rows(), audio: rows(), visual: rows() };
      const failed = await forInputGroups(
        inputs,
        groupSize(frames),
        (clip) => kindOf(clip, frames),
        signal,
        async (clips, indices) => {
          const vectors = await embed(clips, frames);
          indices.forEach((index, i) => {
            for (const space of spaces) result[space].set(vectors[i]![space], index * dim);
            emit({ done: index + 1 });
          });
        },
      );
      const { device, precision, notice } = encoder;
      return { ...result, failed, device, precision, notice };
    }),

  /** Which numbers and which device are to embed with a model; takes as long as embedding the given clips a few times. */
  chooseExtraction: (request: ChooseRequest, { signal }: CallContext): Promise<ExtractionChoice> =>
    chooseExtractionFor(request, signal),

  /** Numbers an embedding has; the model is then open for `embed`, in the library that will compute it. */
  embeddingDim: (request: { model: string } & ExtractionRequest) =>
    withEncoder(request.model, request, ({ dim, runtime, precision, device, notice }) => ({
      dim,
      runtime,
      precision,
      device,
      notice,
    })),

  /** Probabilities [inputs.length, classes] of a finetuned checkpoint, mean over frames; NaN rows where it failed. */
  classify: (
    { model: spec, inputs, frames, mode, activation }: EmbedRequest & { mode: ClassifierMode; activation: Activation },
    { signal, emit }: CallContext<{ done: number }>,
  ) =>
    withModel(spec, async (model) => {
      if (model.parameters.kind !== 'cavmaeft')
        throw new EngineError('CHECKPOINT_MISMATCH', 'this checkpoint has no classifier', { path: spec });
      const classes = model.parameters.get('mlp_head.1.bias').size;
      const probabilities = new Float32Array(inputs.length * classes).fill(NaN);
      const failed = await forInputs(inputs, signal, (clip, index) => {
        probabilities.set(classifyClip(model, clip, { mode, activation, frames }), index * classes);
        emit({ done: index + 1 });
      });
      return { classes, probabilities, failed };
    }),

  reconstruct: ({
    model: spec,
    input,
    frame,
    mask,
  }: {
    model: string;
    input: string;
    frame: number;
    mask: MaskRequest;
  }) =>
    withModel(spec, async (model) => {
      const clip = await readClipInput(input);
      const startedAt = performance.now();
      const arrays = reconstructClip(model, clip, frame, mask);
      return {
        ...arrays,
        audioLength: model.config.audioLength,
        imgSize: model.config.imgSize,
        milliseconds: performance.now() - startedAt,
      };
    }),

  /** A clip's frames as a model of pictures of another size gets them: U8 [F, imgSize, imgSize, 3]; null for a clip without picture. */
  async fittedFrames({
    input,
    imgSize,
  }: {
    input: string;
    imgSize: number;
  }): Promise<{ shape: number[]; data: Uint8Array } | null> {
    const { frames } = await readClipInput(input);
    return (
      frames && {
        shape: [frames.count, imgSize, imgSize, 3],
        data: framePixels(frames, [...Array(frames.count).keys()], imgSize),
      }
    );
  },

  /** Losses only, per mask; with `partner`, of this clip's sound beside the partner's picture. */
  reconstructionLosses: (
    {
      model: spec,
      input,
      partner,
      frame,
      masks,
    }: { model: string; input: string; partner: string | null; frame: number; masks: MaskRequest[] },
    { signal }: CallContext,
  ) =>
    withModel(spec, async (model) => {
      const [clip, other] = [await readClipInput(input), partner === null ? null : await readClipInput(partner)];
      const losses: { lossA: number | null; lossV: number | null }[] = [];
      for (const mask of masks) {
        await breathe(signal);
        losses.push(...reconstructionLosses(model, clip, other, frame, [mask]));
      }
      return losses;
    }),

  /** Mean error per patch over several masks (see inference/errorMap.ts). */
  errorMaps: (
    { model: spec, input, frame, masks }: { model: string; input: string; frame: number; masks: MaskRequest[] },
    { signal }: CallContext,
  ) =>
    withModel(spec, async (model) =>
      errorMapsOfClip(model, await readClipInput(input), frame, masks, () => breathe(signal)),
    ),

  attention: ({ model: spec, input, ...request }: { model: string; input: string } & AttentionRequest) =>
    withModel(spec, async (model) => attentionOfClip(model, await readClipInput(input), request)),

  /**
   * Retrieval by the frames of clips and the sound around each (see exploration/neighbours/alignedSimilarity.ts). `rows`: which of the
   * inputs were compared, the others lacking sound or picture.
   */
  alignedRetrieval: (
    { model: spec, inputs, strategy }: { model: string; inputs: string[]; strategy: AlignedStrategy },
    { signal }: CallContext,
  ) =>
    withModel(spec, async (model) => {
      const found: { row: number; vectors: AlignedVectors }[] = [];
      for (const [row, input] of inputs.entries()) {
        await breathe(signal);
        const vectors = embedAlignedFrames(model, await readClipInput(input));
        if (vectors) found.push({ row, vectors });
      }
      return {
        rows: found.map(({ row }) => row),
        ...alignedScores(
          found.map(({ vectors }) => vectors),
          strategy,
        ),
      };
    }),

  localise: ({ model: spec, input }: { model: string; input: string }) =>
    withModel(spec, async (model) => localiseClip(model, await readClipInput(input))),
};

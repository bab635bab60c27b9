// What the model sees in a clip: reconstruction, attention, localisation, errors.
import { z } from 'zod';
import { id } from '../clip.ts';
import { attentionAnswer, attentionStream, errorMapAnswer, subject, sweepPoint } from '../inspect.ts';
import { started } from '../job.ts';
import { maskSpec, reconstruction } from '../model.ts';
import { base, currentModel } from './base.ts';

const frameIndex = z.number().int().min(0).max(9).default(5);

export const inspect = {
  reconstruct: base
    .input(subject.safeExtend({ modelId: currentModel, frame: frameIndex, mask: maskSpec.prefault({}) }))
    .output(reconstruction),
  /**
   * The model's input of a clip or a file: safetensors at `dataUrl`, as under `inputUrl`. An uploaded file is deleted
   * once it is read.
   */
  input: base
    .input(
      subject.safeExtend({
        /** Frames resized to this side; without it as they were prepared, 224. */ imgSize: z
          .number()
          .int()
          .min(16)
          .max(1024)
          .multipleOf(16)
          .optional(),
      }),
    )
    .output(z.object({ dataUrl: z.string(), name: z.string(), sound: z.boolean(), picture: z.boolean() })),
  /**
   * The patches that a random mask removes of a model's grids (the paper's are sound 8 x 64, picture 14 x 14): what
   * `reconstruct` would draw.
   */
  drawMask: base
    .input(
      maskSpec.extend({
        audioLength: z.number().int().min(16).max(65_536).multipleOf(16).default(1024),
        imgSize: z.number().int().min(16).max(4096).multipleOf(16).default(224),
      }),
    )
    .output(z.object({ handA: z.array(z.number().int()), handV: z.array(z.number().int()) })),
  /**
   * safetensors at `dataUrl`: frames [F,14,14] similarity of the audio embedding with visual tokens; audio [8,64] the
   * reverse.
   */
  localise: base.input(subject.safeExtend({ modelId: currentModel })).output(z.object({ dataUrl: z.string() })),
  /** Attention weights of one layer over all tokens of a clip, nothing hidden; `head` null: mean over heads. */
  attention: base
    .input(
      subject.safeExtend({
        modelId: currentModel,
        frame: frameIndex,
        stream: attentionStream.default('joint'),
        layer: z.number().int().min(0).default(0),
        head: z.number().int().min(0).nullable().default(null),
      }),
    )
    .output(attentionAnswer),
  /** Loss against mask ratio for a clip, with a shuffled partner as control. */
  sweep: base
    .input(
      subject.safeExtend({
        modelId: currentModel,
        ratios: z.array(z.number().min(0).max(1)).min(1).max(20),
        seed: z.number().int().min(0).default(0),
      }),
    )
    .output(z.array(sweepPoint)),
  /**
   * The same over the collection: means over at most `clips` clips with both sound and picture, drawn by the seed. Job
   * result: `collectionSweep`.
   */
  collectionSweep: base
    .input(
      z.object({
        modelId: currentModel,
        ratios: z.array(z.number().min(0).max(1)).min(1).max(20),
        clips: z.number().int().min(1).max(100_000).default(64),
        seed: z.number().int().min(0).default(0),
      }),
    )
    .output(started),
  /** An animated picture of the mask growing (WebP or GIF): what is left, and what the model makes of it. */
  animation: base
    .input(
      subject.safeExtend({
        modelId: currentModel,
        frame: frameIndex,
        mode: maskSpec.shape.mode.unwrap().exclude(['hand']).default('unstructured'),
        hide: z.enum(['both', 'sound', 'picture']).default('both'),
        seed: z.number().int().min(0).default(0),
        steps: z.number().int().min(2).max(60).default(20),
        format: z.enum(['webp', 'gif']).default('webp'),
      }),
    )
    .output(z.object({ dataUrl: z.string(), name: z.string() })),
  /**
   * Reconstructions of many clips on one self-contained HTML page. Job result: { clips, file }, or without `path` {
   * clips, dataUrl }.
   */
  gallery: base
    .input(
      z.object({
        clipIds: z.array(id).min(1).max(500),
        modelId: currentModel,
        frame: frameIndex,
        mask: maskSpec.prefault({}),
        path: z.string().min(1).optional(),
      }),
    )
    .output(started),
  /** Mean error per patch over `masks` masks: what the job stored for this clip and model, else computed now. */
  errorMap: base
    .input(subject.safeExtend({ modelId: currentModel, masks: z.number().int().min(1).max(32).default(8) }))
    .output(errorMapAnswer),
  /**
   * Job result: { clips }. Reconstruction error averaged over `masks` masks; fills the `error` column and keeps the
   * error per patch.
   */
  errorScores: base
    .input(z.object({ modelId: currentModel, masks: z.number().int().min(1).max(32).default(4) }))
    .output(started),
};

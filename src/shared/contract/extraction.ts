// How embeddings are computed: numbers and device, and how far the result is from float32 on the CPU.
import { z } from 'zod';

/** Of the weights of linear layers. */
export const precision = z.enum(['float32', 'int8']);
export type Precision = z.infer<typeof precision>;

export const precisionWish = z.enum(['auto', ...precision.options]);
export type PrecisionWish = z.infer<typeof precisionWish>;

/** `cpu`, or the execution provider of onnxruntime (or TensorFlow's CUDA) that runs on a GPU. */
export const device = z.enum(['cpu', 'webgpu', 'coreml', 'dml', 'cuda']);
export type Device = z.infer<typeof device>;

export const deviceWish = z.enum(['auto', 'cpu', 'gpu']);
export type DeviceWish = z.infer<typeof deviceWish>;

/**
 * A way of computing beside float32 on the CPU, over the same clips: the worst of the joint, audio and visual
 * embeddings counts.
 */
export const agreement = z.object({
  clips: z.number().int(),
  leastCosine: z.number(),
  /**
   * Share of the `neighboursEach` nearest that are the same; fewer than 24 clips are filled up with other parts of
   * them.
   */
  neighbours: z.number().nullable(),
  neighboursEach: z.number().int(),
  /** Processor time of float32 divided by that of this way; on a GPU, time by the clock. */
  timesFaster: z.number(),
});
export type Agreement = z.infer<typeof agreement>;

/**
 * What computes a model's embeddings, and why. `agreement` is null where nothing was compared: float32 on the CPU is
 * the yardstick.
 */
export const extractionChoice = z.object({ precision, device, agreement: agreement.nullable(), reason: z.string() });
export type ExtractionChoice = z.infer<typeof extractionChoice>;

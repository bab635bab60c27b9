// What decides the numbers of an embedding: model, preprocessing, precision, frames. Work of one recipe is interchangeable, wherever it
// was computed; its parts lie in one folder of a store.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { precision } from '../../shared/contract/extraction.ts';

/** Raised when decoding or preprocessing changes what the model gets, so that older parts are not taken for newer ones. */
export const preprocessingVersion = 1;

export const sharedModel = z.object({
  /** SHA-256 of the model's files; of random weights, of their description. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** What embedding sets of this model are named by in the workspace that shared it. */
  name: z.string(),
  /** `random:SIZE:SEED`, or the file's name in the store beside the hash. */
  file: z.string(),
  /** Name of a configuration that lies beside a checkpoint which carries none. */
  config: z.string().nullable(),
});
export type SharedModel = z.infer<typeof sharedModel>;

export const recipe = z.object({
  model: sharedModel,
  preprocessing: z.number().int(),
  precision,
  frames: z.number().int(),
  extraction: z.enum(['auto', 'onnx', 'tfjs']),
  device: z.enum(['cpu', 'gpu']),
});
export type Recipe = z.infer<typeof recipe>;

/** SHA-256, hexadecimal. */
export const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** 16 hex digits. Names of models and files do not count: they differ between machines. */
export const recipeId = ({ model, preprocessing, precision: numbers, frames, extraction, device }: Recipe): string =>
  digest(JSON.stringify([model.hash, preprocessing, numbers, frames, extraction, device])).slice(0, 16);

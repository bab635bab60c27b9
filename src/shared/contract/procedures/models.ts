// Checkpoints: list, add, download, export.
import { z } from 'zod';
import { started } from '../job.ts';
import { model } from '../model.ts';
import { base, none, ok } from './base.ts';

export const models = {
  list: base.input(none).output(z.array(model)),
  add: base.input(z.object({ path: z.string().min(1), name: z.string().optional() })).output(model),
  remove: base.input(z.object({ modelId: z.string() })).output(ok),
  download: base.input(z.object({ modelId: z.string() })).output(started),
  export: base
    .input(
      z.object({
        modelId: z.string(),
        path: z.string().min(1),
        format: z.enum(['safetensors', 'pth', 'onnx-encoder', 'onnx-autoencoder', 'onnx-classifier']),
        mode: z.enum(['multimodal', 'audioonly', 'videoonly', 'missingaudioonly', 'missingvideoonly']).optional(),
      }),
    )
    .output(z.object({ files: z.array(z.string()) })),
};

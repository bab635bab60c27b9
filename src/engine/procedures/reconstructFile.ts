// A reconstruction of a file that is not in the collection; nothing of it is kept.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { MaskSpec } from '../../shared/contract/model.ts';
import { resolveModel } from '../checkpoint/catalogue.ts';
import type { EngineContext } from './engineContext.ts';
import type { ReconstructedArrays } from './reconstructionFiles.ts';

export interface FileReconstruction { audio: ReconstructedArrays | null; frame: ReconstructedArrays | null; lossA: number | null; lossV: number | null; perPatchStatistics: boolean }

/** @throws NOT_FOUND, DECODE_FAILED with the path, CHECKPOINT_MISMATCH for a model without a decoder */
export async function reconstructFile(context: EngineContext, { file, modelId, frame, mask }: { file: string; modelId: string; frame: number; mask: MaskSpec }): Promise<FileReconstruction> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-'));
  try {
    const input = path.join(folder, 'input.safetensors');
    await context.media.calls.prepare({ path: file, inputPath: input, thumbnailPath: null });
    const { a, v, perPatchStatistics } = await context.compute.calls.reconstruct({ model: resolveModel(context.workspace, modelId), input, frame, mask });
    return { audio: a, frame: v, lossA: a?.loss ?? null, lossV: v?.loss ?? null, perPatchStatistics };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// A model of the catalogue → files others can use.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel } from './loadModel.ts';
import { exportOnnx } from './onnx/exportOnnx.ts';
import { saveCheckpoint } from './saveCheckpoint.ts';
import { decodeRecord } from './checkpointRecord.ts';

export type ModelFormat = 'safetensors' | 'onnx-encoder' | 'onnx-autoencoder';
const names: Record<ModelFormat, string> = { safetensors: 'model.safetensors', 'onnx-encoder': 'encoder.onnx', 'onnx-autoencoder': 'autoencoder.onnx' };

/**
 * @param resolved what `resolveModel` gives
 * @param path a file to write, or a folder that is there
 * @returns the files written
 */
export async function exportModel(resolved: string, path: string, format: ModelFormat): Promise<string[]> {
  const isFolder = await stat(path).then((info) => info.isDirectory(), () => false);
  const file = isFolder ? join(path, names[format]) : path;
  const checkpoint = await loadModel(resolved);
  if (format === 'safetensors') {
    const { classes, parent, trained } = decodeRecord(checkpoint.metadata);
    await saveCheckpoint(file, { ...checkpoint, classes, parent, trained: trained ?? true, tensors: checkpoint.tensors, metadata: checkpoint.metadata });
  } else {
    await exportOnnx(file, checkpoint, { graph: format === 'onnx-encoder' ? 'encoder' : 'autoencoder' });
  }
  return [file];
}

// A model of the catalogue → files others can use.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ClassifierMode } from '../../shared/contract/modes.ts';
import { EngineError } from '../../shared/engineError.ts';
import { loadModel } from './loadModel.ts';
import { exportOnnx } from './onnx/exportOnnx.ts';
import { saveCheckpoint } from './saveCheckpoint.ts';
import { decodeRecord } from './checkpointRecord.ts';

export type ModelFormat = 'safetensors' | 'pth' | 'onnx-encoder' | 'onnx-autoencoder' | 'onnx-classifier';
const names: Record<ModelFormat, string> = {
  safetensors: 'model.safetensors',
  pth: 'model.pth',
  'onnx-encoder': 'encoder.onnx',
  'onnx-autoencoder': 'autoencoder.onnx',
  'onnx-classifier': 'classifier.onnx',
};

/**
 * @param resolved what `resolveModel` gives
 * @param path a file to write, or a folder: one that is there, or a name without an extension
 * @param mode of a classifier's graph
 * @returns the files written
 * @throws EngineError as `loadModel` and `exportOnnx`; BAD_INPUT when the file's name tells another format
 */
export async function exportModel(
  resolved: string,
  path: string,
  format: ModelFormat,
  mode: ClassifierMode = 'multimodal',
): Promise<string[]> {
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => extname(path) === '',
  );
  const file = isFolder ? join(path, names[format]) : path;
  if (extname(file).toLowerCase() !== extname(names[format]))
    throw new EngineError('BAD_INPUT', `${file} should end in ${extname(names[format])} for format ${format}`, {
      path: file,
    });
  const checkpoint = await loadModel(resolved);
  await forgetUnfinished(file);
  if (isFolder) await mkdir(path, { recursive: true });
  if (format === 'safetensors' || format === 'pth') {
    const { classes, parent, trained } = decodeRecord(checkpoint.metadata);
    await saveCheckpoint(file, {
      ...checkpoint,
      classes,
      parent,
      trained: trained ?? true,
      tensors: checkpoint.tensors,
      metadata: checkpoint.metadata,
    });
  } else {
    await exportOnnx(
      file,
      checkpoint,
      format === 'onnx-classifier'
        ? { graph: 'classifier', mode }
        : { graph: format === 'onnx-encoder' ? 'encoder' : 'autoencoder' },
    );
  }
  return [file];
}

/** Removes what a killed export of the same file left beside it. */
async function forgetUnfinished(file: string): Promise<void> {
  const folder = dirname(file);
  const own = basename(file);
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(`${own}.`) && /^[0-9a-f]{8}\.part$/.test(name.slice(own.length + 1)))
      await rm(join(folder, name), { force: true });
}

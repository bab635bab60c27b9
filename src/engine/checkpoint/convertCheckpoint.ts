// From any checkpoint we read to one we write: .pth ↔ .safetensors tensor by tensor, and out to .onnx.
import { extname } from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import { framesOfWindow } from '../../shared/signal/patchGrid.ts';
import { gridA, tokensA, type CavMaeConfig } from '../model/config.ts';
import { parameterShapes } from '../model/parameterShapes.ts';
import { resamplePositions } from '../model/resamplePositions.ts';
import { decodeRecord, encodeRecord, type CheckpointRecord } from './checkpointRecord.ts';
import { configOfFile } from './configOfFile.ts';
import { finiteTensor, kindOf, loadCheckpoint } from './loadCheckpoint.ts';
import { openCheckpoint, type OpenCheckpoint } from './openCheckpoint.ts';
import { exportOnnx } from './onnx/exportOnnx.ts';
import { isVisionMae } from './visionMae.ts';
import { writePth } from './torch/writePth.ts';
import { writeSafetensors, type TensorToWrite } from './writeSafetensors.ts';

export interface ConversionOptions extends Partial<Pick<CheckpointRecord, 'classes' | 'parent' | 'trained'>> {
  /** What is known of the configuration beyond the file, such as `normPixLoss`. */
  config?: Partial<CavMaeConfig>;
  half?: boolean;
  /** Another length of sound that the model hears: its positions are resampled on their grid. */
  windowS?: number;
  /** Names of tensors to leave out. */
  drop?: readonly string[];
  /** Further metadata of a .safetensors file. */
  metadata?: Record<string, string>;
}

/** @throws EngineError BAD_INPUT for a window that no model can hear */
function withWindow(config: CavMaeConfig, windowS: number | undefined): CavMaeConfig {
  if (windowS === undefined) return config;
  const audioLength = framesOfWindow(windowS);
  if (!(audioLength >= 16 && audioLength <= 4096))
    throw new EngineError('BAD_INPUT', `a model cannot hear a window of ${windowS} s: 0.2 to 40 s are possible`, {
      field: 'window',
    });
  return { ...config, audioLength };
}

async function sourceOf(
  path: string,
  file: OpenCheckpoint,
  known: Partial<CavMaeConfig>,
  windowS: number | undefined,
): Promise<{ tensors: TensorToWrite[]; metadata: Record<string, string> }> {
  const names = new Set(file.entries.map(({ name }) => name));
  if (isVisionMae((name) => names.has(name))) {
    const { tensors, metadata } = await loadCheckpoint(path);
    return { tensors: [...tensors].map(([name, { shape, data }]) => ({ name, shape, read: () => data })), metadata };
  }
  const { classes, parent, trained } = decodeRecord(file.metadata);
  const own = await configOfFile(file, known);
  const config = withWindow(own, windowS);
  const kind = kindOf((name) => names.has(name));
  const labelDim = file.entries.find(({ name }) => name === 'mlp_head.1.weight')?.shape[0];
  // In the order of a torch state_dict; what the model does not know comes last.
  const order = new Map([...parameterShapes(config, kind, labelDim).keys()].map((name, i) => [name, i]));
  const entries = [...file.entries].sort(
    (a, b) => (order.get(a.name) ?? Infinity) - (order.get(b.name) ?? Infinity) || 0,
  );
  const tensors = entries.map((entry): TensorToWrite => {
    const read = async () => (await finiteTensor(file.source, entry)).data;
    if (!entry.name.endsWith('pos_embed_a') || config.audioLength === own.audioLength)
      return { name: entry.name, shape: entry.shape, read };
    return {
      name: entry.name,
      shape: [1, tokensA(config), entry.shape[2]!],
      read: async () => resamplePositions(await read(), gridA(own), gridA(config), false),
    };
  });
  return {
    tensors,
    metadata: { ...file.metadata, ...encodeRecord({ kind, config, classes, parent, trained: trained ?? true }) },
  };
}

/**
 * @param to its extension tells the format: .safetensors (with configuration, classes and parent), .pth (the same, in a
 * record that torch.load passes over), .onnx (the
 *   classifier of a finetuned checkpoint, else the encoder)
 * @throws EngineError BAD_INPUT, CHECKPOINT_MISMATCH (see `loadCheckpoint`), DISK_FULL; an existing file at `to` then
 * stays as it was
 */
export async function convertCheckpoint(from: string, to: string, options: ConversionOptions = {}): Promise<void> {
  const format = extname(to).toLowerCase();
  if (format === '.onnx') return exportOnnx(to, await loadCheckpoint(from));
  if (format !== '.safetensors' && format !== '.pth')
    throw new EngineError('BAD_INPUT', `${to}: a checkpoint is written as .safetensors, .pth or .onnx`, { path: to });
  const { half = false, classes, parent, trained, metadata = {} } = options;
  const file = await openCheckpoint(from);
  try {
    const { tensors: all, metadata: own } = await sourceOf(from, file, options.config ?? {}, options.windowS);
    const tensors = all.filter(({ name }) => !options.drop?.includes(name));
    const said = {
      ...own,
      ...(classes && { classes: JSON.stringify(classes) }),
      ...(parent && { parent }),
      ...(trained !== undefined && { trained: String(trained) }),
      ...metadata,
    };
    await (format === '.pth' ? writePth(to, tensors, said, half) : writeSafetensors(to, tensors, said, half));
  } finally {
    await file.source.close();
  }
}

// Embeddings of the AV-digits clips for the queue simulator, computed once for each model and kept beside the prepared
// inputs.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { principalAxes, projectOnAxes } from '../../src/engine/exploration/layout/principalAxes.ts';
import { nodeAvDecoder } from '../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import type { TrainingClip } from '../../src/engine/training/data/inputCache.ts';
import { openTrainable } from '../../src/engine/training/pretrainTask.ts';
import { prepareClip } from '../../src/engine/workers/prepareClip.ts';
import { readClipInput } from '../../src/engine/workers/readClipInput.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/shared/wire/safetensors.ts';
import { embedAll, handMade, type Features } from './avDigitsFeatures.ts';

/** What an untrained model sees of three-second clips: the sizes that the AV-digits bench trains with. */
const untrained = {
  size: 'small',
  variant: 'cav-mae',
  config: { audioLength: 304, imgSize: 112 },
  seed: 1001,
} as const;
const mostNumbers = 192;
const spaces = ['audio', 'visual', 'both'] as const;

/** `model`: a checkpoint file, `random` (untrained weights) or `hand-made` (statistics without a model). Labels are class numbers by name. */
export async function avDigitsEmbeddings({
  data,
  model,
  inputs,
  log,
}: {
  data: string;
  model: string;
  inputs: string;
  log: (text: string) => void;
}): Promise<{ features: Features; labels: number[] }> {
  const rows = readFileSync(join(data, 'labels.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',') as [string, string]);
  const classes = [...new Set(rows.map(([, label]) => label))].toSorted();
  const labels = rows.map(([, label]) => classes.indexOf(label));
  mkdirSync(inputs, { recursive: true });
  await startBackend();
  const isFile = model !== 'random' && model !== 'hand-made';
  const kept = join(
    inputs,
    `embeddings-${isFile ? `${basename(model)}-${Math.round(statSync(model).mtimeMs)}` : model}.safetensors`,
  );
  if (existsSync(kept)) {
    const { tensors } = decodeSafetensors(readFileSync(kept));
    return {
      labels,
      features: await reduced(
        Object.fromEntries(
          spaces.map((space) => [
            space,
            { dim: tensors[space]!.shape[1]!, rows: tensors[space]!.data as Float32Array },
          ]),
        ) as Features,
      ),
    };
  }
  const clips: TrainingClip[] = rows.map(([file], i) => ({
    clipId: i + 1,
    path: join(inputs, `${file}.safetensors`),
    source: i,
    name: file,
  }));
  log(`preparing ${clips.length} clips`);
  for (const [i, [file]] of rows.entries()) {
    if (existsSync(clips[i]!.path)) continue;
    const media = existsSync(join(data, file)) ? join(data, file) : join(data, 'clips', file);
    await prepareClip(nodeAvDecoder, { path: media, inputPath: clips[i]!.path, thumbnailPath: null });
  }
  log(`embedding with ${model}`);
  const features =
    model === 'hand-made'
      ? await handMade(clips, readClipInput)
      : await embedAll(await openTrainable({ ...untrained, model: isFile ? model : null }), clips, readClipInput);
  writeFileSync(
    kept,
    encodeSafetensors(
      Object.fromEntries(
        spaces.map((space) => [space, { shape: [clips.length, features[space].dim], data: features[space].rows }]),
      ),
      {},
    ),
  );
  return { features: await reduced(features), labels };
}

/**
 * More numbers a clip than a small model gives are brought onto as many principal axes: heads are then as quick to fit.
 */
async function reduced(features: Features): Promise<Features> {
  const parts = await Promise.all(
    Object.entries(features).map(async ([space, { dim, rows }]): Promise<[string, Features['both']]> => {
      if (dim <= mostNumbers) return [space, { dim, rows }];
      const count = rows.length / dim;
      const scaled = standardised(rows, dim);
      const axes = await principalAxes(scaled, count, dim, mostNumbers);
      return [space, { dim: axes.count, rows: await projectOnAxes(scaled, count, dim, axes) }];
    }),
  );
  return Object.fromEntries(parts) as Features;
}

/** Every number with mean 0 and deviation 1 over the clips: sound and picture count alike. */
function standardised(rows: Float32Array, dim: number): Float32Array {
  const count = rows.length / dim;
  const [mean, square] = [new Float64Array(dim), new Float64Array(dim)];
  rows.forEach((x, i) => (mean[i % dim]! += x / count));
  rows.forEach((x, i) => (square[i % dim]! += (x - mean[i % dim]!) ** 2 / count));
  return rows.map((x, i) => (x - mean[i % dim]!) / Math.max(1e-6, Math.sqrt(square[i % dim]!)));
}

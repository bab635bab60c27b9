// A pretraining in a process of its own, to be killed: node pretrainProcess.ts FOLDER. Prints a line per step; writes
// FOLDER/model.safetensors.
import { join } from 'node:path';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import type { ClipInput } from '../../src/engine/inference/clipInput.ts';
import { pretrainPreset } from '../../src/engine/training/presets/presets.ts';
import { runPretrain } from '../../src/engine/training/pretrainTask.ts';
import { Random } from '../../src/engine/training/random.ts';

const folder = process.argv[2]!;
const imgSize = 64;

/** A made-up clip, the same for the same number. */
function clip(n: number): ClipInput {
  const random = new Random(n + 1);
  return {
    fbank: Float32Array.from({ length: 96 * 128 }, () => 4 * random.normal() - 5),
    frames: {
      data: Uint8Array.from({ length: 3 * imgSize * imgSize * 3 }, () => random.integer(0, 256)),
      count: 3,
      size: imgSize,
    },
  };
}

await startBackend();
await runPretrain(
  {
    model: null,
    size: 'tiny',
    variant: 'cav-mae',
    config: { audioLength: 128, imgSize, embedDim: 32, decoderEmbedDim: 16 },
    values: {
      ...pretrainPreset('small').values,
      batchSize: 4,
      epochs: 6,
      warmupSteps: 3,
      checkpointEvery: 2,
      heldOutShare: 0.2,
    },
    seed: 3,
    clips: Array.from({ length: 15 }, (_, i) => ({ clipId: i + 1, path: String(i), source: i, name: `clip ${i}` })),
    microBatch: 2,
    checkpointBlocks: false,
    folder,
    file: join(folder, 'model.safetensors'),
    name: 'resumed',
    parent: null,
    cacheBytes: 1e6,
  },
  {
    readInput: async (path) => clip(Number(path)),
    onPoint: ({ step, loss }) => void process.stdout.write(`${step} ${loss}\n`),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  },
);

// Makes the small model that ships, from nothing but this repository: renders a pretraining set of the demo's families with another
// seed (no clip of the demo collection is in it), pretrains, and writes resources/models/shipped.safetensors with its log beside it.
//
//   npm run shipped-model -- FOLDER [--per-class 160] [--steps 6000] [--batch 32] [--rate 7e-4] [--contrast 1]
//
// FOLDER holds the rendered clips, their inputs and the run's state; killed and called again, it goes on where it was.
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '../src/engine/backend/startBackend.ts';
import { loadCheckpoint } from '../src/engine/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../src/engine/checkpoint/saveCheckpoint.ts';
import { families } from '../src/engine/demo/families.ts';
import { makeDemo } from '../src/engine/demo/makeDemo.ts';
import { nodeAvDecoder as decoder } from '../src/engine/media/nodeAv/nodeAvDecoder.ts';
import { sizes } from '../src/engine/model/config.ts';
import type { TrainingClip } from '../src/engine/training/data/inputCache.ts';
import type { PretrainValues } from '../src/engine/training/presets/preset.ts';
import { pretrainPreset } from '../src/engine/training/presets/presets.ts';
import { runPretrain } from '../src/engine/training/pretrainTask.ts';
import { prepareClip } from '../src/engine/workers/prepareClip.ts';
import { readClipInput } from '../src/engine/workers/readClipInput.ts';

const { positionals, values: given } = parseArgs({
  allowPositionals: true,
  options: {
    'per-class': { type: 'string', default: '160' },
    steps: { type: 'string', default: '6000' },
    batch: { type: 'string', default: '32' },
    rate: { type: 'string', default: '7e-4' },
    contrast: { type: 'string', default: '1' },
  },
});
if (positionals.length !== 1) throw new Error('usage: npm run shipped-model -- FOLDER [--per-class N] [--steps N]');
const folder = resolve(positionals[0]!);
const perClass = Number(given['per-class']);
const steps = Number(given.steps);

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)}  ${text}`);

say(`rendering ${perClass * families.length} clips`);
const { files } = await makeDemo(
  { folder: join(folder, 'clips'), to: perClass * families.length, seed: 'pretrain' },
  {
    onProgress: ({ done, total }) => {
      if (done % 100 === 0) say(`  ${done} of ${total}`);
    },
  },
);

say('decoding');
const inputs = join(folder, 'inputs');
await mkdir(inputs, { recursive: true });
const clips: TrainingClip[] = [];
for (const [index, { path }] of files.entries()) {
  const inputPath = join(inputs, `${basename(path, '.mp4')}.safetensors`);
  await prepareClip(decoder, { path, inputPath, thumbnailPath: null });
  clips.push({ clipId: index + 1, path: inputPath, source: index + 1, name: basename(path) });
}

const values: PretrainValues = {
  ...pretrainPreset('small').values,
  batchSize: Number(given.batch),
  learningRate: Number(given.rate),
  contrastLossWeight: Number(given.contrast),
  heldOutShare: 0.05,
  checkpointEvery: 100,
};
const run = join(folder, 'run');
await mkdir(run, { recursive: true });
const log = createWriteStream(join(run, 'log.jsonl'), { flags: 'a' });
await startBackend();
say(`pretraining: ${steps} steps of ${values.batchSize} clips`);
const began = Date.now();
const file = join(run, 'trained.safetensors');
const outcome = await runPretrain(
  {
    // Patches are not normalised: the workbench can then paint true pixels, also where a modality is hidden wholly.
    model: null,
    size: 'small',
    variant: 'cav-mae',
    config: { normPixLoss: false },
    values,
    seed: 1,
    steps,
    clips,
    microBatch: values.batchSize,
    checkpointBlocks: false,
    folder: run,
    file,
    name: 'Small CAV-MAE',
    parent: null,
    cacheBytes: 8e9,
  },
  {
    readInput: readClipInput,
    onPoint: (point) => {
      log.write(`${JSON.stringify({ ...point, seconds: Math.round((Date.now() - began) / 1000) })}\n`);
      if (point.step % 50 === 0 || point.valLoss !== undefined)
        say(`  ${point.step}/${steps} ${JSON.stringify(point)}`);
    },
    breathe: () =>
      new Promise((done) => {
        setImmediate(done);
      }),
  },
);

const checkpoint = await loadCheckpoint(file);
const target = join(import.meta.dirname, '..', 'resources', 'models');
await mkdir(target, { recursive: true });
const shipped = join(target, 'shipped.safetensors');
await saveCheckpoint(`${shipped}.part`, {
  kind: 'cavmae',
  config: { ...sizes.small, normPixLoss: false },
  tensors: checkpoint.tensors,
  trained: true,
  half: true,
  metadata: {
    name: 'Small CAV-MAE',
    purpose: `Drawn and synthesised events: pretrained by this repository on ${outcome.trainCount} clips, ${outcome.steps} steps.`,
    source: 'npm run shipped-model',
  },
});
await rename(`${shipped}.part`, shipped);
await copyFile(join(run, 'log.jsonl'), join(target, 'shipped.log.jsonl'));
await writeFile(
  join(target, 'shipped.json'),
  `${JSON.stringify({ command: `npm run shipped-model -- FOLDER --per-class ${perClass} --steps ${steps} --batch ${values.batchSize} --rate ${values.learningRate} --contrast ${values.contrastLossWeight}`, trained: outcome.trainCount, heldOut: outcome.heldOut, steps: outcome.steps, bytes: (await stat(shipped)).size, values, losses: outcome.losses, retrievalHeldOut: outcome.retrieval }, null, 2)}\n`,
);
say(`wrote ${shipped}`);

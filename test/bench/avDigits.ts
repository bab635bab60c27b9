// AV-digits (issue "training", point 6): a small CAV-MAE pretrained on all clips without labels, then linear heads on 1, 5, 10 and all
// labels a class, beside a randomly initialised model and hand-made statistics; retrieval between sound and picture by class.
//
//   node test/bench/avDigits.ts --data FOLDER --work FOLDER [--minutes 90] [--steps N] [--clips N] [--draws 5] [--seed 1]
//
// FOLDER of data: clips/*.mp4 and labels.csv (file, label). Everything made lies in the work folder; killed, it goes on where it was.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { loadCheckpoint } from '../../src/engine/checkpoint/loadCheckpoint.ts';
import { nodeAvDecoder } from '../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import { configOfCheckpoint } from '../../src/engine/model/configOfCheckpoint.ts';
import { loadParameters } from '../../src/engine/model/loadParameters.ts';
import type { CavMaeConfig } from '../../src/engine/model/config.ts';
import type { TrainingClip } from '../../src/engine/training/data/inputCache.ts';
import { pretrainPreset } from '../../src/engine/training/presets/presets.ts';
import { openTrainable, runPretrain, type PretrainRequest } from '../../src/engine/training/pretrainTask.ts';
import { prepareClip } from '../../src/engine/workers/prepareClip.ts';
import { readClipInput } from '../../src/engine/workers/readClipInput.ts';
import { embedAll, handMade, type Features } from './avDigitsFeatures.ts';
import { classRetrieval, headAccuracies } from './avDigitsScores.ts';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    work: { type: 'string' },
    minutes: { type: 'string', default: '90' },
    steps: { type: 'string' },
    clips: { type: 'string' },
    draws: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    values: { type: 'string', default: '{}' },
    config: { type: 'string', default: '{}' },
  },
});
if (!args.data || !args.work)
  throw new Error(
    'usage: node test/bench/avDigits.ts --data FOLDER --work FOLDER [--minutes 90] [--steps N] [--clips N]',
  );
const { data, work } = args;
const seed = Number(args.seed);
const log = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
mkdirSync(join(work, 'inputs'), { recursive: true });

const rows = readFileSync(join(data, 'labels.csv'), 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(',') as [string, string])
  .slice(0, args.clips ? Number(args.clips) : undefined);
const classes = [...new Set(rows.map(([, label]) => label))].toSorted();
const labels = rows.map(([, label]) => classes.indexOf(label));
const clips: TrainingClip[] = rows.map(([file], i) => ({
  clipId: i + 1,
  path: join(work, 'inputs', `${file}.safetensors`),
  source: i,
  name: file,
}));

log(`preparing ${clips.length} clips`);
for (const [i, [file]] of rows.entries()) {
  const media = existsSync(join(data, file)) ? join(data, file) : join(data, 'clips', file);
  if (!existsSync(clips[i]!.path))
    await prepareClip(nodeAvDecoder, { path: media, inputPath: clips[i]!.path, thumbnailPath: null });
  if ((i + 1) % 200 === 0) log(`  ${i + 1}`);
}
await startBackend();

/**
 * Three seconds of sound are 298 frames; digits are read at half the paper's picture size. Narrower and shallower than
 * the size
 * `small`, for more steps in the same time.
 */
const digitConfig: Partial<CavMaeConfig> = {
  audioLength: 304,
  imgSize: 112,
  embedDim: 128,
  specificDepth: 2,
  numHeads: 4,
  decoderEmbedDim: 64,
  decoderDepth: 1,
};
const base: Omit<PretrainRequest, 'values' | 'steps' | 'folder' | 'file' | 'clips'> = {
  model: null,
  size: 'small',
  variant: 'cav-mae',
  config: { ...digitConfig, ...(JSON.parse(args.config) as object) },
  seed,
  microBatch: 64,
  checkpointBlocks: false,
  name: 'AV-digits',
  parent: null,
  cacheBytes: 3 * 2 ** 30,
};
const preset = { ...pretrainPreset('contrast-first').values, heldOutShare: 0, ...(JSON.parse(args.values) as object) };
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const tools = { readInput: readClipInput, breathe };

/** How many steps the time allows, measured once and written down, so that a resumed run has the same schedule. */
async function plannedSteps(): Promise<number> {
  if (args.steps) return Number(args.steps);
  const file = join(work, 'steps.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as number;
  const trial = join(work, 'trial');
  mkdirSync(trial, { recursive: true });
  const times: number[] = [];
  await runPretrain(
    {
      ...base,
      values: { ...preset, checkpointEvery: 1000 },
      steps: 12,
      clips,
      folder: trial,
      file: join(trial, 'model.safetensors'),
    },
    { ...tools, onPoint: () => void times.push(performance.now()) },
  );
  const perStep = (times.at(-2)! - times[2]!) / (times.length - 4);
  const steps = Math.max(100, Math.floor((Number(args.minutes) * 60_000) / perStep));
  log(`${(perStep / 1000).toFixed(2)} s a step: ${steps} steps in ${args.minutes} min`);
  writeFileSync(file, JSON.stringify(steps));
  return steps;
}

const modelFile = join(work, 'model.safetensors');
const run = join(work, 'run');
mkdirSync(run, { recursive: true });
const steps = await plannedSteps();
const startedAt = performance.now();
let shown = 0;
const { losses } = await runPretrain(
  { ...base, values: preset, steps, clips, folder: run, file: modelFile },
  {
    ...tools,
    onPoint: (p) => {
      if (performance.now() - shown < 20_000) return;
      shown = performance.now();
      log(
        `step ${p.step}/${steps} loss ${p.loss?.toFixed(3)} audio ${p.lossA?.toFixed(3)} visual ${p.lossV?.toFixed(3)} contrastive ${p.lossC?.toFixed(3)} c_acc ${p.cAcc?.toFixed(2)}`,
      );
    },
  },
);
const pretrainMinutes = (performance.now() - startedAt) / 60_000;

log('embedding');
const checkpoint = await loadCheckpoint(modelFile);
const config = configOfCheckpoint(checkpoint.tensors, checkpoint.config);
const trained = { config, parameters: loadParameters(config, 'cavmae', checkpoint.tensors) };
const random = await openTrainable({ ...base, seed: seed + 1000 });
const sets: Record<string, Features> = {
  pretrained: await embedAll(trained, clips, readClipInput),
  'random init': await embedAll(random, clips, readClipInput),
  'hand-made': await handMade(clips, readClipInput),
};

const report: Record<string, unknown> = {
  clips: clips.length,
  steps,
  pretrainMinutes: Number(pretrainMinutes.toFixed(1)),
  losses,
  draws: Number(args.draws),
};
for (const [name, features] of Object.entries(sets)) {
  log(`heads on ${name}`);
  report[name] = await headAccuracies(features, labels, classes.length, {
    draws: Number(args.draws),
    perClass: [1, 5, 10, Infinity],
    seed,
  });
}
report.retrieval = {
  trained: classRetrieval(sets.pretrained!, labels),
  random: classRetrieval(sets['random init']!, labels),
  chance: 1 / classes.length,
};
writeFileSync(join(work, 'report.json'), JSON.stringify(report, null, 2));
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

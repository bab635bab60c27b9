// One optimiser step of pretraining: inputs made ready, losses and gradients, Adam; and whether memory stays flat over many.
//
//   node test/bench/trainStep.ts [size=small] [batch=16] [rounds=5] [pixels=224] [frames=1024] [part=batch]
//
// `part`: clips whose gradients are computed together. Inputs are noise: the time does not depend on what is in them. The paper's
// masks, losses and augmentation. The time of a step is the least of the rounds, by the clock and by processor; memory is that of the
// process after the first and the last.
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import type { ClipInput } from '../../src/engine/inference/clipInput.ts';
import { drawMasks, paperOptions } from '../../src/engine/model/cavMae.ts';
import { configOfSize, type CavMaeConfig } from '../../src/engine/model/config.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { createParameters } from '../../src/engine/model/loadParameters.ts';
import { pretrainGradients } from '../../src/engine/training/pretrainGradients.ts';
import { Adam } from '../../src/engine/training/optimiser/adam.ts';
import { makeBatch, plainBatch } from '../../src/engine/training/data/makeBatch.ts';
import { pretrainable } from '../../src/engine/training/pretrain.ts';
import { Random } from '../../src/engine/training/random.ts';
import { benchArguments, report, rounded } from './report.ts';

const [size = 'small', ...numbers] = benchArguments;
const [batch = 16, rounds = 5, imgSize = 224, audioLength = 1024, micro = batch] = numbers.map(Number);
const config: CavMaeConfig = { ...configOfSize(size), imgSize, audioLength };
const random = new Random(1);
const clip = (): ClipInput => ({
  fbank: Float32Array.from({ length: audioLength * 128 }, () => random.normal()),
  frames: { data: Uint8Array.from({ length: 224 * 224 * 3 }, () => random.integer(0, 256)), count: 1, size: 224 },
});
const clips = Array.from({ length: batch }, clip);
const names = clips.map((_, i) => `clip ${i}`);

const { backend } = await startBackend();
const model: Model = { config, parameters: createParameters(config, 'cavmae', 1) };
const trainable = pretrainable(model);
const adam = new Adam(
  model.parameters.entries().filter(([name]) => trainable.includes(name)),
  { weightDecay: 5e-7 },
);
const options = { ...plainBatch, noise: true, jitter: true, colourJitter: true, randomFrame: true };

type Time = { wallS: number; cpuS: number };
const measured = <T>(work: () => T, into: Time[]): T => {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(used);
  into.push({ wallS: (performance.now() - start) / 1000, cpuS: (user + system) / 1e6 });
  return result;
};
const times: Record<'inputs' | 'gradients' | 'Adam', Time[]> = { inputs: [], gradients: [], Adam: [] };
const resident: number[] = [];
for (let round = 0; round < rounds; round++) {
  const inputs = measured(() => makeBatch(clips, names, config, options, random), times.inputs);
  const masks = drawMasks(config, {}, batch, round);
  const { gradients } = measured(
    () => pretrainGradients(model, trainable, inputs, masks, paperOptions, micro),
    times.gradients,
  );
  tf.dispose([inputs.audio!, inputs.image!]);
  measured(() => adam.apply(gradients, 1e-4), times.Adam);
  resident.push(process.memoryUsage.rss() / 2 ** 20);
}
const best = (list: Time[], of: keyof Time) => rounded(Math.min(...list.map((time) => time[of])), 3);
const rows = Object.fromEntries(
  Object.entries(times).map(([name, list]) => [
    name,
    { wallS: best(list, 'wallS'), cpuS: best(list, 'cpuS'), memoryMiB: null as number | null },
  ]),
);
rows.step = {
  wallS: rounded(
    Object.values(rows).reduce((sum, row) => sum + row.wallS, 0),
    3,
  ),
  cpuS: rounded(
    Object.values(rows).reduce((sum, row) => sum + row.cpuS, 0),
    3,
  ),
  memoryMiB: rounded(resident.at(-1)!, 0),
};
report(
  `pretraining step, ${size}, ${batch} clips${micro < batch ? ` in parts of ${micro}` : ''} of ${audioLength} frames and ${imgSize} px, ${backend}, least of ${rounds}; memory after the first ${rounded(resident[0]!, 0)} MiB, tensors ${tf.memory().numTensors}`,
  rows,
);

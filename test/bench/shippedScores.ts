// What the small model that ships has learnt (issue "training", point 5): the demo collection, none of which it was trained on, embedded by it,
// by the same model with random weights, and by hand-made statistics. Few-label heads, retrieval of the exact partner, and neighbours of one class.
//
//   node test/bench/shippedScores.ts --work FOLDER [--model FILE] [--clips 336] [--draws 5]
//
// The work folder holds the rendered clips and their inputs; called again, only the scores are new.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { loadCheckpoint } from '../../src/engine/checkpoint/loadCheckpoint.ts';
import { families } from '../../src/engine/demo/families.ts';
import { demoClipCount, makeDemo } from '../../src/engine/demo/makeDemo.ts';
import { neighbourGraph } from '../../src/engine/exploration/neighbours/neighbourGraph.ts';
import { umap } from '../../src/engine/exploration/layout/umap.ts';
import { nodeAvDecoder } from '../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import { configOfCheckpoint } from '../../src/engine/model/configOfCheckpoint.ts';
import { createParameters, loadParameters } from '../../src/engine/model/loadParameters.ts';
import type { TrainingClip } from '../../src/engine/training/data/inputCache.ts';
import { cosineMatrix, retrievalScore } from '../../src/engine/training/metrics/retrieval.ts';
import { prepareClip } from '../../src/engine/workers/prepareClip.ts';
import { readClipInput } from '../../src/engine/workers/readClipInput.ts';
import { embedAll, handMade, type Features } from './avDigitsFeatures.ts';
import { classRetrieval, headAccuracies } from './avDigitsScores.ts';

const { values: args } = parseArgs({
  options: {
    work: { type: 'string' },
    model: { type: 'string', default: join(import.meta.dirname, '../../resources/models/shipped.safetensors') },
    clips: { type: 'string', default: String(demoClipCount) },
    draws: { type: 'string', default: '5' },
  },
});
if (!args.work) throw new Error('usage: node test/bench/shippedScores.ts --work FOLDER [--model FILE] [--clips N]');
const log = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const inputs = join(args.work, 'inputs');
mkdirSync(inputs, { recursive: true });

log('rendering and decoding the demo collection');
const { files } = await makeDemo({ folder: join(args.work, 'clips'), to: Number(args.clips), seed: 'demo' });
const labels = files.map(({ className }) => families.findIndex(({ name }) => name === className));
const clips: TrainingClip[] = files.map(({ path }, i) => ({
  clipId: i + 1,
  path: join(inputs, `${basename(path)}.safetensors`),
  source: i,
  name: basename(path),
}));
for (const [i, clip] of clips.entries())
  if (!existsSync(clip.path))
    await prepareClip(nodeAvDecoder, { path: files[i]!.path, inputPath: clip.path, thumbnailPath: null });

/** Share of a point's ten nearest others that are of its class, over all points. */
async function sameClassNeighbours(rows: Float32Array, dim: number): Promise<number> {
  const { indices, k } = await neighbourGraph(rows, labels.length, dim, 10);
  let same = 0;
  labels.forEach((label, i) =>
    indices.subarray(i * k, (i + 1) * k).forEach((j) => (same += Number(labels[j] === label))),
  );
  return Number((same / (labels.length * 10)).toFixed(3));
}

async function map(rows: Float32Array, dim: number): Promise<Float32Array> {
  return umap(
    { reduced: rows, rows: labels.length, dim, neighbours: () => neighbourGraph(rows, labels.length, dim, 14) },
    { minDist: 0.1, seed: 1 },
    () => undefined,
  );
}

const unit = (rows: Float32Array, dim: number): Float32Array =>
  rows.map((x, i) => {
    const at = i - (i % dim);
    return x / Math.hypot(...rows.subarray(at, at + dim));
  });

function partners({ audio, visual }: Features): Record<string, Record<string, number>> {
  const similarity = cosineMatrix(audio.rows, visual.rows, audio.dim);
  return Object.fromEntries(
    [
      ['a2v', false],
      ['v2a', true],
    ].map(([name, transposed]) => {
      const { r1, r5, r10, medianRank } = retrievalScore(similarity, labels.length, transposed as boolean);
      return [name, { r1, r5, r10, medianRank }];
    }),
  );
}

await startBackend();
const checkpoint = await loadCheckpoint(args.model);
const config = configOfCheckpoint(checkpoint.tensors, checkpoint.config);
log('embedding');
const sets: Record<string, Features> = {
  shipped: await embedAll(
    { config, parameters: loadParameters(config, 'cavmae', checkpoint.tensors) },
    clips,
    readClipInput,
  ),
  'random weights': await embedAll(
    { config, parameters: createParameters(config, 'cavmae', 1001) },
    clips,
    readClipInput,
  ),
  'hand-made': await handMade(clips, readClipInput),
};
const report: Record<string, unknown> = { clips: clips.length, classes: families.length, draws: Number(args.draws) };
for (const [name, features] of Object.entries(sets)) {
  log(`scores of ${name}`);
  const { rows, dim } = features.both;
  const flat = unit(rows, dim);
  report[name] = {
    heads: await headAccuracies(features, labels, families.length, {
      draws: Number(args.draws),
      perClass: [1, 5, 10, Infinity],
      seed: 1,
    }),
    neighboursOfClass: await sameClassNeighbours(flat, dim),
    onTheMap: await sameClassNeighbours(await map(flat, dim), 2),
    ...(name === 'hand-made' ? {} : { partner: partners(features), partnersClass: classRetrieval(features, labels) }),
  };
}
writeFileSync(join(args.work, 'scores.json'), `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

// Does the correspondence score find clips whose sound belongs to another picture? Clips of AV-digits are embedded, the sound of some is
// crossed with the picture of another digit, and the product's own scores are asked to tell them from the rest.
//
//   node test/bench/correspondence.ts --model FILE --data FOLDER [--inputs FOLDER] [--clips N] [--share .3] [--draws 5] [--seed 1]
//
// FOLDER of data: clips/*.mp4 and labels.csv (file, label). `--inputs` keeps the prepared clips for the next run. A clip's two embeddings
// do not depend on each other, so that crossing vectors gives what crossing the files would give. Prints one JSON document: the area
// under the ROC curve of cos(c_a, c_v) and of its percentile against shuffled pairs, mean and deviation over draws of who is crossed.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { loadCheckpoint } from '../../src/engine/checkpoint/loadCheckpoint.ts';
import { correspondence } from '../../src/engine/exploration/correspondence.ts';
import { presentRows } from '../../src/engine/exploration/neighbours/presentRows.ts';
import { randomStream } from '../../src/engine/base/randomStream.ts';
import { nodeAvDecoder } from '../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import { configOfCheckpoint } from '../../src/engine/model/configOfCheckpoint.ts';
import { loadParameters } from '../../src/engine/model/loadParameters.ts';
import { rocAuc } from '../../src/engine/training/metrics/ranking.ts';
import { prepareClip } from '../../src/engine/workers/prepareClip.ts';
import { readClipInput } from '../../src/engine/workers/readClipInput.ts';
import { embedAll } from './avDigitsFeatures.ts';
import { crossedPairs } from './crossedPairs.ts';

const { values: args } = parseArgs({
  options: {
    model: { type: 'string' },
    data: { type: 'string' },
    inputs: { type: 'string' },
    clips: { type: 'string' },
    share: { type: 'string', default: '0.3' },
    draws: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
if (!args.model || !args.data)
  throw new Error(
    'usage: node test/bench/correspondence.ts --model FILE --data FOLDER [--inputs FOLDER] [--clips N] [--share .3] [--draws 5]',
  );
const { data } = args;
const inputs = args.inputs ?? mkdtempSync(path.join(os.tmpdir(), 'cavmae-bench-'));
mkdirSync(inputs, { recursive: true });

try {
  const rows = readFileSync(path.join(data, 'labels.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',') as [string, string])
    .slice(0, args.clips ? Number(args.clips) : undefined);
  const clips = rows.map(([file], i) => ({
    clipId: i + 1,
    path: path.join(inputs, `${file}.safetensors`),
    source: i,
    name: file,
  }));
  for (const [i, [file]] of rows.entries()) {
    if (existsSync(clips[i]!.path)) continue;
    await prepareClip(nodeAvDecoder, {
      path: existsSync(path.join(data, file)) ? path.join(data, file) : path.join(data, 'clips', file),
      inputPath: clips[i]!.path,
      thumbnailPath: null,
    });
    if ((i + 1) % 200 === 0) process.stderr.write(`prepared ${i + 1}\n`);
  }
  await startBackend();
  const checkpoint = await loadCheckpoint(args.model);
  const config = configOfCheckpoint(checkpoint.tensors, checkpoint.config);
  const { audio, visual } = await embedAll(
    { config, parameters: loadParameters(config, 'cavmae', checkpoint.tensors) },
    clips,
    readClipInput,
  );
  const clipIds = Int32Array.from(clips, ({ clipId }) => clipId);

  const areas: Record<'score' | 'percentile', number[]> = { score: [], percentile: [] };
  let crossed = 0;
  for (let draw = 0; draw < Number(args.draws); draw++) {
    const partner = crossedPairs(
      rows.map(([, label]) => label),
      Number(args.share),
      randomStream(Number(args.seed) * 1000 + draw),
    );
    const pictures = Float32Array.from(
      visual.rows,
      (_, at) => visual.rows[partner[Math.floor(at / visual.dim)]! * visual.dim + (at % visual.dim)]!,
    );
    const found = await correspondence(
      presentRows(audio.rows.slice(), audio.dim, clipIds),
      presentRows(pictures, visual.dim, clipIds),
      1,
    );
    const mismatched = Uint8Array.from(partner, (other, i) => Number(other !== i));
    crossed = mismatched.reduce((sum, x) => sum + x, 0);
    // The lower, the more suspect.
    areas.score.push(
      rocAuc(
        found.scores.map((x) => -x),
        mismatched,
      ) ?? NaN,
    );
    areas.percentile.push(
      rocAuc(
        found.percentiles.map((x) => -x),
        mismatched,
      ) ?? NaN,
    );
  }
  const summary = (values: readonly number[]) => {
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    return {
      mean: Number(mean.toFixed(4)),
      deviation: Number(
        Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length - 1)).toFixed(4),
      ),
    };
  };
  process.stdout.write(
    `${JSON.stringify({ model: path.basename(args.model), clips: clips.length, crossed, draws: areas.score.length, rocArea: { score: summary(areas.score), percentile: summary(areas.percentile) } }, null, 2)}\n`,
  );
} finally {
  if (!args.inputs) rmSync(inputs, { recursive: true, force: true });
}

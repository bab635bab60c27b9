// Seconds to train a classifier head on cached embeddings, cross-validation and scores included, as the window's training page does.
//
//   node test/bench/headSpeed.ts [clips=1000] [classes=10]
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { Random } from '../../src/engine/training/random.ts';
import { trainHead, type HeadTask } from '../../src/engine/training/head/trainHead.ts';
import { benchArguments, report, rounded } from './report.ts';

const [clips = 1000, classes = 10] = benchArguments.map(Number);
const rounds = 3;
/** The aim, in seconds. */
const aimS = 3;
const figures: Record<string, Record<string, number>> = {};

/** Overlapping Gaussian classes, three clips a source file. */
function task(dim: number): HeadTask {
  const random = new Random(1);
  const centres = Float32Array.from({ length: classes * dim }, () => random.normal());
  const targets = new Float32Array(clips * classes);
  const features = Float32Array.from(
    { length: clips * dim },
    (_, at) => centres[(Math.floor(at / dim) % classes) * dim + (at % dim)]! + 4 * random.normal(),
  );
  for (let n = 0; n < clips; n++) targets[n * classes + (n % classes)] = 1;
  const ids = Array.from({ length: clips }, (_, n) => n + 1);
  return {
    features,
    dim,
    targets,
    classes,
    multiLabel: false,
    clipIds: ids,
    sources: ids.map((id) => Math.ceil(id / 3)),
    held: ids.map((id) => Math.ceil(id / 3) % 4 === 0),
    seed: 1,
    maxIterations: 100,
    classList: Array.from({ length: classes }, (_, k) => ({ classId: k + 1, name: `class ${k}` })),
  };
}

const { backend } = await startBackend();
for (const dim of [192, 768]) {
  const data = task(dim);
  const times: { wall: number; cpu: number; accuracy: number | null }[] = [];
  for (let round = 0; round < rounds; round++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    const { metrics } = await trainHead(data);
    const { user, system } = process.cpuUsage(used);
    times.push({ wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, accuracy: metrics.accuracy });
  }
  const best = (of: 'wall' | 'cpu') => Math.min(...times.map((time) => time[of]));
  figures[`${dim} numbers a clip`] = {
    wallS: rounded(best('wall')),
    cpuS: rounded(best('cpu')),
    timesFasterThanAim: rounded(aimS / best('wall')),
    heldOutAccuracy: rounded(times[0]!.accuracy ?? 0, 3),
  };
}
report(`head of ${classes} classes on ${clips} clips, ${backend}, least of ${rounds}`, figures);

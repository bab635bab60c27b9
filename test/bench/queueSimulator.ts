// How many labels each queue saves (issue "label and learn", point 3): a simulated person answers the queues on AV-digits, and after every
// dozen answers the application's own head is fitted and measured on clips that were never asked for. Each queue beside random, same seeds.
//
//   node test/bench/queueSimulator.ts --data FOLDER [--model FILE | hand-made | random] [--inputs FOLDER] [--seeds 5] [--labels 240] [--json FILE]
//
// FOLDER of data: clips/*.mp4 and labels.csv (file, label). FOLDER of inputs keeps what the clips were prepared to and the embeddings.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { confidentDoubts } from '../../src/engine/exploration/queues/confidentDoubts.ts';
import { crossPredict } from '../../src/engine/training/head/crossPredict.ts';
import { rowsOf } from '../../src/engine/training/head/crossValidate.ts';
import { Random } from '../../src/engine/training/random.ts';
import { avDigitsEmbeddings } from './avDigitsEmbeddings.ts';
import { quietContext, strategies } from './queueStrategies.ts';
import { SimulatedPool } from './simulatedPool.ts';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    model: { type: 'string', default: 'random' },
    inputs: { type: 'string', default: join(os.tmpdir(), 'cavmae-av-digits') },
    seeds: { type: 'string', default: '5' },
    labels: { type: 'string', default: '240' },
    json: { type: 'string' },
  },
});
if (!args.data)
  throw new Error(
    'usage: node test/bench/queueSimulator.ts --data FOLDER [--model FILE | hand-made | random] [--inputs FOLDER] [--seeds 5] [--labels 240]',
  );
const [seeds, most, batch] = [Number(args.seeds), Number(args.labels), 12];
const log = (text: string): void => void process.stderr.write(`${text}\n`);
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const { features, labels } = await avDigitsEmbeddings({ data: args.data, model: args.model, inputs: args.inputs, log });
const startedCpu = process.cpuUsage();

/** A third of the clips is for measuring only. */
function poolOf(seed: number): SimulatedPool {
  const order = new Random(seed).shuffled(labels.map((_, row) => row));
  const testCount = Math.round(labels.length / 3);
  return new SimulatedPool(
    features,
    labels,
    order.slice(testCount).sort((a, b) => a - b),
    order.slice(0, testCount),
  );
}

interface Curve {
  labels: number[];
  accuracy: number[];
}
const curves = new Map<string, Curve[]>();
const ceilings: number[] = [];
const mislabelled: Record<'cross-validated' | 'neighbours', number[]> = { 'cross-validated': [], neighbours: [] };
const rareFound: Record<'queue' | 'random', number[]> = { queue: [], random: [] };

for (let seed = 1; seed <= seeds; seed++) {
  const pool = poolOf(seed);
  ceilings.push(pool.accuracy((await pool.fit(pool.pool))!));
  for (const [name, strategy] of Object.entries(strategies)) {
    const random = new Random(1000 + seed);
    const labelled: number[] = [];
    const curve: Curve = { labels: [], accuracy: [] };
    let fitted = null;
    while (labelled.length < most) {
      const next = await strategy({ pool, labelled, fitted, limit: batch, random });
      if (next.length === 0) break;
      labelled.push(...next);
      fitted = await pool.fit(labelled);
      curve.labels.push(labelled.length);
      curve.accuracy.push(fitted ? pool.accuracy(fitted) : 1 / pool.classes);
    }
    curves.set(name, [...(curves.get(name) ?? []), curve]);
    log(
      `seed ${seed}, ${name}: ${curve.accuracy
        .filter((_, i) => i % 4 === 3)
        .map((x) => x.toFixed(3))
        .join(' ')}`,
    );
  }
  await findMislabelled(pool, seed);
  await findRare(pool, seed);
  pool.close();
}

/** 300 answers, one in ten wrong: the share of wrong ones among the 30 that each method would show first. */
async function findMislabelled(pool: SimulatedPool, seed: number): Promise<void> {
  const random = new Random(2000 + seed);
  const answered = random.shuffled([...pool.pool]).slice(0, 300);
  const wrong = new Map(
    random
      .shuffled([...answered])
      .slice(0, 30)
      .map((row) => [row, (pool.labelOf(row) + random.integer(1, pool.classes)) % pool.classes]),
  );
  const targets = pool.targets(answered, wrong);
  const { dim, values } = pool.rows('both', answered);
  const judged = await crossPredict(
    {
      dim,
      features: values,
      population: pool.rows('both', pool.pool).values,
      targets,
      classes: pool.classes,
      sources: answered,
      multiLabel: false,
      seed: 1,
    },
    breathe,
  );
  const doubts = confidentDoubts(
    judged.probabilities,
    rowsOf(targets, pool.classes, judged.rows),
    pool.classes,
    false,
  ).slice(0, 30);
  mislabelled['cross-validated'].push(
    doubts.filter(({ row }) => wrong.has(answered[judged.rows[row]!]!)).length / Math.max(1, doubts.length),
  );
  const around = await pool.queues.mislabelled(
    { matrix: pool.files.both, labelled: pool.said(answered, wrong), limit: 30 },
    quietContext,
  );
  mislabelled.neighbours.push(around.filter(({ clipId }) => wrong.has(clipId - 1)).length / Math.max(1, around.length));
}

/**
 * One class made rare (8 clips), one clip of it known among 24 labels: how many of the other 7 are among the next 24.
 */
async function findRare(pool: SimulatedPool, seed: number): Promise<void> {
  const random = new Random(3000 + seed);
  const rareClass = random.integer(0, pool.classes);
  const own = random.shuffled(pool.pool.filter((row) => pool.labelOf(row) === rareClass));
  const kept = new Set(own.slice(0, 8));
  const rows = pool.pool.filter((row) => pool.labelOf(row) !== rareClass || kept.has(row));
  const scarce = new SimulatedPool(features, labels, rows, pool.test);
  const known = [
    own[0]!,
    ...random
      .shuffled(rows.filter((row) => row !== own[0]))
      .filter((row) => !kept.has(row))
      .slice(0, 23),
  ];
  const found = await scarce.queues.rare(
    { matrix: scarce.files.both, labelled: scarce.said(known), classIndex: rareClass, limit: 24 },
    quietContext,
  );
  rareFound.queue.push(found.filter(({ clipId }) => kept.has(clipId - 1)).length);
  rareFound.random.push((24 * 7) / (rows.length - known.length));
  scarce.close();
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const spread = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, x) => sum + (x - mean(values)) ** 2, 0) / Math.max(1, values.length - 1));
const told = (values: readonly number[], digits: number): string =>
  `${mean(values).toFixed(digits)} ± ${spread(values).toFixed(digits)}`;
/**
 * Labels at which the curve first reaches `score`, between two rounds by a straight line; Infinity where it never does.
 */
function labelsTo({ labels: at, accuracy }: Curve, score: number): number {
  const i = accuracy.findIndex((x) => x >= score);
  if (i < 0) return Infinity;
  if (i === 0) return at[0]!;
  return at[i - 1]! + ((score - accuracy[i - 1]!) / (accuracy[i]! - accuracy[i - 1]!)) * (at[i]! - at[i - 1]!);
}

const ceiling = mean(ceilings);
const shares = [0.7, 0.8, 0.9];
const checkpoints = [24, 48, 96, 144, most].filter((n) => n <= most);
const rows = [...curves].map(([name, list]) => {
  const baseline = curves.get('random')!;
  const at = (n: number) =>
    list.map((curve) => curve.accuracy[curve.labels.findIndex((x) => x >= n)] ?? curve.accuracy.at(-1)!);
  const reach = shares.map((share) => {
    const needed = list.map((curve) => labelsTo(curve, share * ceiling));
    const saved = list.map((_, s) => labelsTo(baseline[s]!, share * ceiling) - needed[s]!);
    const never = needed.filter((x) => x === Infinity).length;
    if (never) return `not within ${most} in ${never} of ${list.length}`;
    return saved.every(Number.isFinite) && name !== 'random'
      ? `${told(needed, 0)} (saves ${told(saved, 0)})`
      : told(needed, 0);
  });
  return [name, ...checkpoints.map((n) => told(at(n), 3)), ...reach];
});
const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const cpu = process.cpuUsage(startedCpu);
process.stdout.write(
  [
    `Embeddings: ${args.model === 'random' || args.model === 'hand-made' ? args.model : 'trained model'}; ${labels.length} clips, two thirds to ask for, a third to measure on; batches of ${batch}; ${seeds} seeds; mean ± deviation.`,
    `With every label of the pool: ${told(ceilings, 3)}.`,
    '',
    table(
      [
        'queue',
        ...checkpoints.map((n) => `accuracy at ${n}`),
        ...shares.map((share) => `labels to ${Math.round(100 * share)} % of that`),
      ],
      rows,
    ),
    '',
    `Likely mislabelled: 300 answers, 30 wrong; wrong ones among the first 30 shown: cross-validated head ${told(
      mislabelled['cross-validated'].map((x) => 100 * x),
      0,
    )} %, labelled neighbours ${told(
      mislabelled.neighbours.map((x) => 100 * x),
      0,
    )} %, by chance 10 %.`,
    `Rare class search: one known clip of 8; of the other 7 among the next 24: ${told(rareFound.queue, 1)}, by chance ${told(rareFound.random, 1)}.`,
    '',
    `${((cpu.user + cpu.system) / 1e6).toFixed(0)} s of processor; load ${os.loadavg()[0]!.toFixed(1)}`,
    '',
  ].join('\n'),
);
if (args.json)
  writeFileSync(
    args.json,
    JSON.stringify({ model: args.model, ceilings, curves: Object.fromEntries(curves), mislabelled, rareFound }),
  );

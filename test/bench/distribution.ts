// Distributed extraction, measured: `simulate [SHARDS]` counts requests and time that the store costs, with workers that compute nothing;
// `workers WORKSPACE` compares one process with 1, 2 and 4 workers on the same processors; `pair WORKSPACE` runs one
// process beside one worker; `kills WORKSPACE [N]` kills workers at random
// and compares the result with that of one machine. WORKSPACE holds imported clips without embeddings; copies of it are used.
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { doneShards, readDonePart } from '../../src/engine/distribution/doneMarker.ts';
import { FileStore } from '../../src/engine/distribution/fileStore.ts';
import { manifestOf, publishRun } from '../../src/engine/distribution/manifest.ts';
import type { ObjectStore } from '../../src/engine/distribution/objectStore.ts';
import { cutShards } from '../../src/engine/distribution/shard.ts';
import { StoreClock } from '../../src/engine/distribution/storeClock.ts';
import { runShard } from '../../src/engine/procedures/distribution/runShard.ts';
import { startRedis } from '../services/redis.ts';
import { isMissing } from '../services/service.ts';
import { vectorsOf } from '../reliability/distributedRuns.ts';
import { clipOf, rowOf, testRecipe } from '../unit/engine/distribution/partRows.ts';

const base = mkdtempSync(path.join(tmpdir(), 'cavmae-bench-distribution-'));
const cli = path.resolve('bin/cavmae.mjs');
const say = (line: unknown): void => console.log(JSON.stringify(line));

/** Counts requests by name. */
function counting(store: ObjectStore): { store: ObjectStore; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const proxy = new Proxy(store, {
    get(target, name: keyof ObjectStore) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { store: proxy, counts };
}

/** Workers that compute nothing take `shards` of one clip each, sixteen at a time. */
async function simulate(shards: number): Promise<void> {
  const { store, counts } = counting(new FileStore(path.join(base, 'store'), 'file:///simulated'));
  const cut = cutShards(
    testRecipe,
    Array.from({ length: shards }, (_, i) => clipOf(i)),
    1,
  );
  const run = manifestOf(testRecipe, cut);
  const times: Record<string, number> = {};
  const timed = async (name: string, work: () => Promise<unknown>) => {
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(cpu);
    times[name] = Math.round(performance.now() - from);
    times[`${name}Cpu`] = Math.round((user + system) / 1000);
  };
  await timed('publish', () => publishRun(store, run, cut));
  const published = Object.fromEntries(counts);
  counts.clear();
  const clock = new StoreClock(store, 'bench');
  const signal = new AbortController().signal;
  const waiting = [...cut];
  const site = (worker: string) => ({
    store,
    clock,
    worker,
    recipe: testRecipe,
    setId: run.setId,
    signal,
    embed: async ({ clips }: (typeof cut)[number]) =>
      clips.map((clip) => rowOf(Number(/\d+/.exec(clip.path)![0]), 768)),
  });
  await timed('work', () =>
    Promise.all(
      Array.from({ length: 16 }, async (_, i) => {
        for (let next = waiting.pop(); next; next = waiting.pop()) await runShard(site(`worker${i}`), next.id);
      }),
    ),
  );
  const worked = Object.fromEntries(counts);
  counts.clear();
  await timed('look', () => doneShards(store, run.setId));
  await timed('read', async () => {
    for (const { id } of cut.slice(0, 500)) await readDonePart(store, run.setId, id);
  });
  const each = Object.fromEntries(
    Object.entries(worked).map(([name, count]) => [name, Math.round((100 * count) / shards) / 100]),
  );
  say({ shards, published, requestsPerShard: each, times, millisecondsPerShard: times.work! / shards });
}

const start = (args: string[], processors?: string, listen = false): ChildProcess => {
  const command = [process.execPath, cli, ...args];
  const [program, ...rest] = processors ? ['taskset', '-c', processors, ...command] : command;
  return spawn(program!, rest, {
    stdio: ['ignore', listen ? 'pipe' : 'ignore', 'ignore'],
    detached: true,
    env: { ...process.env, CAVMAE_LOCK_S: '3', CAVMAE_GONE_S: '4' },
  });
};
const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.once('exit', resolve));
const kill = (child: ChildProcess): void => {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
};
const copyOf = (workspace: string, name: string): string => {
  const copy = path.join(base, name);
  cpSync(workspace, copy, { recursive: true, filter: (file) => !file.endsWith('writer.lock') });
  // Every way decodes for itself.
  rmSync(path.join(copy, 'inputs'), { recursive: true, force: true });
  return copy;
};
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
};
const model = process.env.BENCH_MODEL ?? 'shipped';
const embed = (workspace: string, ...more: string[]): string[] => [
  'embed',
  '--model',
  model,
  '--precision',
  'float32',
  '--device',
  'cpu',
  '--workspace',
  workspace,
  ...more,
];

/** One process and N workers, on the same processors. */
async function compareWorkers(workspace: string): Promise<void> {
  const redis = await startRedis();
  if (isMissing(redis)) throw new Error(redis.missing);
  const alone = copyOf(workspace, 'alone');
  const single = await seconds(() => ended(start(embed(alone))));
  say({ way: 'one process', seconds: single });
  for (const count of [1, 2, 4]) {
    const [copy, store] = [
      copyOf(workspace, `workers-${count}`),
      pathToFileURL(path.join(base, `store-${count}`)).href,
    ];
    const workers = Array.from({ length: count }, (_, i) =>
      start(
        ['worker', '--store', store, '--queue', redis.url],
        count > 1 ? String(i % availableParallelism()) : undefined,
      ),
    );
    const time = await seconds(() => ended(start(embed(copy, '--store', store, '--queue', redis.url))));
    for (const one of workers) kill(one);
    const equal = JSON.stringify([...vectorsOf(copy)].toSorted()) === JSON.stringify([...vectorsOf(alone)].toSorted());
    say({ way: `${count} workers`, seconds: time, ratio: time / single, equal });
  }
  await redis.stop();
}

interface Line {
  event: string;
  seconds?: number;
  clips?: number;
}

/** One process on one processor beside one worker on the other, then the other way round: other load meets both alike. */
async function besideEachOther(workspace: string): Promise<void> {
  const redis = await startRedis();
  if (isMissing(redis)) throw new Error(redis.missing);
  const ratios: number[] = [];
  for (const [own, others] of [
    ['0', '1'],
    ['1', '0'],
  ] as const) {
    const [alone, copy] = [copyOf(workspace, `alone-${own}`), copyOf(workspace, `beside-${own}`)];
    const store = pathToFileURL(path.join(base, `store-${own}`)).href;
    const host = start(embed(copy, '--store', store, '--queue', redis.url, '--shard-clips', '32'));
    const worker = start(['worker', '--store', store, '--queue', redis.url, '--json'], others, true);
    const lines: { atMs: number; line: Line }[] = [];
    worker.stdout!.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter(Boolean))
        lines.push({ atMs: performance.now(), line: JSON.parse(line) as Line });
    });
    const single = start([...embed(alone), '--json'], own, true);
    let text = '';
    single.stdout!.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await Promise.all([ended(single), ended(host)]);
    kill(worker);
    const shards = lines.filter(({ line }) => line.event === 'shard');
    const clips = shards.slice(1).reduce((sum, { line }) => sum + line.clips!, 0);
    // From the end of the first shard: a worker stays, its start does not count.
    const rate = clips / ((shards.at(-1)!.atMs - shards[0]!.atMs) / 1000);
    const { clipsPerSecond } = JSON.parse(text) as { clipsPerSecond: number };
    ratios.push(clipsPerSecond / rate);
    say({ processors: [own, others], oneProcess: clipsPerSecond, oneWorker: rate, ratio: clipsPerSecond / rate });
  }
  say({ ratio: Math.sqrt(ratios[0]! * ratios[1]!) });
  await redis.stop();
}

/** Three workers at a time, of which one dies every few seconds. */
async function killWorkers(workspace: string, kills: number): Promise<void> {
  const redis = await startRedis();
  if (isMissing(redis)) throw new Error(redis.missing);
  const [alone, copy] = [copyOf(workspace, 'alone'), copyOf(workspace, 'killed')];
  await ended(start(embed(alone)));
  const store = pathToFileURL(path.join(base, 'killed-store')).href;
  const worker = () => start(['worker', '--store', store, '--queue', redis.url]);
  const host = start(embed(copy, '--store', store, '--queue', redis.url, '--shard-clips', '4'));
  const workers = [worker(), worker(), worker()];
  let killed = 0;
  while (host.exitCode === null && killed < kills) {
    await sleep(1500 + 4000 * Math.random());
    const at = Math.floor(Math.random() * workers.length);
    kill(workers[at]!);
    workers[at] = worker();
    killed++;
  }
  await ended(host);
  for (const one of workers) kill(one);
  const [a, b] = [vectorsOf(alone), vectorsOf(copy)];
  say({ killed, vectors: b.size, equal: a.size === b.size && [...a].every(([key, value]) => b.get(key) === value) });
  await redis.stop();
}

const [what = 'simulate', first, second] = process.argv.slice(2);
try {
  if (what === 'simulate') await simulate(Number(first) || 10_000);
  else if (what === 'workers') await compareWorkers(path.resolve(first!));
  else if (what === 'pair') await besideEachOther(path.resolve(first!));
  else if (what === 'kills') await killWorkers(path.resolve(first!), Number(second) || 50);
  else throw new Error(`${what}: simulate, workers, pair or kills`);
} finally {
  rmSync(base, { recursive: true, force: true });
}

// Embedding of 10 s clips with ten frames, in one run: the straightforward way (every frame with its own pass over the sound, one after
// the other, as the reference's frame aggregation does) against ours (sound once, frames together) in tensorflow.js and in onnxruntime,
// in float32 and in int8, and with several clips a pass.
//
//   node test/bench/embedClip.ts [small|base] [rounds]      BENCH_WAYS=onnxruntime: only ways with this in their name
//
// Each way runs in a process of its own, for its own peak memory; rounds take turns, and the least counts. Prints processor seconds (all
// threads), which a busy machine disturbs least, wall seconds, peak memory, and ratios to the first way.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { encoderFile } from '../../src/engine/extraction/encoderFile.ts';
import { OnnxEncoder } from '../../src/engine/extraction/onnxEncoder.ts';
import { embedClip } from '../../src/engine/inference/embed.ts';
import type { ClipInput } from '../../src/engine/inference/clipInput.ts';
import { configOfSize } from '../../src/engine/model/config.ts';
import { createParameters } from '../../src/engine/model/loadParameters.ts';
import { randomStream } from '../../src/engine/base/randomStream.ts';
import { benchArguments, report, rounded } from './report.ts';

const ways = [
  'straightforward',
  'tfjs',
  'onnxruntime float32',
  'onnxruntime int8',
  'onnxruntime float32, 4 clips a pass',
] as const;
type Way = (typeof ways)[number];
/** Written by a process of its own, so that the weights read for it are in no way's peak memory. */
const writing = 'write the graphs';
interface Measured {
  cpuS: number;
  wallS: number;
  peakMiB: number;
}

const [size = 'small', rounds = '3', way] = benchArguments as [string?, string?, (Way | typeof writing)?];
const frame = 224 * 224 * 3;

/** The way of this process as a function, and the clips one call of it embeds. */
async function prepared(): Promise<{ clips: number; work: () => unknown }> {
  const stream = randomStream(1);
  const clip: ClipInput = {
    fbank: Float32Array.from({ length: 998 * 128 }, () => -5 + 4 * stream.normal()),
    frames: { data: Uint8Array.from({ length: 10 * frame }, () => stream.below(256)), count: 10, size: 224 },
  };
  if (way!.startsWith('onnxruntime')) {
    const clips = way!.endsWith('a pass') ? 4 : 1;
    const encoder = await OnnxEncoder.open(
      { folder: process.env.BENCH_FOLDER!, key: size },
      `random:${size}:1`,
      os.availableParallelism(),
      { precision: way === 'onnxruntime int8' ? 'int8' : 'float32', device: 'cpu' },
    );
    return {
      clips,
      work: () =>
        encoder.embed(
          Array.from({ length: clips }, () => clip),
          10,
        ),
    };
  }
  await startBackend();
  const config = configOfSize(size);
  const model = { config, parameters: createParameters(config, 'cavmae', 1) };
  if (way === 'tfjs') return { clips: 1, work: () => embedClip(model, clip, 10) };
  const alone = (k: number): ClipInput => ({
    fbank: clip.fbank,
    frames: { data: clip.frames!.data.subarray(k * frame, (k + 1) * frame), count: 1, size: 224 },
  });
  return { clips: 1, work: () => Array.from({ length: 10 }, (_, k) => embedClip(model, alone(k), 1)) };
}

async function writeGraphs(): Promise<void> {
  for (const precision of ['float32', 'int8'] as const)
    await encoderFile(process.env.BENCH_FOLDER!, size, `random:${size}:1`, ['audio', 'visual'], precision);
}

async function serve(): Promise<void> {
  const { clips, work } = await prepared();
  await work();
  process.on('message', async () => {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    await work();
    const { user, system } = process.cpuUsage(cpu);
    process.send!({
      cpuS: (user + system) / 1e6 / clips,
      wallS: (performance.now() - wall) / 1000 / clips,
      peakMiB: process.resourceUsage().maxRSS / 1024,
    } satisfies Measured);
  });
  process.send!(null);
}

const answer = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a measured process ended (${code})`)));
  });

async function compare(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-bench-'));
  const env = { ...process.env, BENCH_FOLDER: folder };
  const children: [Way, ChildProcess][] = [];
  try {
    const writer = fork(import.meta.filename, [size, rounds, writing], { env });
    await once(writer, 'exit');
    const best = new Map<Way, Measured>();
    for (const name of ways) {
      if (size === 'base' && name.endsWith('a pass')) continue;
      if (process.env.BENCH_WAYS && !name.includes(process.env.BENCH_WAYS)) continue;
      const child = fork(import.meta.filename, [size, rounds, name], { env });
      await answer(child);
      children.push([name, child]);
    }
    for (let round = 0; round < Number(rounds); round++) {
      for (const [name, child] of children) {
        const told = answer<Measured>(child);
        child.send('go');
        const now = await told;
        const before = best.get(name) ?? now;
        best.set(name, {
          cpuS: Math.min(before.cpuS, now.cpuS),
          wallS: Math.min(before.wallS, now.wallS),
          peakMiB: Math.max(before.peakMiB, now.peakMiB),
        });
      }
    }
    const plain = best.get('straightforward') ?? [...best.values()][0]!;
    report(
      `${size}, one clip of ten frames, least of ${rounds} rounds`,
      Object.fromEntries(
        [...best].map(([name, { cpuS, wallS, peakMiB }]) => [
          name,
          {
            cpuS: rounded(cpuS),
            wallS: rounded(wallS),
            peakMiB: Math.round(peakMiB),
            timesLessCpu: rounded(plain.cpuS / cpuS),
            timesFaster: rounded(plain.wallS / wallS),
          },
        ]),
      ),
    );
  } finally {
    for (const [, child] of children) child.kill();
    rmSync(folder, { recursive: true });
  }
}

await (way === writing ? writeGraphs() : way ? serve() : compare());

// Memory while a long file is imported as virtual windows: node test/bench/longFile.ts [mp4|ts] [minutes…], by default both, 10 and 120 minutes.
//
// Each length in a process of its own. The file is 160 x 120 at 25 pictures a second with AAC sound, in MP4 and in MPEG-TS (no index).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import { createEngine } from '../../src/engine/host/engine.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';
import { loopMedia } from './loopMedia.ts';
import { memoryOf } from './processMemory.ts';
import { benchArguments, report, rounded } from './report.ts';

const formats = { mp4: 'mp4', ts: 'mpegts' } as const;
type Format = keyof typeof formats;
const pieceS = 30;

/** Imports one file and prints its figures as JSON. */
async function one(minutes: number, format: Format): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-long-'));
  try {
    const piece = await makeMedia(path.join(folder, 'piece.mp4'), {
      format: 'mp4',
      video: {
        codec: 'libx264',
        width: 160,
        height: 120,
        rate: 25,
        gop: 50,
        bFrames: 2,
        level: (x, y, n) => 60 + ((x + y + 3 * n) % 120),
      },
      audio: { codec: 'aac', rate: 44_100, channels: 2 },
      durationS: pieceS,
    });
    const file = path.join(folder, `long.${format}`);
    await loopMedia(piece, pieceS, (minutes * 60) / pieceS, formats[format], file);
    rmSync(piece);
    const engine = await createEngine({
      workspaceDir: path.join(folder, 'workspace'),
      host: 'cli',
      spawn: spawnNodeWorker,
    });
    const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
    const { jobs } = engine.context;
    const [startedMs, used] = [performance.now(), process.cpuUsage()];
    const { jobId } = await client.collection.import({ paths: [file], embed: false });
    /** Memory of the decoder at each tenth of the windows. */
    const course: number[] = [];
    const timer = setInterval(() => {
      const windows = /: (\d+) of (\d+) windows/.exec(jobs.get(jobId)?.note ?? '');
      if (windows && Number(windows[1]) / Number(windows[2]) >= (course.length + 1) / 10)
        course.push(memoryOf('media').nowMiB);
    }, 100);
    const job = await jobs.settled(jobId);
    clearInterval(timer);
    const { added, clips, failed } = job.result as { added: number; clips: number; failed: unknown[] };
    if (added !== 1 || failed.length > 0)
      throw new Error(`the import failed: ${JSON.stringify(job.result)} ${job.error}`);
    const { durationS } = await client.collection.summary();
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(used);
    console.log(
      JSON.stringify({
        megabytes: rounded(statSync(file).size / 1e6, 0),
        lengthS: rounded(durationS, 1),
        windows: clips,
        seconds: rounded(seconds, 0),
        windowsPerS: rounded(clips / seconds, 1),
        decoderPeakMiB: memoryOf('media').peakMiB,
        decoderCourse: course.join(' '),
        hostPeakMiB: memoryOf('host').peakMiB,
        hostProcessorS: rounded((user + system) / 1e6, 1),
      }),
    );
    await engine.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.env.CAVMAE_BENCH_LONG) {
  const [minutes, format] = process.env.CAVMAE_BENCH_LONG.split(' ') as [string, Format];
  await one(Number(minutes), format);
  process.exit(0);
}
const lengths = benchArguments.map(Number).filter((minutes) => minutes > 0);
const wanted = Object.keys(formats).filter((format) => benchArguments.includes(format));
const rows: Record<string, Record<string, number | string>> = {};
for (const format of wanted.length ? wanted : Object.keys(formats)) {
  for (const minutes of lengths.length ? lengths : [10, 120]) {
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
      env: { ...process.env, CAVMAE_BENCH_LONG: `${minutes} ${format}` },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.status !== 0) throw new Error(`${minutes} min of ${format} ended with ${child.status}`);
    rows[`${format}, ${minutes} min`] = JSON.parse(child.stdout.trim().split('\n').at(-1)!) as Record<
      string,
      number | string
    >;
  }
}
report('A long file imported as windows', rows);

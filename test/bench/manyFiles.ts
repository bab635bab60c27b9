// Importing many small files: node test/bench/manyFiles.ts [files], by default 10,000. Is the rate steady, does memory stay flat, and do
// pause, cancel and SIGKILL with going on cost nothing?
//
// Files are one short clip with different bytes of sound in each: distinct content, decoded each for itself. The import runs in a process
// of its own, which is paused and continued, cancelled and tried again, and killed.
import { type ChildProcess, fork } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import { createEngine } from '../../src/engine/host/engine.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import type { Job } from '../../src/shared/contract/job.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';
import { memoryOf, processorSecondsOf } from './processMemory.ts';
import { benchArguments, report, rounded } from './report.ts';

/** Told by the importing process about twice a second; `processorS`: of host and decoder together, so far. */
interface Told {
  job: Job;
  atMs: number;
  host: number;
  media: number;
  processorS: number;
}

/** The importing process: opens the workspace, imports (or goes on), tells how it stands, and does what it is told. */
async function importing(workspaceDir: string, media: string): Promise<void> {
  const engine = await createEngine({ workspaceDir, host: 'cli', spawn: spawnNodeWorker });
  const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
  const known = (await client.jobs.list({}))[0];
  const jobId = known?.id ?? (await client.collection.import({ paths: [media], embed: false })).jobId;
  const tell = (): void => {
    const { user, system } = process.cpuUsage();
    process.send!({
      job: engine.context.jobs.get(jobId)!,
      atMs: Date.now(),
      host: memoryOf('host').peakMiB,
      media: memoryOf('media').peakMiB,
      processorS: (user + system) / 1e6 + processorSecondsOf('media'),
    } satisfies Told);
  };
  const timer = setInterval(tell, 400);
  process.on('message', (order: 'pause' | 'resume' | 'cancel' | 'retry' | 'end') => {
    if (order === 'end') {
      clearInterval(timer);
      void engine.close().then(() => process.exit(0));
    } else void client.jobs[order]({ jobId }).then(tell);
  });
  tell();
}

/** Copies of one clip whose last sound differs: the bytes of its PCM track, which lie at the end. */
async function makeFiles(folder: string, count: number): Promise<void> {
  const first = await makeMedia(path.join(folder, 'first.avi'), {
    format: 'avi',
    video: { codec: 'mpeg4', level: (x, y, n) => 60 + ((x * 3 + y + 7 * n) % 120) },
    audio: { codec: 'pcm_s16le' },
    durationS: 1,
  });
  const bytes = readFileSync(first);
  rmSync(first);
  const at = bytes.lastIndexOf('01wb') + 8;
  for (let n = 0; n < count; n++) {
    if (n % 500 === 0) mkdirSync(path.join(folder, `folder ${n / 500}`));
    const copy = Buffer.from(bytes);
    copy.writeUInt32LE(n, at);
    writeFileSync(path.join(folder, `folder ${Math.floor(n / 500)}`, `clip ${String(n).padStart(6, '0')}.avi`), copy);
  }
}

class Import {
  told: Told | null = null;
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly onTold: (told: Told) => void;

  constructor(folder: string, onTold: (told: Told) => void) {
    this.onTold = onTold;
    this.child = fork(fileURLToPath(import.meta.url), {
      env: {
        ...process.env,
        CAVMAE_BENCH_WORKSPACE: path.join(folder, 'workspace'),
        CAVMAE_BENCH_MEDIA: path.join(folder, 'media'),
      },
      serialization: 'advanced',
    });
    this.child.on('message', (told: Told) => {
      this.told = told;
      this.onTold(told);
    });
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
    });
  }

  order(order: 'pause' | 'resume' | 'cancel' | 'retry' | 'end'): void {
    this.child.send(order);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async until(what: string, holds: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      if (this.told && holds(this.told)) return this.told;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`the import ended before ${what}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
}

async function bench(count: number): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-many-'));
  try {
    mkdirSync(path.join(folder, 'media'));
    await makeFiles(path.join(folder, 'media'), count);
    const step = Math.max(1, count / 10);
    const rows: Record<string, Record<string, number | string>> = {};
    let [from, fromMs, peakHost, peakMedia, fromS, lastS, usedS] = [0, 0, 0, 0, 0, 0, 0];
    const onTold = ({ job, atMs, host, media, processorS }: Told): void => {
      [peakHost, peakMedia] = [Math.max(peakHost, host), Math.max(peakMedia, media)];
      fromMs ||= atMs;
      // A process that took over from a killed one counts from nought.
      usedS += processorS < lastS ? processorS : processorS - lastS;
      lastS = processorS;
      if (job.done - from < step) return;
      rows[`${from} to ${job.done}`] = {
        filesPerS: rounded(((job.done - from) / (atMs - fromMs)) * 1000, 1),
        hostPeakMiB: host,
        decoderPeakMiB: media,
        filesPerProcessorS: rounded((job.done - from) / (usedS - fromS), 1),
        load: rounded(os.loadavg()[0]!, 1),
      };
      [from, fromMs, fromS] = [job.done, atMs, usedS];
    };
    const startedMs = Date.now();
    let running = new Import(folder, onTold);
    const disturbed = (share: number) => running.until(`${share} of the files`, ({ job }) => job.done >= count * share);
    const events: string[] = [];
    let at = (await disturbed(0.25)).job.done;
    running.order('pause');
    await running.until('the pause', ({ job }) => job.status === 'paused');
    const still = running.told!.job.done;
    await new Promise((resolve) => {
      setTimeout(resolve, 2000);
    });
    if (running.told!.job.done !== still) throw new Error('a paused import went on');
    events.push(`paused at ${at}, still at ${still} two seconds later`);
    running.order('resume');
    at = (await disturbed(0.45)).job.done;
    running.order('cancel');
    await running.until('the cancel', ({ job }) => job.status === 'cancelled');
    running.order('retry');
    events.push(`cancelled at ${at} and tried again`);
    for (const share of [0.6, 0.75, 0.9]) {
      at = (await disturbed(share)).job.done;
      running.kill();
      await running.ended;
      running = new Import(folder, onTold);
      await running.until('it goes on', ({ job }) => job.done > 0);
      events.push(`killed at ${at}, went on at ${running.told!.job.done}`);
    }
    const { job } = await running.until('the end', (told) => ['done', 'failed'].includes(told.job.status));
    running.order('end');
    await running.ended;
    const { added, known, changed, failed, clips } = job.result as {
      added: number;
      known: number;
      changed: number;
      failed: unknown[];
      clips: number;
    };
    // The same folder once more: all of it is known.
    copyFileSync(path.join(folder, 'media', 'folder 0', 'clip 000000.avi'), path.join(folder, 'media', 'copy.avi'));
    const againMs = Date.now();
    const engine = await createEngine({
      workspaceDir: path.join(folder, 'workspace'),
      host: 'cli',
      spawn: spawnNodeWorker,
    });
    const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
    const again = (
      await engine.context.jobs.settled(
        (await client.collection.import({ paths: [path.join(folder, 'media')], embed: false })).jobId,
      )
    ).result as typeof job.result & { added: number; known: number };
    const check = engine.context.workspace.check();
    const summary = await client.collection.summary();
    await engine.close();
    report(`${count} files imported`, rows);
    console.log(events.join('; '));
    console.log(
      `result: ${added} added, ${known} known, ${changed} changed, ${failed.length} failed, ${clips} clips; database ${check.ok ? 'whole' : check.problems.join()}; ${summary.media} media after the second import, which found ${again.known} known and ${again.added} new in ${rounded((Date.now() - againMs) / 1000, 1)} s`,
    );
    console.log(
      `${rounded((Date.now() - startedMs) / 1000, 0)} s in all; peak memory: host ${peakHost} MiB, decoder ${peakMedia} MiB`,
    );
    if (added !== count || failed.length > 0 || !check.ok || again.known !== count || again.added !== 1)
      process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [workspaceDir, mediaDir] = [process.env.CAVMAE_BENCH_WORKSPACE, process.env.CAVMAE_BENCH_MEDIA];
if (workspaceDir && mediaDir) await importing(workspaceDir, mediaDir);
else await bench(Number(benchArguments[0] ?? 10_000));
